"""Erases a person: everything that was stored of a visitor, found by searching where it may be.

Counts outlive the person, since a number names nobody. What a recount would have found of them is noted by
campaign and day, in the very transaction that deletes it, so that counts can still be proven.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zlib import crc32

from chalicelib.domain import counts
from chalicelib.settings import settings
from chalicelib.table import bulk_deletion, keys, wire
from chalicelib.table.transaction import until_settled
from chalicelib.table.wire import Item

AT_ONCE = 20
"""Events that one call erases. Each may be one item, and a note in each of 20 campaigns."""

STREAM_KEPT = timedelta(hours=25)
"""How long the stream keeps what was written, 24 hours, and one more for whoever looks each hour."""

MOST_ACTIONS = 90
"""Of one transaction, which takes 100."""


COUNTING = ("campaigns", "tracker", "fallback", "day")
"""The attributes of an event that say what it counts as."""


class Erased(NamedTuple):
    """An item that goes, and the counts that it stands for, by campaign and day.

    ``unchanged`` are those of its attributes that say so: it goes only if they still are what was read.
    """

    item: Item
    counted: dict[tuple[str, str], Counter[str]]
    unchanged: tuple[str, ...] = ()


def some_markers(account_id: str, campaign_id: str, uuid: str) -> int:
    """Erase up to 90 of a visitor's markers of a campaign; how many, 0 when none are left.

    Searches the one of the 8 partitions of its markers that has them: 1 query a MB of it, 2 write units and
    2 for the note of each marker.
    """
    shard = crc32(uuid.encode()) % keys.MARKER_SHARDS
    partition = keys.markers(account_id, campaign_id, shard)

    def found() -> Iterator[Erased]:
        for item in _all_keys(partition):
            visitor, name = _said(item["SK"]["S"])
            if visitor == uuid:
                yield Erased(item, {(campaign_id, item["day"]["S"]): Counter([name])})

    return until_settled(lambda: _erase(account_id, list(found())))


def some_events(account_id: str, uuid: str) -> int:
    """Erase up to 20 of a visitor's events; how many, 0 when none are left.

    1 query, 2 write units each, 2 for each note.
    """
    partition = keys.profile(account_id, uuid)
    return until_settled(lambda: _erase(account_id, [_event(item) for item in _page(partition, keys.EVENTS)]))


def some_of_the_rest(account_id: str, uuid: str) -> int:
    """Erase up to 500 of what else is kept of a visitor; how many. 1 write unit each.

    Not their events, of which another may have come: it may count, and then it is to be noted.
    """
    partition, (first, last) = keys.profile(account_id, uuid), keys.EVENTS
    return bulk_deletion.some_of(partition, high=first) or bulk_deletion.some_of(partition, low=last)


def note(account_id: str, now: datetime) -> None:
    """Note that somebody was erased: for a day the stream may still tell of them. 1 write unit."""
    key = keys.last_erasure(account_id)
    expires = {"N": str(int((now + STREAM_KEPT).timestamp()))}
    item = {
        "PK": {"S": key.partition},
        "SK": {"S": key.sort},
        "type": {"S": "erasure"},
        "expires_at": expires,
    }
    wire.write_all([item])


def may_be_told_of(account_id: str, now: datetime) -> bool:
    """Whether the stream may tell of somebody who was erased before. 1 read."""
    noted = wire.find(*keys.last_erasure(account_id))
    return noted is not None and int(noted["expires_at"]["N"]) > now.timestamp()


def _erase(account_id: str, found: Sequence[Erased]) -> int:
    """Delete items with the notes of what they stood for, as many as one transaction takes; how many.

    Raises Changed when somebody was quicker: another one who erases, the table's own expiry, or an event that
    came again and counts as something else than what was read.
    """
    batch = found[:MOST_ACTIONS]
    while len(batch) + len(_notes(batch)) > MOST_ACTIONS:
        batch = batch[:-1]
    if batch:
        notes = _notes(batch).items()
        bulk_deletion.together(
            [bulk_deletion.delete_of(each.item, each.unchanged) for each in batch]
            + [_noted(account_id, campaign_id, day, counted) for (campaign_id, day), counted in notes]
        )
    return len(batch)


def _notes(batch: Sequence[Erased]) -> dict[tuple[str, str], Counter[str]]:
    notes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for each in batch:
        for where, counted in each.counted.items():
            notes[where].update(counted)
    return notes


def _noted(account_id: str, campaign_id: str, day: str, counted: Counter[str]) -> dict[str, object]:
    names = {f"#{index}": name for index, name in enumerate(counted)}
    values: Item = {f":{index}": {"N": str(number)} for index, number in enumerate(counted.values())}
    added = ", ".join(f"#{index} :{index}" for index in range(len(counted)))
    return bulk_deletion.update_of(
        keys.erased(account_id, campaign_id, day),
        f"ADD {added} SET #type = :type",
        {**names, "#type": "type"},
        {**values, ":type": {"S": "erased"}},
    )


def _event(item: Item) -> Erased:
    tracker = item.get("tracker", {}).get("N", "")
    campaigns = item.get("campaigns", {}).get("M", {})
    return Erased(
        item,
        {
            (campaign_id, item["day"]["S"]): Counter(
                counts.of_action(tracker, variation["S"], by_fallback="fallback" in item)
            )
            for campaign_id, variation in campaigns.items()
        },
        COUNTING,
    )


def _said(sort: str) -> tuple[str, str]:
    """Whose marker a sort key is of, and the count that it stands for."""
    family, rest = sort.split("#", 1)
    if family == "EXPOSURE":
        variation, visitor = rest.split("#", 1)
        return visitor, counts.visitors(variation)
    if family == "CONVERSION":
        tracker, variation, visitor = rest.split("#", 2)
        return visitor, counts.converters(tracker, variation)
    return rest, counts.SEVERAL


def _all_keys(partition: str) -> Iterator[Item]:
    """Keys and days of all markers in a partition: no condition of a query finds the end of a sort key."""
    request: dict[str, object] = {
        "TableName": settings().table,
        "ConsistentRead": True,
        "KeyConditionExpression": "PK = :pk",
        "ProjectionExpression": "PK, SK, #day",
        "ExpressionAttributeNames": {"#day": "day"},
        "ExpressionAttributeValues": {":pk": {"S": partition}},
    }
    while True:
        answer = wire.wire().call("Query", request)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _page(partition: str, between: tuple[str, str]) -> list[Item]:
    low, high = between
    answer = wire.wire().call(
        "Query",
        {
            "TableName": settings().table,
            "ConsistentRead": True,
            "KeyConditionExpression": "PK = :pk AND SK BETWEEN :low AND :high",
            "ExpressionAttributeValues": {":pk": {"S": partition}, ":low": {"S": low}, ":high": {"S": high}},
            "Limit": AT_ONCE,
        },
    )
    found: list[Item] = answer["Items"]
    return found
