"""Markers: who was first exposed to what, and who first converted by what."""

from __future__ import annotations

import time
from collections.abc import Iterable

from chalicelib.table import keys, wire
from chalicelib.table.wire import Item

KEPT = 60.0

_variations: dict[tuple[str, str], tuple[float, list[str]]] = {}


def mark_several(exposures: Iterable[Item]) -> None:
    """Leave a marker of each visitor who, by these exposure markers, has now seen several variations.

    1 read for each other variation of the campaign, a hundred a request; 1 write unit a visitor found.
    """
    found: dict[tuple[str, str], Item] = {}
    wanted: dict[tuple[str, str], tuple[str, str, str, Item]] = {}
    for item in exposures:
        account_id, _, campaign_id, _ = item["PK"]["S"].split("#")
        _, variation_id, uuid = item["SK"]["S"].split("#", 2)
        for other in _others(account_id, campaign_id, variation_id):
            key = keys.exposure(account_id, campaign_id, other, uuid)
            wanted[key] = (account_id, campaign_id, uuid, item)
    there = wire.read_all([{"PK": {"S": pk}, "SK": {"S": sk}} for pk, sk in wanted])
    for other_item in there:
        account_id, campaign_id, uuid, item = wanted[other_item["PK"]["S"], other_item["SK"]["S"]]
        marker = keys.several_variations(account_id, campaign_id, uuid)
        found[marker] = {
            "PK": {"S": marker.partition},
            "SK": {"S": marker.sort},
            "type": {"S": "marker"},
            "day": max(item["day"], other_item["day"], key=lambda day: day["S"]),
            "expires_at": item["expires_at"],
        }
    wire.write_all(list(found.values()))


def _others(account_id: str, campaign_id: str, variation_id: str) -> list[str]:
    """The campaign's other variations, as known for a minute. 1 read a minute and campaign."""
    now = time.monotonic()
    until, known = _variations.get((account_id, campaign_id), (0.0, []))
    if now >= until or variation_id not in known:
        key = keys.campaign(account_id, campaign_id)
        rows = wire.read_all([{"PK": {"S": key.partition}, "SK": {"S": key.sort}}])
        known = [each["M"]["id"]["S"] for row in rows for each in row["variations"]["L"]]
        _variations[account_id, campaign_id] = (now + KEPT, known)
    return [each for each in known if each != variation_id]
