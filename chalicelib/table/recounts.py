"""Reads what the counts stand for: a campaign's markers, and the events of those who left them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from chalicelib.settings import settings
from chalicelib.table import keys, wire
from chalicelib.table.wire import Item


class Marker(NamedTuple):
    """A marker of a campaign, as its sort key says it: ``tracker`` is None in an exposure.

    ``day`` is that of the last action that left it, not of the first, on which it was counted.
    """

    uuid: str
    variation_id: str
    tracker: str | None
    day: str


class Action(NamedTuple):
    """An action that counts in a campaign."""

    variation_id: str
    tracker: str
    day: str
    by_fallback: bool


def markers_of(account_id: str, campaign_id: str, shard: int) -> Iterator[Marker]:
    """The exposures and conversions in one of the partitions of a campaign's markers. 1 query a MB."""
    partition = keys.markers(account_id, campaign_id, shard)
    names = {"#sort": "SK", "#day": "day"}
    for item in _queried(partition, keys.FIRSTS, names):
        family, rest = item["SK"]["S"].split("#", 1)
        tracker, rest = rest.split("#", 1) if family == "CONVERSION" else (None, rest)
        variation_id, uuid = rest.split("#", 1)
        yield Marker(uuid, variation_id, tracker, item["day"]["S"])


def actions_of(account_id: str, campaign_id: str, uuid: str) -> Iterator[Action]:
    """A visitor's actions that count in a campaign. 1 query a MB of all the visitor's events."""
    names = {f"#{name}": name for name in ("campaigns", "tracker", "day", "fallback")}
    for item in _queried(keys.profile(account_id, uuid), keys.EVENTS, names):
        variation = item.get("campaigns", {"M": {}})["M"].get(campaign_id)
        if variation is not None:
            yield Action(variation["S"], item["tracker"]["N"], item["day"]["S"], "fallback" in item)


def _queried(partition: str, between: tuple[str, str], names: dict[str, str]) -> Iterator[Item]:
    """The named attributes of the items between two sort keys, a MB at a time, consistently read."""
    low, high = between
    request: dict[str, Any] = {
        "TableName": settings().table,
        "ConsistentRead": True,
        "KeyConditionExpression": "PK = :pk AND SK BETWEEN :low AND :high",
        "ExpressionAttributeValues": {":pk": {"S": partition}, ":low": {"S": low}, ":high": {"S": high}},
        "ProjectionExpression": ", ".join(names),
        "ExpressionAttributeNames": names,
    }
    while True:
        answer = wire.wire().call("Query", request)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
