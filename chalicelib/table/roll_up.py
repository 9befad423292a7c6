"""Rolls closed days up: moves their counts from the counters of stream shards into the month's history.

Each move is one transaction of the history and of the counters it takes from: a counter is emptied only if it
still is what was read, and the history grows only if nobody else has let it grow. So nothing is lost and
nothing counted twice, wherever it is cut off and whoever does it at the same time.

An emptied counter still knows the last record it has counted, since records come again for as long as the
stream keeps them. A record of a closed day that comes late is added to it as to any counter, and moves on
with the next roll-up. Once no record can come again the empty counter goes, unless it has counted since: then
it no longer says when it was emptied, whatever came of its counts.
"""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.counts import merged
from chalicelib.settings import settings
from chalicelib.table import bulk_deletion, counters, histories, keys, wire
from chalicelib.table.counters import EMPTIED_AT, LAST_LOSS
from chalicelib.table.keys import Key
from chalicelib.table.refusals import ConditionFailed
from chalicelib.table.transaction import Changed
from chalicelib.table.wire import Item

AT_ONCE = 80
"""Counters that one transaction empties; it takes 100 actions and 4 MB."""

REMEMBERED = timedelta(days=7)
"""How long an empty counter remembers what it has counted. Streams keep records for one day."""


def merge_some(account_id: str, campaign_id: str, before_day: str, now: datetime) -> int:
    """Move up to 80 counters of days before a day into the history; how many, 0 when none are left.

    2 queries; 2 write units a KB of the history and of each counter. Somebody who does the same, or a record
    that is counted, at the same time makes it move none: it is then to be called again, and says 1.
    """
    low, high = (
        keys.counts(account_id, campaign_id).sort,
        keys.counts(account_id, campaign_id, before_day).sort,
    )
    items = wire.query_all(keys.counts(account_id, campaign_id).partition, low, high)
    full = [item for item in items if not _is_empty(item)]
    if not full:
        return 0
    month = _day(full[0])[:7]
    taken = [item for item in full if _day(item).startswith(month)][:AT_ONCE]
    try:
        bulk_deletion.together(
            [_grown(account_id, campaign_id, month, taken), *(_emptied(each, now) for each in taken)]
        )
    except Changed:
        return 1
    return len(taken)


def forget_empty(account_id: str, campaign_id: str, before_day: str, now: datetime) -> int:
    """Delete counters that were emptied a week ago and have counted nothing since; how many.

    1 query, 1 write unit each.
    """
    low, high = (
        keys.counts(account_id, campaign_id).sort,
        keys.counts(account_id, campaign_id, before_day).sort,
    )
    items = wire.query_all(keys.counts(account_id, campaign_id).partition, low, high)
    old = [item for item in items if _is_empty(item) and _emptied_at(item) < now - REMEMBERED]
    return sum(_forget(item) for item in old)


def _grown(account_id: str, campaign_id: str, month: str, taken: Sequence[Item]) -> dict[str, Any]:
    """The put of the month's history with more in it, if it still is what it was."""
    place, before = _open_history(account_id, campaign_id, month)
    days: dict[str, list[Counter[str]]] = defaultdict(list)
    for day, counts in histories.days_in(before).items() if before else ():
        days[day].append(counts)
    for item in taken:
        days[_day(item)].append(counters.counts_of(item))
    packed = histories.packed({day: merged(parts) for day, parts in days.items()})
    version = int(before["version"]["N"]) if before else 0
    put: dict[str, Any] = {
        "TableName": settings().table,
        "Item": {
            "PK": {"S": place.partition},
            "SK": {"S": place.sort},
            "type": {"S": "history"},
            "version": {"N": str(version + 1)},
            "packed": {"B": base64.b64encode(packed).decode()},
        },
        "ConditionExpression": "attribute_not_exists(PK)",
    }
    if before:
        put["ConditionExpression"] = "version = :version"
        put["ExpressionAttributeValues"] = {":version": {"N": str(version)}}
    return {"Put": put}


def _open_history(account_id: str, campaign_id: str, month: str) -> tuple[Key, Item | None]:
    """The month's history that may still grow, or the place of a new one. 1 query."""
    first = keys.history(account_id, campaign_id, month)
    there = wire.query_all(first.partition, first.sort, first.sort + keys.LAST)
    if not there:
        return first, None
    last = there[-1]
    if len(last["packed"]["B"]) * 3 // 4 < histories.MOST_BYTES:
        return Key(last["PK"]["S"], last["SK"]["S"]), last
    return keys.history(account_id, campaign_id, f"{month}#{len(there):03}"), None


def _emptied(item: Item, now: datetime) -> dict[str, Any]:
    """The put of a counter without its counts, if it has counted nothing since it was read.

    Of a recount's correction even the token changes: a repair that has read the correction with its counts
    must not put them back.
    """
    last = item["last"]["S"]
    is_correction = item["SK"]["S"].endswith(f"#{counters.CORRECTION}")
    kept = {name: item[name] for name in ("PK", "SK", "type", LAST_LOSS) if name in item}
    left = {
        "last": {"S": f"{last} rolled up" if is_correction else last},
        EMPTIED_AT: {"S": now.isoformat()},
    }
    return {
        "Put": {
            "TableName": settings().table,
            "Item": {**kept, **left},
            "ConditionExpression": "#last = :last",
            "ExpressionAttributeNames": {"#last": "last"},
            "ExpressionAttributeValues": {":last": {"S": last}},
        }
    }


def _forget(item: Item) -> bool:
    request = {
        "TableName": settings().table,
        "Key": {name: item[name] for name in ("PK", "SK")},
        "ConditionExpression": "#last = :last",
        "ExpressionAttributeNames": {"#last": "last"},
        "ExpressionAttributeValues": {":last": item["last"]},
    }
    try:
        wire.wire().call("DeleteItem", request)
    except ConditionFailed:
        return False  # it counts again, or somebody else was quicker
    return True


def _day(item: Item) -> str:
    return str(item["SK"]["S"].split("#", 2)[1])


def _is_empty(item: Item) -> bool:
    return EMPTIED_AT in item and not counters.counts_of(item)


def _emptied_at(item: Item) -> datetime:
    return datetime.fromisoformat(item[EMPTIED_AT]["S"])
