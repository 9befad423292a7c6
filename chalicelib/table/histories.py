"""Closed days: their counts packed into one item a month, since nothing is added to them any more.

Packed, a year of a campaign with three variations and ten trackers takes some ten kilobytes, so that one
query reads many years. An item holds rows of numbers by name, a number for each of its days.
"""

from __future__ import annotations

import base64
import zlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

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


class Held(NamedTuple):
    """What an item holds: ISO dates, and a row of numbers by name, a number or None for each of the dates."""

    days: list[str]
    rows: dict[str, list[int | None]]


def held_in(item: Item) -> Held:
    """What an item holds, as it is packed. A count that is 0 is one; one that was never made is none."""
    return Held(**orjson.loads(zlib.decompress(base64.b64decode(item["packed"]["B"]))))


def days_in(item: Item) -> dict[str, Counter[str]]:
    """The counts of an item, by day."""
    days, rows = held_in(item)
    columns = zip(*rows.values(), strict=True)
    return {
        day: Counter({name: number for name, number in zip(rows, column, strict=True) if number is not None})
        for day, column in zip(days, columns, strict=True)
    }


def totals_in(item: Item, names: Collection[str] | None) -> dict[str, int]:
    """The counts of an item, or those of some names, its days together."""
    rows = held_in(item).rows
    wanted = rows if names is None else [name for name in names if name in rows]
    return {name: sum(filter(None, rows[name])) for name in wanted}


def taken_out(held: Held, days: Collection[str], prefixes: tuple[str, ...]) -> Days:
    """The counts of some days whose names start so; ``held`` has them no longer."""
    taken: dict[str, Counter[str]] = {}
    for index, day in enumerate(held.days):
        if day in days:
            taken[day] = Counter()
            for name, row in held.rows.items():
                if (number := row[index]) and name.startswith(prefixes):
                    taken[day][name], row[index] = number, None
    return taken


def seen_in(held: Held, prefixes: tuple[str, ...], since: str) -> tuple[dict[str, str], dict[str, int]]:
    """Of the counts whose names start so: the last day of each, and its sum from a day on."""
    days, rows = held
    wanted = {name: row for name, row in rows.items() if name.startswith(prefixes)}
    last = {name: days[index] for name, row in wanted.items() if (index := _last(row)) is not None}
    start = bisect_left(days, since)
    if start == len(days):
        return last, {}
    return last, {name: sum(filter(None, row[start:])) for name, row in wanted.items()}


def _last(row: list[int | None]) -> int | None:
    """Where the last number of a row is that is not 0; None where there is none."""
    for index in range(len(row) - 1, -1, -1):
        if row[index]:
            return index
    return None
