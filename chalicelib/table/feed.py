"""The account's last events, as far as they are remembered; apart from recent, whose path must stay short."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from chalicelib.domain.profile import StoredEvent
from chalicelib.settings import settings
from chalicelib.table import keys, profiles, wire
from chalicelib.table.refusals import ConditionFailed
from chalicelib.table.wire import Item

MOST = 50


def newest(account_id: str, now: datetime) -> list[StoredEvent]:
    """Up to 50 of the last events, newest first. 1 query of 32 items, 1 batch read of the events.

    Of many events at once only some are remembered; one that was erased or has expired is not there.
    """
    sort_keys = {
        tuple(place["S"].split("\n", 1))
        for item in wire.query_all(keys.recent(account_id).partition, "0", keys.LAST)
        if int(item["expires_at"]["N"]) > now.timestamp()
        for place in item["events"]["L"]
    }
    last = sorted(sort_keys, reverse=True)[:MOST]
    wanted = [{"PK": {"S": keys.profile(account_id, uuid)}, "SK": {"S": sort}} for sort, uuid in last]
    there = [item for item in wire.read_all(wanted) if int(item["expires_at"]["N"]) > now.timestamp()]
    events = [profiles.event_of(item["PK"]["S"].split("#", 2)[2], item) for item in there]
    return sorted(events, key=lambda event: (event.time, event.id), reverse=True)


def forget(account_id: str, uuid: str) -> None:
    """No longer remember a visitor's events. 1 query, 1 write unit for each item that names them."""
    for item in wire.query_all(keys.recent(account_id).partition, "0", keys.LAST):
        remembered = item["events"]["L"]
        left = [place for place in remembered if place["S"].split("\n", 1)[1] != uuid]
        if len(left) < len(remembered):
            _replace(item, left)


def _replace(item: Item, left: list[Item]) -> None:
    """Remember less in an item; one that a batch has written over meanwhile stays as it is."""
    request = {
        "TableName": settings().table,
        "Item": {**item, "events": {"L": left}},
        "ConditionExpression": "#events = :before",
        "ExpressionAttributeNames": {"#events": "events"},
        "ExpressionAttributeValues": {":before": item["events"]},
    }
    with suppress(ConditionFailed):
        wire.wire().call("PutItem", request)
