"""Reads what intake refused. Apart from the module that counts it, whose path must stay short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.table import keys, wire
from chalicelib.table.wire import Item


@dataclass(frozen=True, slots=True)
class Rejection:
    """One reason on one day (UTC): how many events, and the message and time of the last."""

    day: str
    code: str
    count: int
    last_message: str
    last_at: datetime


def since(account_id: str, first_day: str) -> list[Rejection]:
    """What was refused from a day on, the newest day first. 1 query: an item a day, 90 days at most."""
    partition = keys.rejections(account_id).partition
    days = wire.query_all(partition, first_day, keys.LAST, newest_first=True)
    return [rejection for item in days for rejection in _of_day(item)]


def _of_day(item: Item) -> Iterator[Rejection]:
    for code in sorted(name.removeprefix("n.") for name in item if name.startswith("n.")):
        yield Rejection(
            day=item["SK"]["S"],
            code=code,
            count=int(item[f"n.{code}"]["N"]),
            last_message=item[f"m.{code}"]["S"],
            last_at=datetime.fromisoformat(item[f"t.{code}"]["S"]),
        )
