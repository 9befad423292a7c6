"""Deploys the system to the AWS account of the environment: `python -m infra.aws.deploy --stage prod`.

Makes a bucket for packages if there is none, puts the package there under its digest, and brings the stack
to the template: a change set is made, shown and executed. Doing it again changes what has changed and nothing
else. The command prints the stack's outputs, among them the address of the API.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra.aws.errors import AwsError, DeploymentFailed
from infra.aws.package import ROOT, Package, build

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
_FAILED_STATES = ("FAILED", "ROLLBACK_COMPLETE", "DELETE_COMPLETE")
_POLL = {"Delay": 5, "MaxAttempts": 360}


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is deployed, and as what.

    Attributes:
        stage: names the deployment; the stack is ``actrail-<stage>``.
        parameters: those of the template that differ from its defaults or from what was deployed before.
    """

    package: Package
    stage: str
    parameters: Mapping[str, str]

    @property
    def stack(self) -> str:
        """The stack's name."""
        return f"actrail-{self.stage}"


def deploy(deployment: Deployment, session: Any) -> dict[str, str]:
    """Bring the stack to the package's template; return the stack's outputs. Raises DeploymentFailed."""
    bucket = _bucket(session)
    key = f"{deployment.stack}/{deployment.package.digest}.zip"
    session.client("s3").put_object(Bucket=bucket, Key=key, Body=deployment.package.zip.read_bytes())
    template = located(json.loads(deployment.package.template.read_text()), bucket, key)
    template_key = f"{key}.json"
    body = json.dumps(template).encode()
    session.client("s3").put_object(Bucket=bucket, Key=template_key, Body=body)
    url = session.client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": template_key}, ExpiresIn=3600
    )
    formation = session.client("cloudformation")
    changes = f"deploy-{uuid.uuid4().hex}"
    if _changed(formation, deployment, changes, url):
        _execute(formation, deployment.stack, changes)
    return _outputs(formation, deployment.stack)


def located(template: dict[str, Any], bucket: str, key: str) -> dict[str, Any]:
    """The template with its functions' code where it was put."""
    resources = {
        name: (
            {**each, "Properties": {**each["Properties"], "CodeUri": {"Bucket": bucket, "Key": key}}}
            if each["Type"] == "AWS::Serverless::Function"
            else each
        )
        for name, each in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def _bucket(session: Any) -> str:
    """The account's bucket for packages in this region, made when there is none: private and encrypted."""
    account = session.client("sts").get_caller_identity()["Account"]
    name = f"actrail-packages-{account}-{session.region_name}"
    s3 = session.client("s3")
    place = {} if session.region_name == "us-east-1" else {"LocationConstraint": session.region_name}
    try:
        s3.create_bucket(Bucket=name, **({"CreateBucketConfiguration": place} if place else {}))
    except s3.exceptions.BucketAlreadyOwnedByYou:
        return name
    blocked = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
    return name


def _changed(formation: Any, deployment: Deployment, changes: str, template_url: str) -> bool:
    """Make a change set of this name; whether there is anything in it to execute."""
    known = _stack(formation, deployment.stack)
    fresh = known is None or known["StackStatus"] == "REVIEW_IN_PROGRESS"
    before = [] if fresh or known is None else known.get("Parameters", [])
    formation.create_change_set(
        StackName=deployment.stack,
        ChangeSetName=changes,
        ChangeSetType="CREATE" if fresh else "UPDATE",
        TemplateURL=template_url,
        Capabilities=CAPABILITIES,
        Parameters=_parameters(deployment.parameters, before),
        Tags=[{"Key": "actrail", "Value": deployment.stage}],
    )
    try:
        formation.get_waiter("change_set_create_complete").wait(
            StackName=deployment.stack, ChangeSetName=changes, WaiterConfig=_POLL
        )
    except WaiterError as error:
        reason = str(error.last_response.get("StatusReason", error))
        if "didn't contain changes" in reason or "No updates" in reason:
            formation.delete_change_set(StackName=deployment.stack, ChangeSetName=changes)
            return False
        raise DeploymentFailed(f"{deployment.stack}: {reason}") from error
    return True


def _parameters(wanted: Mapping[str, str], before: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The wanted parameters, and those that stay as they were deployed."""
    kept = {each["ParameterKey"] for each in before} - wanted.keys()
    return [
        *({"ParameterKey": name, "ParameterValue": value} for name, value in wanted.items()),
        *({"ParameterKey": name, "UsePreviousValue": True} for name in sorted(kept)),
    ]


def _execute(formation: Any, stack: str, changes: str) -> None:
    """Execute the change set and wait. Raises DeploymentFailed with what AWS says of the first failure."""
    formation.execute_change_set(StackName=stack, ChangeSetName=changes)
    while True:
        known = _stack(formation, stack)
        status = known["StackStatus"] if known else "DELETE_COMPLETE"
        if status.endswith(_FAILED_STATES):
            raise DeploymentFailed(f"{stack} is {status}: {_first_failure(formation, stack)}")
        if status.endswith("_COMPLETE"):
            return
        time.sleep(_POLL["Delay"] if status.endswith("_PROGRESS") else 0.2)


def _first_failure(formation: Any, stack: str) -> str:
    events = formation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [each for each in events if each["ResourceStatus"].endswith("FAILED")]
    if not failed:
        return "see its events"
    return f"{failed[-1]['LogicalResourceId']}: {failed[-1].get('ResourceStatusReason', 'no reason given')}"


def _stack(formation: Any, name: str) -> dict[str, Any] | None:
    try:
        stack: dict[str, Any] = formation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return None
    return stack


def _outputs(formation: Any, name: str) -> dict[str, str]:
    stack = _stack(formation, name)
    return {each["OutputKey"]: each["OutputValue"] for each in (stack or {}).get("Outputs", [])}


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def main() -> int:
    """Package, deploy and print the outputs; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--stage", default="prod", help="a name of the deployment")
    parser.add_argument("parameters", nargs="*", type=_parameter, metavar="NAME=VALUE")
    arguments = parser.parse_args()
    try:
        package = build(ROOT / "build" / "package", arguments.stage)
        deployment = Deployment(package, arguments.stage, dict(arguments.parameters))
        # boto3 by itself knows the older name alone, AWS_DEFAULT_REGION.
        outputs = deploy(deployment, boto3.Session(region_name=os.environ.get("AWS_REGION")))
    except (AwsError, BotoCoreError, ClientError) as error:
        print(f"deploy: {error}", file=sys.stderr)
        return 1
    width = max(map(len, outputs))
    print("\n".join(f"{name:<{width}}  {value}" for name, value in sorted(outputs.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
