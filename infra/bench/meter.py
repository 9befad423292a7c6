"""Counts what is asked of DynamoDB: where the wire is called, and by hooks of botocore on its one client."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import boto3

from chalicelib.table.refusals import WireError
from chalicelib.table.rows import Row
from chalicelib.table.wire import Wire
from infra.bench import units
from infra.bench.units import Item

READS = frozenset({"Query", "GetItem", "BatchGetItem"})
Image = Item | None
Place = tuple[str, str]
"""Partition and sort key of an item."""


@dataclass
class Cost:
    """Requests by operation and the units they take.

    ``refused_write_units`` are those of refused conditions, billed as any other and among ``write_units``;
    ``reported`` is what the emulator says of what it has written, the index included.
    """

    requests: Counter[str] = field(default_factory=Counter)
    read_units: float = 0
    write_units: float = 0
    index_write_units: float = 0
    refused_write_units: float = 0
    reported: float = 0


class Meter:
    """Adds up the cost of everything sent.

    What a write changes it reads before and after, by a client of its own: answers do not tell it.
    """

    def __init__(self) -> None:
        self.cost = Cost()
        self._reader = boto3.client("dynamodb")
        self._before: dict[Place, Image] = {}
        self._request: Mapping[str, Any] = {}

    def before(self, operation: str, request: Mapping[str, Any]) -> None:
        """Note a request and what the items it writes look like."""
        self._request = request
        places = () if operation in READS else _written(request)
        self._before = {place: self._image(place) for place in places}

    def after(self, operation: str, parsed: Mapping[str, Any]) -> None:
        """Add the cost of the request that was answered."""
        self.cost.requests[operation] += 1
        consistent = bool(self._request.get("ConsistentRead"))
        if operation == "Query":
            self.cost.read_units += units.reading_range(parsed.get("Items", []), consistent=consistent)
        elif operation == "GetItem":
            self.cost.read_units += units.reading_each([parsed.get("Item")], consistent=consistent)
        elif operation == "BatchGetItem":
            self._add_batch(parsed)
        else:
            self._add_writes(2 if operation == "TransactWriteItems" else 1, parsed)

    def _add_batch(self, parsed: Mapping[str, Any]) -> None:
        ((table, asked),) = self._request["RequestItems"].items()
        found: list[Image] = list(parsed["Responses"].get(table, []))
        missing: Sequence[Image] = [None] * (len(asked["Keys"]) - len(found))
        consistent = bool(asked.get("ConsistentRead"))
        self.cost.read_units += units.reading_each([*found, *missing], consistent=consistent)

    def _add_writes(self, times: int, parsed: Mapping[str, Any]) -> None:
        for place, before in self._before.items():
            after = self._image(place)
            written = times * units.writing(before, after)
            self.cost.write_units += written
            self.cost.refused_write_units += written if "Error" in parsed else 0
            self.cost.index_write_units += units.index_writing(before, after)
        consumed = parsed.get("ConsumedCapacity", [])
        for part in consumed if isinstance(consumed, list) else [consumed]:
            self.cost.reported += part["CapacityUnits"]

    def _image(self, place: Place) -> Image:
        key = {"PK": {"S": place[0]}, "SK": {"S": place[1]}}
        answer = self._reader.get_item(TableName=Row.Meta.table_name, Key=key, ConsistentRead=True)
        image: Image = answer.get("Item")
        return image


@contextmanager
def metered() -> Iterator[Cost]:
    """The cost of what the table layer asks for meanwhile."""
    meter = Meter()

    def before(model: Any, params: Mapping[str, Any], **_: Any) -> None:
        meter.before(model.name, json.loads(params["body"]))

    def after(model: Any, parsed: Mapping[str, Any], **_: Any) -> None:
        meter.after(model.name, parsed)

    events = Row.connection().client.meta.events
    events.register("before-call.dynamodb", before)
    events.register("after-call.dynamodb", after)
    try:
        with _noting_the_wire(meter):
            yield meter.cost
    finally:
        events.unregister("before-call.dynamodb", before)
        events.unregister("after-call.dynamodb", after)


@contextmanager
def metered_wire() -> Iterator[Cost]:
    """The cost of what intake, counting and jobs ask for meanwhile, past botocore's client."""
    meter = Meter()
    with _noting_the_wire(meter):
        yield meter.cost


@contextmanager
def _noting_the_wire(meter: Meter) -> Iterator[None]:
    call = Wire.call

    def metered_call(of: Wire, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        meter.before(operation, body)
        try:
            answer = call(of, operation, body)
        except WireError as error:
            meter.after(operation, {"Error": error.wire_code})
            raise
        meter.after(operation, answer)
        return answer

    with mock.patch.object(Wire, "call", metered_call):
        yield


def _written(request: Mapping[str, Any]) -> Iterator[Place]:
    """Where a request writes or checks a condition; nowhere, if it only reads."""
    if "RequestItems" in request:
        for requests in request["RequestItems"].values():
            yield from (_place(each["PutRequest"]["Item"]) for each in requests)
    elif "TransactItems" in request:
        for action in request["TransactItems"]:
            (arguments,) = action.values()
            yield _place(arguments.get("Key") or arguments["Item"])
    else:
        yield _place(request.get("Key") or request["Item"])


def _place(item: Item) -> Place:
    return item["PK"]["S"], item["SK"]["S"]
