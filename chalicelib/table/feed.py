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
    places = {
        place["S"]
        for item in _remembered(account_id)
        if int(item["expires_at"]["N"]) > now.timestamp()
        for place in item["events"]["L"]
    }
    last = [_key(account_id, place) for place in sorted(places, reverse=True)[:MOST]]
    there = [item for item in wire.read_all(last) if int(item["expires_at"]["N"]) > now.timestamp()]
    events = [profiles.event_of(item["PK"]["S"].split("#", 2)[2], item) for item in there]
    return sorted(events, key=lambda event: (event.time, event.id), reverse=True)


def forget(account_id: str, uuid: str) -> None:
    """No longer remember a visitor's events. 1 query, 1 write unit for each item that names them."""
    for item in _remembered(account_id):
        _keep(item, [place for place in item["events"]["L"] if place["S"].split("\n", 1)[1] != uuid])


def forget_missing(account_id: str) -> None:
    """No longer remember what is not there: a stream that lags behind tells of people who were erased before.

    1 query of 32 items, 1 batch read a hundred events, 1 write unit for each item that names one in vain.
    """
    remembered = _remembered(account_id)
    places = {place["S"] for item in remembered for place in item["events"]["L"]}
    found = wire.read_all([_key(account_id, place) for place in places])
    there = [{"PK": item["PK"], "SK": item["SK"]} for item in found]
    for item in remembered:
        _keep(item, [place for place in item["events"]["L"] if _key(account_id, place["S"]) in there])


def _remembered(account_id: str) -> list[Item]:
    return wire.query_all(keys.recent(account_id).partition, "0", keys.LAST)


def _key(account_id: str, place: str) -> Item:
    """The key of the event that a place is of."""
    sort, uuid = place.split("\n", 1)
    return {"PK": {"S": keys.profile(account_id, uuid)}, "SK": {"S": sort}}


def _keep(item: Item, left: list[Item]) -> None:
    """Remember less in an item, if it is less; one that a batch has written over meanwhile stays as it is."""
    if left == item["events"]["L"]:
        return
    request = {
        "TableName": settings().table,
        "Item": {**item, "events": {"L": left}},
        "ConditionExpression": "#events = :before",
        "ExpressionAttributeNames": {"#events": "events"},
        "ExpressionAttributeValues": {":before": item["events"]},
    }
    with suppress(ConditionFailed):
        wire.wire().call("PutItem", request)
