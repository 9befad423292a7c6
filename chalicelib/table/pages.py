"""Pages of lists: a cursor is the sort key of the last row given, so a page costs the same anywhere.

A list is one range of sort keys or several, one after the other. Nothing is filtered away: what a page
reads it gives, one row more excepted, which tells whether there is a next page.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from chalicelib.domain.ids import is_id
from chalicelib.errors import Invalid
from chalicelib.table import wire
from chalicelib.table.keys import INDEX, LAST
from chalicelib.table.stored import Stored, plain

MOST_KEY_BYTES = 1024
"""How long DynamoDB lets a sort key be."""

Item = TypeVar("Item")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Range:
    """Sort keys with a prefix within one partition, of the table or of its index."""

    partition: str
    prefix: str = ""
    in_index: bool = False
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items of a list and where the next ones start; None at the end."""

    items: list[Item]
    next_cursor: str | None

    def mapped(self, function: Callable[[Item], Other]) -> Page[Other]:
        """The same page of something else."""
        return Page([function(item) for item in self.items], self.next_cursor)


def every(listing: Callable[[str | None], Page[Item]]) -> Iterator[Item]:
    """All items of a list; ``listing`` gives the page behind a cursor."""
    cursor = None
    while True:
        given = listing(cursor)
        yield from given.items
        cursor = given.next_cursor
        if cursor is None:
            return


def page(
    ranges: Sequence[Range],
    limit: int,
    cursor: str | None,
    keep: Callable[[Stored], bool] = lambda _: True,
    search: int | None = None,
) -> Page[Stored]:
    """The next ``limit`` items of the ranges, behind the cursor.

    ``keep`` leaves out the few rows that an earlier range has given already. With ``search`` it may leave out
    most: so many rows are looked at, and the page may be shorter, or empty, and yet have a next one.
    Costs one query, and one more for each range that ends on this page. Raises Invalid for a cursor that
    is none of this list's.
    """
    index, last = _decoded(cursor, ranges)
    found: list[tuple[int, Stored]] = []
    left = search
    while index < len(ranges) and len(found) <= limit and (left is None or left > 0 or not last):
        wanted = limit + 1 - len(found) if left is None else max(left, 1)
        rows = _rows(ranges[index], wanted, last)
        found += [(index, row) for row in rows if keep(row)]
        left = None if left is None else left - len(rows)
        last = _sort_key(rows[-1], ranges[index]) if rows else ""
        if len(rows) < wanted:
            index, last = index + 1, ""
    given = found[:limit]
    if len(found) <= limit:
        return Page([row for _, row in given], _encoded(index, last) if index < len(ranges) else None)
    last_index, last_row = given[-1]
    return Page([row for _, row in given], _encoded(last_index, _sort_key(last_row, ranges[last_index])))


def _rows(of: Range, limit: int, last: str) -> list[Stored]:
    items = wire.query_all(
        of.partition,
        *_bounds(of, last),
        index=INDEX if of.in_index else None,
        limit=limit,
        newest_first=of.newest_first,
    )
    return [plain(item) for item in items]


def _bounds(of: Range, last: str) -> tuple[str, str]:
    """Lowest and highest sort key still to come."""
    if not last:
        return of.prefix or "\0", of.prefix + LAST
    if of.newest_first:
        return of.prefix or "\0", last[:-1] + chr(ord(last[-1]) - 1) + LAST
    return last + "\0", of.prefix + LAST


def _sort_key(row: Stored, of: Range) -> str:
    sort: str = row[f"{INDEX}SK"] if of.in_index else row["SK"]
    return sort


def _encoded(index: int, last: str) -> str:
    text = json.dumps([index, last], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str | None, ranges: Sequence[Range]) -> tuple[int, str]:
    if cursor is None:
        return 0, ""
    try:
        index, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if type(index) is int and 0 <= index < len(ranges) and _is_within(last, ranges[index]):
            return index, last
    except (binascii.Error, ValueError, TypeError, RecursionError):
        pass
    raise Invalid.field("cursor", "must be the next_cursor of the same list")


def _is_within(last: object, of: Range) -> bool:
    """Whether it may be a sort key of the range; a query that starts elsewhere would be refused."""
    if not isinstance(last, str) or not last.startswith(of.prefix) or last >= of.prefix + LAST:
        return False
    # Only lists by id go backwards, for which any text has a last one before it.
    return is_id(last) if of.newest_first else 0 < len(last.encode()) < MOST_KEY_BYTES
