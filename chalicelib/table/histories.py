"""Closed days: their counts packed into one item a month, since nothing is added to them any more.

Packed, a year of a campaign with three variations and ten trackers takes some ten kilobytes, so that one
query reads many years. An item holds rows of numbers by name, a number for each of its days.
"""

from __future__ import annotations

import base64
import zlib
from collections import Counter
from collections.abc import Mapping

import orjson

from chalicelib.table.wire import Item

MOST_BYTES = 256 * 1024
"""Of what one item holds, packed; DynamoDB takes 400 KB. Then another item of the month is begun."""

Days = Mapping[str, Counter[str]]
"""Counts by ISO date."""


def packed(days: Days) -> bytes:
    """The counts of days as they are stored. Days without counts are left out."""
    dates = sorted(day for day, counts in days.items() if counts)
    names = sorted({name for day in dates for name in days[day]})
    rows = {name: [days[day].get(name) for day in dates] for name in names}
    return zlib.compress(orjson.dumps({"days": dates, "rows": rows}), 9)


def days_in(item: Item) -> dict[str, Counter[str]]:
    """The counts of an item, by day. A count that is 0 is one; one that was never made is none."""
    held = orjson.loads(zlib.decompress(base64.b64decode(item["packed"]["B"])))
    days: dict[str, Counter[str]] = {day: Counter() for day in held["days"]}
    for name, row in held["rows"].items():
        for day, number in zip(held["days"], row, strict=True):
            if number is not None:
                days[day][name] = number
    return days
