"""Faults of the service below, put in where requests are sent: everything above is as it is.

What is read goes by the wire's connection, what is written by botocore's client.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from unittest import mock

from botocore.awsrequest import AWSResponse
from botocore.exceptions import BotoCoreError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from chalicelib.table.connection import Connection
from chalicelib.table.rows import Row


@dataclass(frozen=True)
class Fault:
    """What goes wrong: the connection, as either client tells it, or the service answers with a code."""

    broken: tuple[type[BotoCoreError], type[OSError]] | None = None
    status: int = 0
    code: str = ""

    def of_client(self) -> tuple[AWSResponse, dict[str, Any]]:
        """As botocore's client meets it in the end: its own tries are used up."""
        if self.broken:
            raise self.broken[0](endpoint_url="https://dynamodb.example.com")
        return AWSResponse("", self.status, {}, None), {"Error": {"Code": self.code, "Message": "no"}}

    def of_wire(self) -> tuple[int, bytes]:
        """As the wire's connection meets it, at each try."""
        if self.broken:
            raise self.broken[1]
        return self.status, json.dumps({"__type": f"com.amazon#{self.code}", "message": "no"}).encode()


def refused(status: int, code: str) -> Fault:
    """The service answers with an error of its own."""
    return Fault(None, status, code)


PASSING: dict[str, Fault] = {
    "no connection": Fault((EndpointConnectionError, ConnectionRefusedError)),
    "connecting takes too long": Fault((ConnectTimeoutError, TimeoutError)),
    "the answer takes too long": Fault((ReadTimeoutError, TimeoutError)),
    "throttled": refused(400, "ThrottlingException"),
    "over the provisioned throughput": refused(400, "ProvisionedThroughputExceededException"),
    "over the account's limit": refused(400, "RequestLimitExceeded"),
    "internal error": refused(500, "InternalServerError"),
    "not available": refused(503, "ServiceUnavailable"),
}


@contextmanager
def happening(fault: Fault, after: int = 0, times: int = 1000) -> Iterator[None]:
    """Every request meets the fault, but for the first ones, and only so many times. Nobody waits for it."""
    numbers, post = count(), Connection.post

    def posted(connection: Connection, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        meets = after <= next(numbers) < after + times
        return fault.of_wire() if meets else post(connection, headers, body)

    def called(**_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        return fault.of_client() if after <= next(numbers) < after + times else None

    events = Row.connection().client.meta.events
    events.register_first("before-call.dynamodb", called)
    try:
        with mock.patch.object(Connection, "post", posted), mock.patch("time.sleep"):
            yield
    finally:
        events.unregister("before-call.dynamodb", called)
