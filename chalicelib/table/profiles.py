"""Profiles: reads what intake stored of a visitor.

A visitor's items share a partition: events under their time, and behind them what the profile has.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

from chalicelib.domain.profile import Identifier, Profile, SeenVariation, StoredEvent
from chalicelib.errors import Invalid, NotFound
from chalicelib.settings import settings
from chalicelib.table import keys, wire
from chalicelib.table.pages import Page
from chalicelib.table.wire import Item

MOST_READS = 4
READ_AT_ONCE = 500
"""Events that one query of a search looks at; a page of it is at most four queries."""

_PREFIX = "EVENT#"
_EVENTS = (_PREFIX, _PREFIX + keys.LAST)
_DETAILS = (_PREFIX + keys.LAST, keys.LAST)


def get(account_id: str, uuid: str, now: datetime) -> Profile:
    """Raises NotFound for a visitor of whom nothing is kept. 3 queries, a few more where much has expired."""
    partition = keys.profile(account_id, uuid)
    details = _query(partition, now, _DETAILS)["Items"]
    ends = [_some(partition, now, 1, newest_first=newest_first)[0] for newest_first in (False, True)]
    times = [_time(item) for items in ends for item in items]
    if not times and not details:
        raise NotFound("profile")
    return Profile(
        uuid=uuid,
        first_seen=times[0] if times else None,
        last_seen=times[-1] if times else None,
        identifiers=tuple(Identifier(*_parts(item)) for item in _of_type(details, "identifier")),
        variations=tuple(
            SeenVariation(campaign_id, variation_id, datetime.fromisoformat(item["at"]["S"]))
            for item in _of_type(details, "seen_variation")
            for campaign_id, variation_id in [_parts(item)]
        ),
    )


def events(
    account_id: str, uuid: str, action: str | None, limit: int, cursor: str | None, now: datetime
) -> Page[StoredEvent]:
    """A visitor's events, newest first. Raises Invalid for a cursor that is none, NotFound for no visitor.

    1 query; with an action at most 4, which look at 2,000 events: such a page may have fewer events than
    ``limit``, or none, and yet a next one.
    """
    partition = keys.profile(account_id, uuid)
    start = None if cursor is None else _decoded(cursor)
    found, last = _some(partition, now, limit + 1, newest_first=True, action=action, start=start)
    if not found and cursor is None:
        get(account_id, uuid, now)
    if len(found) > limit:
        found = found[:limit]
        last = found[-1]["SK"]["S"]
    return Page([event_of(uuid, item) for item in found], None if last is None else _encoded(last))


def _some(
    partition: str,
    now: datetime,
    wanted: int,
    *,
    newest_first: bool,
    action: str | None = None,
    start: str | None = None,
) -> tuple[list[Item], str | None]:
    """Up to ``wanted`` events or a few more, and the sort key where looking stopped; None at the end."""
    found: list[Item] = []
    limit = wanted if action is None else READ_AT_ONCE
    for _ in range(MOST_READS):
        options: dict[str, Any] = {"ScanIndexForward": not newest_first, "Limit": limit}
        if start is not None:
            options["ExclusiveStartKey"] = {"PK": {"S": partition}, "SK": {"S": start}}
        answer = _query(partition, now, _EVENTS, action, **options)
        found += answer["Items"]
        start = answer["LastEvaluatedKey"]["SK"]["S"] if "LastEvaluatedKey" in answer else None
        if start is None or len(found) >= wanted:
            break
        limit = READ_AT_ONCE
    return found, start


def _query(
    partition: str, now: datetime, between: tuple[str, str], action: str | None = None, **options: Any
) -> dict[str, Any]:
    """One query. TTL deletes within days: what has expired may still be there, and counts as gone."""
    wanted, values = "expires_at > :now", {":now": {"N": str(int(now.timestamp()))}}
    names = {}
    if action is not None:
        wanted, names = f"{wanted} AND #action = :action", {"#action": "action"}
        values[":action"] = {"S": action}
    bounds = {":pk": {"S": partition}, ":low": {"S": between[0]}, ":high": {"S": between[1]}}
    request = {
        "TableName": settings().table,
        "ConsistentRead": True,
        "KeyConditionExpression": "PK = :pk AND SK BETWEEN :low AND :high",
        "FilterExpression": wanted,
        "ExpressionAttributeValues": bounds | values,
        **({"ExpressionAttributeNames": names} if names else {}),
    }
    return wire.wire().call("Query", request | options)


def _of_type(items: Iterable[Item], item_type: str) -> Iterable[Item]:
    return (item for item in items if item["type"]["S"] == item_type)


def _parts(item: Item) -> tuple[str, str]:
    """The two parts of a sort key behind what says its kind."""
    _, first, second = item["SK"]["S"].split("#", 2)
    return first, second


def _time(item: Item) -> datetime:
    return datetime.fromisoformat(_parts(item)[0])


def event_of(uuid: str, item: Item) -> StoredEvent:
    """The stored event."""
    time, event_id = _parts(item)
    return StoredEvent(
        id=event_id,
        action=item["action"]["S"],
        label=item["label"]["S"] if "label" in item else "",
        time=datetime.fromisoformat(time),
        uuid=uuid,
        params=orjson.loads(item["params"]["S"]) if "params" in item else {},
        tracker_id=item["tracker_id"]["S"] if "tracker_id" in item else None,
        campaigns={name: value["S"] for name, value in item.get("campaigns", {}).get("M", {}).items()},
        fallback=int(item["fallback"]["N"]) if "fallback" in item else None,
    )


def _encoded(sort: str) -> str:
    return base64.urlsafe_b64encode(sort.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> str:
    """Raises Invalid for what is no cursor of a feed."""
    try:
        sort = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        sort = ""
    if not sort.startswith(_PREFIX) or len(sort.encode()) > 1024:
        raise Invalid.field("cursor", "must be the next_cursor of the same list")
    return sort
