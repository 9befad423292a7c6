"""Faults of the service below, put in where botocore sends its requests: everything above is as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import BotoCoreError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from chalicelib.table.rows import Row

Answer = tuple[AWSResponse, dict[str, Any]]
Fault = Callable[[], Answer]


def refused(status: int, code: str) -> Fault:
    """The service answers with an error of its own, in the end: botocore's own tries are used up."""
    return lambda: (AWSResponse("", status, {}, None), {"Error": {"Code": code, "Message": "no"}})


def _lost(error: type[BotoCoreError]) -> Fault:
    def lose() -> Answer:
        raise error(endpoint_url="https://dynamodb.example.com")

    return lose


PASSING: dict[str, Fault] = {
    "no connection": _lost(EndpointConnectionError),
    "connecting takes too long": _lost(ConnectTimeoutError),
    "the answer takes too long": _lost(ReadTimeoutError),
    "throttled": refused(400, "ThrottlingException"),
    "over the provisioned throughput": refused(400, "ProvisionedThroughputExceededException"),
    "over the account's limit": refused(400, "RequestLimitExceeded"),
    "internal error": refused(500, "InternalServerError"),
    "not available": refused(503, "ServiceUnavailable"),
}


@contextmanager
def happening(fault: Fault, after: int = 0, stage: str = "before-call", times: int = 1000) -> Iterator[None]:
    """Every call of the table meets the fault, but for the first ones, and only so many times.

    The stage is botocore's: "before-call" comes before all tries, "before-send" before each.
    """
    made = 0

    def meet(**_: Any) -> Answer | None:
        nonlocal made
        made += 1
        return fault() if after < made <= after + times else None

    events = Row.connection().client.meta.events
    events.register_first(f"{stage}.dynamodb", meet)
    try:
        yield
    finally:
        events.unregister(f"{stage}.dynamodb", meet)
