"""Events as items, under keys that the same event gets again: a retry changes nothing.

An event is one item in its visitor's partition, and one marker in each campaign the visitor is in: of its
first conversion by a tracker, or of its first exposure to a variation. Whatever is new in the table is
counted from the stream, and nothing else is; see ``jobs/count.py``. The campaigns that an event names and
does not count in are kept in it, too: another process may know more of them; see ``said_again``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from ulid import ULID

from chalicelib.domain.event import EXPOSURE, Event, Reason, Rejected, timestamp
from chalicelib.domain.ids import is_id
from chalicelib.settings import settings
from chalicelib.table import keys
from chalicelib.table.catalogue import KnownAccount, KnownTracker
from chalicelib.table.keys import Key
from chalicelib.table.refusals import ConditionFailed
from chalicelib.table.wire import Item, wire

IDENTIFY = "profile.identify"
IDENTIFIERS = ("email", "user_id")
SECONDS_OF_A_DAY = 86_400
MINUTES = len("2026-01-31T23:59")
"""So many characters of a timestamp tell the minute."""

MOST_IDENTIFIER_BYTES = 512
"""Of an identifier's value; it is part of a sort key, which has 1024 bytes. A longer one joins nobody."""


def learn(account: KnownAccount, events: list[Event], at: float) -> None:
    """Have the account know every tracker and variation that the events name. At most 1 read."""
    trackers = {account.id_of(event.tracker) for event in events if event.tracker}
    variations = {
        (account.id_of(campaign), variation) for event in events for campaign, variation in _named(event)
    }
    account.learn(trackers, variations, at)


def dated(account: KnownAccount, event: Event, now: datetime) -> Event:
    """The event with an id and a time that it gets again when it is sent again.

    One that has an id but no usable time leaves a receipt with the time it came: 1 conditional write unit.
    One without an id and a time is a new event each time it is sent.
    """
    if event.time is not None and event.id is not None:
        return event
    if event.id is None:
        return event._replace(id=str(ULID.from_datetime(now)).lower(), time=now)
    return event._replace(time=_received(account, event.uuid, event.id, now))


def items_of(account: KnownAccount, event: Event, now: datetime) -> Iterator[Item]:
    """What is stored of an event that has an id and a time. Raises Rejected.

    1 write unit each: the event, and a marker for each campaign it counts in; of an exposure also what the
    visitor's profile says of it, of an identification each identifier.
    """
    if event.id is None or event.time is None:
        raise ValueError("an event is dated before it is stored")
    expires = {"N": str(int(now.timestamp()) + account.retention_days * SECONDS_OF_A_DAY)}
    at = timestamp(event.time)
    day = {"S": _day_of(at[:MINUTES], account.zone)}
    counted, markers = _counted(account, event)
    item = _keyed(keys.event(account.id, event.uuid, at, event.id), "event")
    item |= {"action": {"S": event.action}, "day": day, "expires_at": expires}
    if event.label:
        item["label"] = {"S": event.label}
    if event.params_json:
        item["params"] = {"S": event.params_json}
    item |= counted
    yield item
    for key in markers:
        yield _keyed(key, "marker") | {"day": day, "expires_at": expires}
    if event.action == EXPOSURE:
        seen = _known_exposure(account, event)
        yield {
            **_keyed(keys.seen_variation(account.id, event.uuid, *seen), "seen_variation"),
            "at": {"S": at},
            "expires_at": expires,
        }
    if event.action == IDENTIFY:
        for kind, value in _identifiers(event.params):
            identifier = _keyed(keys.identifier(account.id, event.uuid, kind, value), "identifier")
            yield {**identifier, "expires_at": expires}


@lru_cache(maxsize=1000)
def _day_of(minute: str, zone: ZoneInfo) -> str:
    """The day in a zone. A minute is of one day: since 1972 all zones differ from UTC by whole minutes."""
    return datetime.fromisoformat(f"{minute}:00+00:00").astimezone(zone).date().isoformat()


def _counted(account: KnownAccount, event: Event) -> tuple[Item, list[Key]]:
    """What of the event counts, as attributes of its item, and the markers that say so."""
    if event.action == EXPOSURE:
        return {}, [keys.exposure(account.id, *_known_exposure(account, event), event.uuid)]
    if event.tracker is None:
        return {}, []
    tracker_id = account.id_of(event.tracker)
    tracker = account.trackers.get(tracker_id)
    counted, uncounted = _told_apart(account, event, tracker)
    attributes: Item = {"tracker_id": {"S": tracker_id}}
    if event.fallback:
        attributes["fallback"] = {"N": str(event.fallback)}
    if counted or uncounted:
        attributes["campaigns"] = {"M": counted}
    if uncounted:
        attributes["uncounted"] = {"M": uncounted}
    if tracker is None:
        return attributes, []
    attributes["tracker"] = {"N": tracker.number}
    return attributes, [
        keys.conversion(account.id, campaign_id, tracker.number, variation["S"], event.uuid)
        for campaign_id, variation in counted.items()
    ]


def _told_apart(account: KnownAccount, event: Event, tracker: KnownTracker | None) -> tuple[Item, Item]:
    """Variations by campaign, as the event names them: where it counts, and where else it might."""
    counted: Item = {}
    uncounted: Item = {}
    # Of a campaign that is named twice the last one says in which variation, whatever is known of it.
    named = {account.id_of(reference): variation_id for reference, variation_id in event.campaigns.items()}
    for campaign_id, variation_id in named.items():
        is_known = (campaign_id, variation_id) in account.variations
        if is_known and tracker is not None and tracker.campaign_id in (None, campaign_id):
            counted[campaign_id] = {"S": variation_id}
        elif is_id(campaign_id):
            uncounted[campaign_id] = {"S": variation_id}
    return counted, uncounted


def _known_exposure(account: KnownAccount, event: Event) -> tuple[str, str]:
    """Campaign and variation seen. Raises Rejected unless they are the account's."""
    [(reference, variation_id)] = _named(event)
    campaign_id = account.id_of(reference)
    if (campaign_id, variation_id) not in account.variations:
        raise Rejected(
            Reason.UNKNOWN_CAMPAIGN, "params.campaign_id and params.variation_id must be the account's."
        )
    return campaign_id, variation_id


def _named(event: Event) -> list[tuple[str, str]]:
    """Campaigns and variations the event names: the one that was seen, or those the visitor is in."""
    if event.action == EXPOSURE:
        return [(str(event.params["campaign_id"]), str(event.params["variation_id"]))]
    return list(event.campaigns.items()) if event.tracker else []


def _identifiers(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in IDENTIFIERS:
        value = params.get(kind)
        if isinstance(value, str) and 0 < len(value.encode()) <= MOST_IDENTIFIER_BYTES:
            yield kind, value


def _received(account: KnownAccount, uuid: str, event_id: str, now: datetime) -> datetime:
    """When a visitor's event first came. The first of two equal requests decides, by a condition."""
    expires = int((now + timedelta(days=account.retention_days)).timestamp())
    item = {
        **_keyed(keys.receipt(account.id, uuid, event_id), "receipt"),
        "received_at": {"S": now.isoformat()},
        "expires_at": {"N": str(expires)},
    }
    request = {
        "TableName": settings().table,
        "Item": item,
        "ConditionExpression": "attribute_not_exists(PK)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    try:
        wire().call("PutItem", request)
    except ConditionFailed as error:
        if error.item is None:
            raise
        return datetime.fromisoformat(error.item["received_at"]["S"])
    return now


def _keyed(key: Key, item_type: str) -> Item:
    return {"PK": {"S": key.partition}, "SK": {"S": key.sort}, "type": {"S": item_type}}
