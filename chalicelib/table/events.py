"""Events as items, under keys that the same event gets again: a retry changes nothing.

An event is one item in its visitor's partition, and one marker in each campaign the visitor is in: of its
first conversion by a tracker, or of its first exposure to a variation. Whatever is new in the table is
counted from the stream, and nothing else is; see ``jobs/count.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from ulid import ULID

from chalicelib.domain.event import EXPOSURE, Event, Reason, Rejected, timestamp
from chalicelib.domain.ids import is_id
from chalicelib.settings import settings
from chalicelib.table import keys
from chalicelib.table.catalogue import KnownAccount
from chalicelib.table.keys import Key
from chalicelib.table.wire import ConditionFailed, Item, wire

IDENTIFY = "profile.identify"
IDENTIFIERS = ("email", "user_id")


def learn(account: KnownAccount, events: list[Event]) -> None:
    """Have the account know every tracker and campaign that the events name. At most 1 read."""
    trackers = {account.id_of(event.tracker) for event in events if event.tracker}
    campaigns = {account.id_of(each) for event in events for each in event.campaigns}
    campaigns |= {account.id_of(_exposed(event)[0]) for event in events if event.action == EXPOSURE}
    account.learn(filter(is_id, trackers), filter(is_id, campaigns))


def dated(account: KnownAccount, event: Event, now: datetime) -> Event:
    """The event with an id and a time that it gets again when it is sent again.

    One that has an id but no usable time leaves a receipt with the time it came: 1 conditional write unit.
    One without an id and a time is a new event each time it is sent.
    """
    if event.time is not None and event.id is not None:
        return event
    if event.id is None:
        return event._replace(id=str(ULID.from_datetime(now)).lower(), time=now)
    return event._replace(time=_received(account, event.id, now))


def items_of(account: KnownAccount, event: Event, now: datetime) -> Iterator[Item]:
    """What is stored of an event that has an id and a time. Raises Rejected.

    1 write unit each: the event, and a marker for each campaign it counts in.
    """
    if event.id is None or event.time is None:
        raise ValueError("an event is dated before it is stored")
    expires = {"N": str(int((now + timedelta(days=account.retention_days)).timestamp()))}
    day = event.time.astimezone(account.zone).date().isoformat()
    counted, markers = _counted(account, event)
    yield {
        **_keyed(keys.event(account.id, event.uuid, timestamp(event.time), event.id), "event"),
        "action": {"S": event.action},
        **({"label": {"S": event.label}} if event.label else {}),
        **({"params": {"S": orjson.dumps(event.params).decode()}} if event.params else {}),
        **counted,
        "day": {"S": day},
        "expires_at": expires,
    }
    for key in markers:
        yield {**_keyed(key, "marker"), "day": {"S": day}, "expires_at": expires}
    if event.action == IDENTIFY:
        for kind, value in _identifiers(event.params):
            yield _keyed(keys.identifier(account.id, event.uuid, kind, value), "identifier")


def _counted(account: KnownAccount, event: Event) -> tuple[Item, list[Key]]:
    """What of the event counts, as attributes of its item, and the markers that say so."""
    if event.action == EXPOSURE:
        campaign_id, variation_id = _known_exposure(account, event)
        return {}, [keys.exposure(account.id, campaign_id, variation_id, event.uuid)]
    tracker = account.trackers.get(account.id_of(event.tracker)) if event.tracker else None
    if tracker is None:
        return {"tracker_id": {"S": event.tracker}} if event.tracker else {}, []
    known = account.campaigns
    counted = {
        campaign_id: variation_id
        for reference, variation_id in event.campaigns.items()
        if (campaign := known.get(campaign_id := account.id_of(reference))) is not None
        and variation_id in campaign.variations
        and tracker.campaign_id in (None, campaign_id)
    }
    attributes: Item = {"tracker_id": {"S": tracker.id}, "tracker": {"N": tracker.number}}
    if counted:
        attributes["campaigns"] = {"M": {each: {"S": variation} for each, variation in counted.items()}}
    return attributes, [
        keys.conversion(account.id, campaign_id, tracker.number, variation_id, event.uuid)
        for campaign_id, variation_id in counted.items()
    ]


def _known_exposure(account: KnownAccount, event: Event) -> tuple[str, str]:
    """Campaign and variation seen. Raises Rejected unless they are the account's."""
    reference, variation_id = _exposed(event)
    campaign = account.campaigns.get(account.id_of(reference))
    if campaign is None or variation_id not in campaign.variations:
        raise Rejected(
            Reason.UNKNOWN_CAMPAIGN, "params.campaign_id and params.variation_id must be the account's."
        )
    return campaign.id, variation_id


def _exposed(event: Event) -> tuple[str, str]:
    return str(event.params.get("campaign_id")), str(event.params.get("variation_id"))


def _identifiers(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in IDENTIFIERS:
        value = params.get(kind)
        if isinstance(value, str) and 0 < len(value) <= 256:
            yield kind, value


def _received(account: KnownAccount, event_id: str, now: datetime) -> datetime:
    """When an event first came. The first of two equal requests decides, by a condition."""
    expires = int((now + timedelta(days=account.retention_days)).timestamp())
    item = {
        **_keyed(keys.receipt(account.id, event_id), "receipt"),
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
