"""Reads everything an account has. The one scan there is: nothing lists visitors but their own items."""

from __future__ import annotations

from typing import Any, NamedTuple

from chalicelib.settings import settings
from chalicelib.table import keys, wire
from chalicelib.table.wire import Item

_SECRET = frozenset({"body", "digest", "secret"})
"""Attributes that leave the table for nobody; ``body`` is an answer's, which may have shown a secret."""


class Part(NamedTuple):
    """Some of an account's items, and where to go on; None at the end."""

    items: list[Item]
    next_place: dict[str, Any] | None


def some(account_id: str, place: dict[str, Any] | None) -> Part:
    """The account's items among the next MB of the table. 1 scan: 128 read units, whoever's they are."""
    request: dict[str, Any] = {
        "TableName": settings().table,
        "FilterExpression": "PK = :account OR begins_with(PK, :owned)",
        "ExpressionAttributeValues": {
            ":account": {"S": account_id},
            ":owned": {"S": keys.owned_by(account_id)},
        },
    }
    if place is not None:
        request["ExclusiveStartKey"] = place
    answer = wire.wire().call("Scan", request)
    items = [{name: value for name, value in item.items() if name not in _SECRET} for item in answer["Items"]]
    return Part(items, answer.get("LastEvaluatedKey"))
