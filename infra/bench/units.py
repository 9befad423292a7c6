"""What requests to DynamoDB cost, by the sizes of the items they touch.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html (sizes) and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html (units).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Item = Mapping[str, Any]
"""An item as DynamoDB's JSON has it: ``{"PK": {"S": "..."}}``."""

WRITE_UNIT = 1024
READ_UNIT = 4096
INDEX_KEY = ("GSI1PK", "GSI1SK")


def size(item: Item | None) -> int:
    """Bytes of an item: its names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in (item or {}).items())


def writing(before: Item | None, after: Item | None) -> int:
    """Write units of one item: the larger of what was there and what is there now, at least one."""
    return max(1, _units(max(size(before), size(after)), WRITE_UNIT))


def index_writing(before: Item | None, after: Item | None) -> int:
    """Write units of the index, which has a copy of every listed item. Moving a copy writes twice."""
    old, new = _listed(before), _listed(after)
    if old == new and before == after:
        return 0
    if old == new or old is None or new is None:
        return 0 if old is new is None else writing(before if old else None, after if new else None)
    return writing(before, None) + writing(None, after)


def reading_each(items: Sequence[Item | None], *, consistent: bool) -> float:
    """Read units of items read one by one; what is not there costs one unit too."""
    return sum(max(1, _units(size(item), READ_UNIT)) for item in items) * (1 if consistent else 0.5)


def reading_range(items: Sequence[Item], *, consistent: bool) -> float:
    """Read units of a query: of all its items together."""
    return max(1, _units(sum(size(item) for item in items), READ_UNIT)) * (1 if consistent else 0.5)


def _units(size_in_bytes: int, unit: int) -> int:
    return -(-size_in_bytes // unit)


def _listed(item: Item | None) -> tuple[Any, ...] | None:
    if item is None or any(name not in item for name in INDEX_KEY):
        return None
    return tuple(item[name]["S"] for name in INDEX_KEY)


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return (len(content.strip("-0.").replace(".", "")) + 1) // 2 + 1
    if kind == "L":
        return 3 + sum(1 + _value_size(each) for each in content)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _value_size(each) for name, each in content.items())
    return 1  # BOOL and NULL; the table has no other types
