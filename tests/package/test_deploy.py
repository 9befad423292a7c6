"""The packaged template is deployed by the very command that deploys it to AWS, as far as the emulator goes.

What it does not go into is in docs/operating.md: functions are made there and not run.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from click.testing import CliRunner

from chalicelib.cli import main
from chalicelib.table.rows import Row
from infra.aws.deploy import Deployment, deploy
from infra.aws.package import Package
from infra.aws.policies import violations
from infra.local import emulator as local

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[boto3.Session]:
    """An AWS of its own, with nothing in it."""
    folder = tmp_path_factory.mktemp("aws")
    with local.running(folder, folder / "log") as started, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", started.endpoint)
        yield boto3.Session(region_name="us-east-1")


@pytest.fixture(scope="module")
def outputs(deployed: Package, session: boto3.Session) -> dict[str, str]:
    return deploy(Deployment(deployed, "prod", {"AlarmEmail": "ops@example.com"}), session)


def test_everything_in_the_template_is_made(deployed, session, outputs):
    declared = json.loads(deployed.template.read_text())["Resources"]

    made = session.client("cloudformation").describe_stack_resources(StackName="actrail-prod")[
        "StackResources"
    ]

    assert {each["ResourceStatus"] for each in made} == {"CREATE_COMPLETE"}
    assert declared.keys() <= {each["LogicalResourceId"] for each in made}


def test_the_table_streams_and_lets_accounts_be_made(session, outputs, monkeypatch):
    table = outputs["TableName"]
    monkeypatch.setenv("ACTRAIL_TABLE", table)
    Row.use_table(table)

    made = CliRunner().invoke(main, ["account", "create", "First", "--json"], catch_exceptions=False)

    described = session.client("dynamodb").describe_table(TableName=table)["Table"]
    assert json.loads(made.stdout)["secret_key"]
    assert described["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"


def test_jobs_that_fail_go_to_the_queue_of_failures(session, outputs):
    sqs = session.client("sqs")

    attributes = sqs.get_queue_attributes(QueueUrl=outputs["JobsQueue"], AttributeNames=["All"])["Attributes"]

    redrive = json.loads(attributes["RedrivePolicy"])
    assert redrive["deadLetterTargetArn"].rpartition(":")[2] == outputs["JobsFailedQueue"].rpartition("/")[2]
    assert int(attributes["VisibilityTimeout"]) >= 6 * 300


def test_files_are_encrypted_and_private(session, outputs):
    s3, bucket = session.client("s3"), outputs["FilesBucket"]

    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]

    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert set(blocked.values()) == {True}


def test_what_the_emulator_leaves_out_is_in_the_template(deployed):
    resources = json.loads(deployed.template.read_text())["Resources"]

    table, files = resources["Table"]["Properties"], resources["Files"]["Properties"]
    lifecycle = files["LifecycleConfiguration"]["Rules"]
    mapping = resources["CountStream"]["Properties"]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] is True
    assert {"exports/", "reports/"} <= {rule.get("Prefix") for rule in lifecycle}
    assert (mapping["TumblingWindowInSeconds"] > 0, mapping["ParallelizationFactor"]) == (True, 1)


def test_every_alarm_tells_somebody_and_has_its_section_in_the_manual(session, outputs):
    manual = (Path(__file__).parents[2] / "docs" / "operating.md").read_text().lower()

    alarms = session.client("cloudwatch").describe_alarms()["MetricAlarms"]

    sections = {each["AlarmDescription"].rpartition("See docs/operating.md: ")[2] for each in alarms}
    assert len(alarms) > 15
    assert {action for each in alarms for action in each["AlarmActions"]} == {outputs["AlarmsTopic"]}
    assert [section for section in sections if f"### {section}\n" not in manual] == []


def test_two_stages_in_one_account_share_no_metric_that_an_alarm_looks_at(deployed, session, outputs):
    deploy(Deployment(deployed, "qa", {}), session)
    alarms = session.client("cloudwatch").describe_alarms()["MetricAlarms"]

    looked_at = defaultdict(set)
    for each in alarms:
        stage = "prod" if each["AlarmName"].startswith("actrail-prod") else "qa"
        dimensions = {dimension["Name"]: dimension["Value"] for dimension in each["Dimensions"]}
        looked_at[stage].add((each["Namespace"], each["MetricName"], *sorted(dimensions.items())))

    assert len(looked_at["prod"]) == len(looked_at["qa"]) == len(alarms) / 2
    assert not looked_at["prod"] & looked_at["qa"]
    names = {each["name"] for each in session.client("apigateway").get_rest_apis()["items"]}
    assert names == {"actrail-prod", "actrail-qa"}


def test_what_alarms_and_the_dashboard_look_at_is_named_by_the_stack(deployed):
    resources = json.loads(deployed.template.read_text())["Resources"]
    alarms = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    board = json.dumps(resources["Dashboard"]["Properties"])

    of_this_stack = [
        any(isinstance(dimension["Value"], dict) for dimension in each["Dimensions"]) for each in alarms
    ]

    assert alarms
    assert all(of_this_stack)
    assert '"actrail' not in board.replace("\\", "")
    api = resources["RestAPI"]["Properties"]
    assert api["Name"] == api["DefinitionBody"]["info"]["title"] == {"Ref": "AWS::StackName"}


def test_deployed_again_it_is_the_same_stack(deployed, session, outputs):
    again = deploy(Deployment(deployed, "prod", {}), session)

    stack = session.client("cloudformation").describe_stacks(StackName="actrail-prod")["Stacks"][0]
    assert again["TableName"] == outputs["TableName"]
    assert {"ParameterKey": "AlarmEmail", "ParameterValue": "ops@example.com"} in [
        {name: each[name] for name in ("ParameterKey", "ParameterValue")} for each in stack["Parameters"]
    ]


def test_every_function_has_a_role_of_its_own_and_every_wildcard_its_reason(deployed):
    template = json.loads(deployed.template.read_text())

    assert violations(template) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda role: role.pop("Metadata"), "a wildcard without a reason"),
        (lambda role: role["Metadata"]["Wildcards"].update(Other="..."), "there is no wildcard"),
    ],
)
def test_a_wildcard_without_a_reason_and_a_reason_without_a_wildcard_are_told(deployed, change, problem):
    template = json.loads(deployed.template.read_text())
    change(template["Resources"]["CountRole"])

    assert [problem in each for each in violations(template)] == [True]


def test_functions_that_share_a_role_are_told(deployed):
    template = json.loads(deployed.template.read_text())
    resources = template["Resources"]
    resources["Work"]["Properties"]["Role"] = resources["Count"]["Properties"]["Role"]

    assert len(violations(template)) == 1
