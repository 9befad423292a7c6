"""Reads what is stored, as plain values: rows are for what is written.

pynamodb takes a quarter of a millisecond to make a row of an item and to tell its attributes, this a tenth of
that, and a page of the dashboard reads up to a hundred items: ``infra/bench/pages.py`` tells what pages take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.table import wire
from chalicelib.table.keys import LAST, Key
from chalicelib.table.wire import Item

Stored = Mapping[str, Any]
"""An item by the names of its attributes: texts, numbers, lists and mappings."""


def find(key: Key) -> Stored | None:
    """The item with this key, read consistently, or None. 1 read of 1 request."""
    item = wire.find(key.partition, key.sort)
    return None if item is None else plain(item)


def find_all(wanted: Iterable[Key]) -> list[Stored]:
    """Those of the items that are there, in no order, read consistently. 1 batch read a hundred."""
    found = wire.read_all([{"PK": {"S": key.partition}, "SK": {"S": key.sort}} for key in wanted])
    return [plain(item) for item in found]


def among(partition: str, low: str, high: str) -> list[Stored]:
    """All items of a partition with a sort key from low to high, read consistently. 1 query a MB."""
    return [plain(item) for item in wire.query_all(partition, low, high)]


def listed(partition: str, prefix: str = "", *, index: str | None = None) -> list[Stored]:
    """All items of a partition, of the table or of its index, whose sort keys start alike. 1 query a MB."""
    return [plain(item) for item in wire.query_all(partition, prefix or "\0", prefix + LAST, index=index)]


def time_of(text: str | None) -> datetime | None:
    """A time as rows write it, if there is one."""
    return None if text is None else datetime.fromisoformat(text)


def plain(item: Item) -> dict[str, Any]:
    """An item's attributes as Python has them. Bytes stay in base64."""
    # Most attributes are texts, and to ask for that first is the quickest.
    return {name: typed["S"] if "S" in typed else _value(typed) for name, typed in item.items()}


def _value(typed: dict[str, Any]) -> Any:
    ((kind, content),) = typed.items()
    if kind == "N":
        return int(content) if content.lstrip("-").isdecimal() else float(content)
    if kind == "L":
        return [_value(each) for each in content]
    if kind == "M":
        return {name: _value(each) for name, each in content.items()}
    return None if kind == "NULL" else content
