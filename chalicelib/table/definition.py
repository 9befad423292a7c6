"""Creates the table from the CloudFormation definition that AWS deploys, where no CloudFormation runs.

The emulator and the tests get the very table that `infra/resources.json` describes. What only matters to
an AWS account (point-in-time recovery, deletion protection) is left out, since it would only get in the way.
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

_CREATED_WITH = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
_POLL = {"Delay": 1, "MaxAttempts": 60}


def create_table(client: Any, name: str, template: Mapping[str, Any]) -> bool:
    """Create the table `name` and wait until it is active; tell whether it was not there before.

    `client` is a DynamoDB client, `template` the `Properties` of an `AWS::DynamoDB::Table`.
    A table that exists is left as it is. Raises `botocore.exceptions.ClientError` for any other refusal.
    """
    try:
        client.create_table(TableName=name, **_create_arguments(template))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise
        created = False
    else:
        created = True
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_POLL)
    if created and "TimeToLiveSpecification" in template:
        client.update_time_to_live(
            TableName=name, TimeToLiveSpecification=template["TimeToLiveSpecification"]
        )
    return created


def _create_arguments(template: Mapping[str, Any]) -> dict[str, Any]:
    """Turn CloudFormation's properties into CreateTable's: the stream alone is spelt differently."""
    arguments = {name: template[name] for name in _CREATED_WITH if name in template}
    if "StreamSpecification" in template:
        arguments["StreamSpecification"] = {
            "StreamEnabled": True,
            **template["StreamSpecification"],
        }
    return arguments
