"""What the functions spend on an event, told apart from what any would: CPU of this process beside a stub."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import botocore.session
import orjson

from app import app
from chalicelib.domain.event import checked
from chalicelib.jobs.count import handle
from chalicelib.table import catalogue, events, wire
from chalicelib.table.wire import Item
from infra.bench.intake_ground import TABLE, Tracked, lambda_event

SIZE = 25
"""Events of a request; they make two requests to the store."""

ROUNDS = 7
RECORDS = 100
STREAM = f"arn:aws:dynamodb:us-east-1:000000000000:table/{TABLE}/stream/2026-01-01T00:00:00.000"


def function(tracked: Tracked, events: int, size: int) -> float:
    """Microseconds of CPU an event of the function, at so many events a request."""
    invocations = [(lambda_event(tracked, body), size) for body in tracked.bodies(events // size, size)]
    return _interleaved({"function": lambda: _each(_accepted, invocations)})["function"] / events * 1e6


def least(tracked: Tracked, requests: int) -> dict[str, float]:
    """Microseconds of CPU an event: of the function, and of the least that two ways to write need.

    botocore: parses the body with orjson and has botocore's client write the same items, ready made.
    signed: parses the body, and signs and sends the same requests with bodies that orjson builds.
    """
    bodies = tracked.bodies(requests, SIZE)
    invocations = [lambda_event(tracked, body) for body in bodies]
    stored = [items_of(tracked, body) for body in bodies]
    client = botocore.session.get_session().create_client("dynamodb")

    def by_botocore(body: bytes, items: list[Item]) -> None:
        orjson.loads(body)
        for start in range(0, len(items), wire.BATCH):
            puts = [{"PutRequest": {"Item": item}} for item in items[start : start + wire.BATCH]]
            client.batch_write_item(RequestItems={TABLE: puts})

    def by_wire(body: bytes, items: list[Item]) -> None:
        orjson.loads(body)
        wire.write_all(items)

    ways: dict[str, Callable[[], None]] = {
        "function": lambda: _each(_accepted, [(each, SIZE) for each in invocations]),
        "botocore": lambda: _each(by_botocore, zip(bodies, stored, strict=True)),
        "signed": lambda: _each(by_wire, zip(bodies, stored, strict=True)),
    }
    return {name: seconds / requests / SIZE * 1e6 for name, seconds in _interleaved(ways).items()}


def counting(tracked: Tracked, number: int) -> float:
    """Microseconds of CPU an event that the counting function spends on batches of 100 records.

    Each event is the first of its visitor, so it comes with a marker: two records. Reading the batch's JSON,
    which Lambda's runtime does, is part of it.
    """
    stored = items_of(tracked, orjson.dumps({"events": tracked.events(number)}))
    records = [record_of(item, position) for position, item in enumerate(stored)]
    batches = [
        orjson.dumps({"Records": records[start : start + RECORDS], "shardId": "shardId-1", "state": {}})
        for start in range(0, len(records), RECORDS)
    ]
    ways = {
        "counting": lambda: _each(lambda batch: handle(orjson.loads(batch)), [(each,) for each in batches])
    }
    return _interleaved(ways)["counting"] / number * 1e6


def items_of(tracked: Tracked, body: bytes) -> list[Item]:
    """What is stored of a request's events."""
    account = catalogue.account_of(tracked.write_key, time.monotonic())
    if account is None:
        raise RuntimeError("the store does not know the write key")
    now = datetime.now(UTC)
    found = [checked(raw, now) for raw in orjson.loads(body)["events"]]
    events.learn(account, found, time.monotonic())
    return [item for event in found for item in events.items_of(account, event, now)]


def record_of(item: Item, position: int) -> dict[str, Any]:
    """The stream's record of a new item."""
    return {
        "eventID": f"{position:032x}",
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": int(time.time()),
            "Keys": {"PK": item["PK"], "SK": item["SK"]},
            "NewImage": item,
            "SequenceNumber": f"{position:021d}",
            "SizeBytes": 400,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": STREAM,
    }


def _accepted(event: dict[str, Any], size: int) -> None:
    answer = app(event, None)
    if answer["statusCode"] != 200 or orjson.loads(answer["body"])["accepted"] != size:
        raise RuntimeError(str(answer))


def _each(work: Callable[..., Any], arguments: Iterable[Sequence[Any]]) -> None:
    for each in arguments:
        work(*each)


def _interleaved(ways: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Seconds of CPU, the least of some rounds in which each has its turn; the first one warms up.

    Whoever else uses the machine's cores and caches only ever adds to what is measured.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS + 1):
        for name, work in ways.items():
            began = time.process_time()
            work()
            if number:
                taken[name].append(time.process_time() - began)
    return {name: min(each) for name, each in taken.items()}
