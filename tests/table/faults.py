"""Faults of the service, put where a request is sent: nothing of the table layer above is replaced.

Writes go by botocore's client, which all rows share; what is read goes by the wire.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session

from chalicelib.table.rows import Row
from chalicelib.table.wire import Wire

_WRITES = ("TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem", "BatchWriteItem")


Answer = dict[str, Any]
"""An answer of status 400 as botocore has parsed it."""


class Crash(BaseException):
    """The process ended here; a BaseException, since nothing of ours lives on to handle it."""


@contextmanager
def crash_at(number: int, *, answered: bool) -> Iterator[list[str]]:
    """Crash at the write of this number, 0 the first; gives the names of the writes that began.

    ``answered`` says that the write is done and only its answer gets lost; else it never arrives.
    """
    began: list[str] = []

    def on_request(event_name: str, **_: Any) -> None:
        began.append(event_name.rsplit(".", 1)[-1])
        if not answered and len(began) > number:
            raise Crash

    def on_answer(**_: Any) -> None:
        if answered and len(began) > number:
            raise Crash

    with _hooked("before-call", _WRITES, on_request), _hooked("after-call", _WRITES, on_answer):
        yield began


@contextmanager
def just_before(operation: str, action: Callable[[], object], number: int = 0) -> Iterator[None]:
    """Let somebody else act right before the request of this number, 0 the first, is sent."""
    numbers = itertools.count()

    def on_request(**_: Any) -> None:
        if next(numbers) == number:
            action()

    with _hooked("before-call", (operation,), on_request):
        yield
    assert next(numbers) > number, "nothing was sent, and so nobody acted before it"


@contextmanager
def before_each(operation: str, action: Callable[[], object]) -> Iterator[None]:
    """Let somebody else act before every request."""

    def on_request(**_: Any) -> None:
        action()

    with _hooked("before-call", (operation,), on_request):
        yield


@contextmanager
def answers(operation: str, *given: Answer | None) -> Iterator[list[dict[str, Any]]]:
    """Answer the first requests of an operation in place of the service, None with the truth.

    The last answer is given from then on. Gives the bodies of the requests.
    """
    sent: list[dict[str, Any]] = []

    def on_call(params: Any, **_: Any) -> tuple[Any, Answer] | None:
        sent.append(json.loads(params["body"]))
        answer = given[min(len(sent), len(given)) - 1]
        return None if answer is None else (AWSResponse("", 400, {}, None), answer)

    with _hooked("before-call", (operation,), on_call):
        yield sent


@contextmanager
def nothing_found(operation: str, times: int) -> Iterator[None]:
    """Answer the first queries as an index that lags behind does, with no items."""
    left = [True] * times

    def on_call(**_: Any) -> tuple[Any, Answer] | None:
        nothing = {"Items": [], "Count": 0, "ScannedCount": 0, "ResponseMetadata": {}}
        return (AWSResponse("", 200, {}, None), nothing) if left and left.pop() else None

    with _hooked("before-call", (operation,), on_call):
        yield
    assert not left, "fewer were asked for"


@contextmanager
def lost_answer(operation: str) -> Iterator[list[dict[str, Any]]]:
    """Let the first request of an operation be done and its connection break before the answer."""
    sent: list[dict[str, Any]] = []

    def on_send(request: Any, **_: Any) -> None:
        sent.append(json.loads(request.body))
        if len(sent) == 1:
            URLLib3Session().send(request)
            raise ConnectionClosedError(endpoint_url=request.url)

    with _hooked("before-send", (operation,), on_send):
        yield sent


def cancelled(*codes: str) -> Answer:
    """The answer to a transaction that was cancelled, a code for each action."""
    reasons = [{"Code": code, "Message": code} for code in codes]
    return refused("TransactionCanceledException") | {"CancellationReasons": reasons}


def refused(code: str) -> Answer:
    """An answer that says why the request failed."""
    return {"Error": {"Code": code, "Message": "..."}, "ResponseMetadata": {}}


@contextmanager
def _hooked(event: str, operations: Sequence[str], hook: Callable[..., object]) -> Iterator[None]:
    events = Row.connection().client.meta.events
    names = [f"{event}.dynamodb.{operation}" for operation in operations]
    for name in names:
        events.register_first(name, hook)
    call = Wire.call

    def hooked(wire: Wire, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        if operation not in operations or event != "before-call":
            return call(wire, operation, body)
        name, params = f"{event}.dynamodb.{operation}", {"body": json.dumps(body)}
        answered: Any = hook(event_name=name, params=params)
        return answered[1] if answered else call(wire, operation, body)

    try:
        with mock.patch.object(Wire, "call", hooked):
            yield
    finally:
        for name in names:
            events.unregister(name, hook)
