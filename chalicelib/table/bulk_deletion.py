"""Deletes what was stored of events: markers, counts, and whatever a partition has."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from typing import Any

from chalicelib.errors import Unavailable
from chalicelib.settings import settings
from chalicelib.table import keys, wire
from chalicelib.table.keys import Key
from chalicelib.table.refusals import CANCELLED, WireError
from chalicelib.table.transaction import Changed
from chalicelib.table.wire import Item

AT_ONCE = 500
"""Items that one call deletes at most, so that whoever calls can say how far it has come."""


def some_of(partition: str, low: str = "\0", high: str = keys.LAST) -> int:
    """Delete up to 500 items with sort keys from low to high; how many there were, 0 when none are left.

    1 query, 1 request a 25 items; 1 write unit a KB of each.
    """
    found = _keys_between(partition, low, high, AT_ONCE)
    all_of(found)
    return len(found)


def all_of(places: Iterable[Key]) -> None:
    """Delete items, those that are there. 1 request a 25 of them. Raises Unavailable."""
    wanted = [{"DeleteRequest": {"Key": _key(place)}} for place in dict.fromkeys(places)]
    table = settings().table
    for start in range(0, len(wanted), wire.BATCH):
        left = wanted[start : start + wire.BATCH]
        for attempt in range(wire.TRIES):
            answer = wire.wire().call("BatchWriteItem", {"RequestItems": {table: left}})
            left = answer.get("UnprocessedItems", {}).get(table, [])
            if not left:
                break
            time.sleep(random.uniform(0, 0.05 * 2**attempt))
        else:
            raise Unavailable("The table is throttled. Some of it is deleted.")


def update_of(place: Key, expression: str, names: dict[str, str], values: Item) -> dict[str, Any]:
    """An Update for a transaction."""
    update = {"TableName": settings().table, "Key": _key(place), "UpdateExpression": expression}
    parts: dict[str, Any] = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    return {"Update": update | {name: part for name, part in parts.items() if part}}


def delete_of(item: Item, unchanged: Sequence[str] = ()) -> dict[str, Any]:
    """A Delete for a transaction, which fails unless the item is there, with some attributes as they were."""
    names = {f"#{name}": name for name in unchanged}
    values = {f":{name}": item[name] for name in unchanged if name in item}
    conditions = [
        f"#{name} = :{name}" if name in item else f"attribute_not_exists(#{name})" for name in unchanged
    ]
    return {
        "Delete": {
            "TableName": settings().table,
            "Key": {name: item[name] for name in ("PK", "SK")},
            "ConditionExpression": " AND ".join(["attribute_exists(PK)", *conditions]),
            **({"ExpressionAttributeNames": names} if names else {}),
            **({"ExpressionAttributeValues": values} if values else {}),
        }
    }


def together(actions: Sequence[dict[str, Any]]) -> None:
    """Run actions as one transaction. Raises Changed when a condition fails. 2 write units a KB of each."""
    try:
        wire.wire().call("TransactWriteItems", {"TransactItems": list(actions)})
    except WireError as error:
        if error.wire_code != CANCELLED:
            raise
        raise Changed from error


def _keys_between(partition: str, low: str, high: str, limit: int) -> list[Key]:
    answer = wire.wire().call(
        "Query",
        {
            "TableName": settings().table,
            "ConsistentRead": True,
            "KeyConditionExpression": "PK = :pk AND SK BETWEEN :low AND :high",
            "ExpressionAttributeValues": {":pk": {"S": partition}, ":low": {"S": low}, ":high": {"S": high}},
            "ProjectionExpression": "PK, SK",
            "Limit": limit,
        },
    )
    return [Key(item["PK"]["S"], item["SK"]["S"]) for item in answer["Items"]]


def _key(place: Key) -> Item:
    return {"PK": {"S": place.partition}, "SK": {"S": place.sort}}
