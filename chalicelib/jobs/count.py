"""Counts what became new in the table: a retry overwrites with the same, and a replay brings nothing new.

An event that is new is one action in each campaign it counts in, and one by a fallback if it says so. One
that is overwritten with other content counts as that from then on: what it counts no longer is taken away, so
that the counts are always those of the events that are there. Where it only was taken in by who knew less, it
is put right, and comes back through the stream; see table/said_again.py.

A new conversion marker is one unique converter, a new exposure marker one visitor; neither is ever
overwritten with another meaning. A visitor who is seen in a second variation leaves a marker too, written
here, which comes back through the stream like any other. Sessions that begin and end are noted on the way;
see table/begun_sessions.py.

The event source mapping has a tumbling window, because only then does Lambda hand over the shard's id, and a
parallelisation factor of one, so that a shard's records come in their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.domain import counts
from chalicelib.errors import Unavailable
from chalicelib.observability import logger
from chalicelib.table import begun_sessions, counters, markers, recent, said_again
from chalicelib.table.counters import Addition
from chalicelib.table.refusals import WireError
from chalicelib.table.wire import Item

Record = dict[str, Any]
WRITTEN = ("INSERT", "MODIFY")
COUNTED = ("event", "marker")


def handle(event: dict[str, Any], _: object = None) -> dict[str, Any]:
    """Count a batch of stream records. What fails raises, and Lambda delivers the batch again."""
    changes = [
        record["dynamodb"]
        for record in event["Records"]
        if record["eventName"] in WRITTEN and _type_of(record["dynamodb"]) in COUNTED
    ]
    if changes:
        new = [change for change in changes if "OldImage" not in change]
        begun_sessions.note(change for change in changes if _acts_anew(change))
        _mark_several(new)
        counters.add(event["shardId"], additions(changes))
        said_again.keep_counted(changes)
        _remember(new)
    return {"state": event.get("state", {})}


def additions(changes: list[Record]) -> Iterator[Addition]:
    """What each item that was written adds to the counts, and what the one it replaced no longer does."""
    for change in changes:
        if _type_of(change) == "event":
            now, before = _counting(change["NewImage"]), _counting(change.get("OldImage", {}))
            for place in now | before:
                names, lost = now.get(place, ()), before.get(place, ())
                if names != lost:
                    yield Addition(*place, names, change["SequenceNumber"], lost)
        elif "OldImage" not in change:
            yield _of_marker(change["NewImage"], change["SequenceNumber"])


def _counting(event: Item) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """The counts that an event is in, by account, campaign and day."""
    if not event.get("campaigns", {}).get("M"):
        return {}
    account_id = event["PK"]["S"].split("#", 1)[0]
    tracker, day = event["tracker"]["N"], event["day"]["S"]
    return {
        (account_id, campaign_id, day): counts.of_action(
            tracker, variation["S"], by_fallback="fallback" in event
        )
        for campaign_id, variation in event["campaigns"]["M"].items()
    }


def _of_marker(marker: Item, sequence: str) -> Addition:
    account_id, _, campaign_id, _ = marker["PK"]["S"].split("#")
    return Addition(account_id, campaign_id, marker["day"]["S"], (_counted_by(marker["SK"]["S"]),), sequence)


def _acts_anew(change: Record) -> bool:
    """Whether an item is new, or an event of another action than the one it replaced."""
    return bool(change["NewImage"].get("action") != change.get("OldImage", {}).get("action"))


def _remember(new: list[Record]) -> None:
    """Keep the last events for the feed, if that is possible: what is counted stays counted."""
    try:
        recent.keep(new)
    except (Unavailable, WireError):
        logger.exception("the feed lacks events")


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
