"""Clients of the tests' own, by which they see what is stored; making one takes longer than most requests."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import boto3

from chalicelib.table.keys import Key


def dynamodb(endpoint: str | None = None) -> Any:
    """The client of an endpoint; without one, of what the environment names, else of moto."""
    return _made(endpoint or os.environ.get("AWS_ENDPOINT_URL"))


def set_attribute(table: str, key: Key, name: str, value: dict[str, Any]) -> None:
    """Change an attribute of an item behind the table layer's back."""
    dynamodb().update_item(
        TableName=table,
        Key={"PK": {"S": key.partition}, "SK": {"S": key.sort}},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": value},
    )


@cache
def _made(endpoint: str | None) -> Any:
    return boto3.client("dynamodb", endpoint_url=endpoint)
