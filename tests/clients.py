"""Clients of the tests' own, by which they see what is stored; making one takes longer than most requests."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import boto3


def dynamodb(endpoint: str | None = None) -> Any:
    """The client of an endpoint; without one, of what the environment names, else of moto."""
    return _made(endpoint or os.environ.get("AWS_ENDPOINT_URL"))


@cache
def _made(endpoint: str | None) -> Any:
    return boto3.client("dynamodb", endpoint_url=endpoint)
