"""An HTTP server between intake and the table, which notes each request and may spoil it.

Faults are those of DynamoDB and of networks: refusals that pass, items left unprocessed, errors, connections
that break before the request is done or before its answer has come.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from enum import Enum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

Body = dict[str, Any]
Behind = Callable[[str, Body], tuple[int, Body]]
"""Does an operation and answers it, as DynamoDB or in its place."""


class Fault(Enum):
    THROTTLED = "throttled"
    BROKEN = "an error of the service's own"
    UNREACHED = "the connection broke before the request was done"
    UNANSWERED = "it broke before the answer came"
    PARTLY = "some items are left unprocessed"


class Between:
    """The server, while it is entered.

    Attributes:
        fault: decides what goes wrong with a request of an operation; None for nothing.
        seen: operations asked for, in order.
        units: write units that what was done has consumed.
    """

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self.fault: Callable[[str], Fault | None] = lambda _: None
        self.seen: list[str] = []
        self.units = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def forget(self) -> None:
        """Count anew."""
        self.seen.clear()
        self.units = 0.0

    def answer(self, operation: str, body: Body) -> tuple[int, Body] | None:
        """The answer to a request; None where the connection breaks instead."""
        self.seen.append(operation)
        match self.fault(operation):
            case Fault.THROTTLED:
                return 400, {
                    "__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException",
                    "message": "slow",
                }
            case Fault.BROKEN:
                return 500, {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"}
            case Fault.UNREACHED:
                return None
            case Fault.UNANSWERED:
                self._done(operation, body)
                return None
            case Fault.PARTLY:
                return self._partly(operation, body)
            case None:
                return self._done(operation, body)

    def _done(self, operation: str, body: Body) -> tuple[int, Body]:
        status, answer = self._behind(operation, {**body, "ReturnConsumedCapacity": "TOTAL"})
        if operation in ("BatchWriteItem", "PutItem", "UpdateItem"):
            consumed = answer.get("ConsumedCapacity", [])
            of_tables = consumed if isinstance(consumed, list) else [consumed]
            self.units += sum(each["CapacityUnits"] for each in of_tables)
        return status, answer

    def _partly(self, operation: str, body: Body) -> tuple[int, Body]:
        if operation != "BatchWriteItem":
            return self._done(operation, body)
        [(table, puts)] = body["RequestItems"].items()
        half = len(puts) // 2
        done = {"RequestItems": {table: puts[:half]}}
        status, answer = self._done(operation, done) if half else (200, {})
        return status, {**answer, "UnprocessedItems": {table: puts[half:]}}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        between = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # an answer in two packets would wait 40 ms for the first to be acknowledged

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                answer = between.answer(self.headers["x-amz-target"].rpartition(".")[2], body)
                if answer is None:
                    self.close_connection = True
                    return
                content = json.dumps(answer[1]).encode()
                self.send_response(answer[0])
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Tests look at what was seen."""

        return Handler


def forwarded_to(endpoint: str) -> Behind:
    """Has the emulator do it."""
    host = urlsplit(endpoint).netloc

    def behind(operation: str, body: Body) -> tuple[int, Body]:
        connection = HTTPConnection(host, timeout=10)
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/dynamodb/aws4_request",
        }
        connection.request("POST", "/", json.dumps(body), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        connection.close()
        return response.status, answer

    return behind


def kept_in(items: dict[tuple[str, str], Body]) -> Behind:
    """Keeps what is put in a dictionary, by its key."""

    def behind(_: str, body: Body) -> tuple[int, Body]:
        for puts in body["RequestItems"].values():
            for put in puts:
                item = put["PutRequest"]["Item"]
                items[item["PK"]["S"], item["SK"]["S"]] = item
        return 200, {"UnprocessedItems": {}}

    return behind
