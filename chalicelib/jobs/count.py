"""Counts what became new in the table. Only INSERTs count: a retry overwrites, a replay brings nothing new.

An event's INSERT is one action in each campaign it counts in, and one by a fallback if the event says so; a
conversion marker's is one unique converter,
an exposure marker's one visitor. A visitor who is seen in a second variation leaves a marker too, written
here, whose INSERT comes back through the stream like any other. Sessions that begin and end are noted on the
way; see table/begun_sessions.py.

The event source mapping has a tumbling window, because only then does Lambda hand over the shard's id, and a
parallelisation factor of one, so that a shard's records come in their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.domain import counts
from chalicelib.table import begun_sessions, counters, markers, recent
from chalicelib.table.counters import Addition
from chalicelib.table.wire import Item

Record = dict[str, Any]
COUNTED = ("event", "marker")


def handle(event: dict[str, Any], _: object = None) -> dict[str, Any]:
    """Count a batch of stream records. What fails raises, and Lambda delivers the batch again."""
    inserts = [
        record["dynamodb"]
        for record in event["Records"]
        if record["eventName"] == "INSERT" and _type_of(record["dynamodb"]) in COUNTED
    ]
    if inserts:
        begun_sessions.note(inserts)
        _mark_several(inserts)
        counters.add(event["shardId"], additions(inserts))
        recent.keep(inserts)
    return {"state": event.get("state", {})}


def additions(inserts: list[Record]) -> Iterator[Addition]:
    """What each new item adds to the counts."""
    for change in inserts:
        item: Item = change["NewImage"]
        kind = _type_of(change)
        if kind == "event" and "campaigns" in item:
            account_id = item["PK"]["S"].split("#", 1)[0]
            tracker, day = item["tracker"]["N"], item["day"]["S"]
            for campaign_id, variation in item["campaigns"]["M"].items():
                names = counts.of_action(tracker, variation["S"], by_fallback="fallback" in item)
                yield Addition(account_id, campaign_id, day, names, change["SequenceNumber"])
        elif kind == "marker":
            account_id, _, campaign_id, _ = item["PK"]["S"].split("#")
            names = (_counted_by(item["SK"]["S"]),)
            yield Addition(account_id, campaign_id, item["day"]["S"], names, change["SequenceNumber"])


def _type_of(change: Record) -> str:
    """The type of the new item; nothing of ours for what somebody else put into the table."""
    return str(change["NewImage"].get("type", {}).get("S", ""))


def _counted_by(sort: str) -> str:
    """The count that a marker's sort key stands for."""
    family, _, rest = sort.partition("#")
    if family == "EXPOSURE":
        return counts.visitors(rest.split("#", 1)[0])
    if family == "CONVERSION":
        tracker, variation, _ = rest.split("#", 2)
        return counts.converters(tracker, variation)
    return counts.SEVERAL


def _mark_several(inserts: list[Record]) -> None:
    """Mark visitors of this batch's exposures who have seen another variation of the same campaign.

    Both exposures are in the table before the later one's record comes, so at least that one finds the
    other; finding it twice writes the same marker. 1 read a new visitor and variation, 1 write unit a find.
    """
    exposures = [
        item
        for change in inserts
        if (item := change["NewImage"])["SK"]["S"].startswith("EXPOSURE#") and _type_of(change) == "marker"
    ]
    if exposures:
        markers.mark_several(exposures)
