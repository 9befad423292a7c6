"""Counts against what they count: the differences, and the corrections that take them away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.domain.counts import merged

Days = Mapping[str, Counter[str]]
"""Counts by day."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A count whose total is not what was found.

    Attributes:
        name: the count's, see counts.
        moving: it was counted on while the recount went, so that nothing follows from the difference.
    """

    name: str
    counted: int
    found: int
    moving: bool


def differences(
    before: Days, after: Days, found: Days, unsettled: Callable[[str], bool] = lambda _: False
) -> list[Difference]:
    """What differs in its total, by name: ``found`` lies between the counts ``before`` and ``after``.

    Of a count that is ``unsettled`` the same total says nothing: it may have moved to and fro.

    A marker that is overwritten gets the day of the later action, so that days may differ from those
    that were counted; totals never do.
    """
    was, now, there = (merged(days.values()) for days in (before, after, found))
    return [
        Difference(name, now[name], there[name], moving=was[name] != now[name] or unsettled(name))
        for name in sorted(was.keys() | now.keys() | there.keys())
        if now[name] != there[name]
    ]


def corrections(wrong: list[Difference], after: Days, found: Days) -> dict[str, Counter[str]]:
    """What to add to the counts of which day to make the totals right; moving counts stay as they are."""
    by_day: dict[str, Counter[str]] = {}
    for each in wrong:
        if not each.moving:
            for day, number in _spread(each, after, found):
                by_day.setdefault(day, Counter())[each.name] += number
    return by_day


def _spread(wrong: Difference, after: Days, found: Days) -> Iterator[tuple[str, int]]:
    """The difference, on the first days that have a gap of its sign. The gaps add up to it."""
    left = wrong.found - wrong.counted
    sign = 1 if left > 0 else -1
    for day in sorted(after.keys() | found.keys()):
        gap = found.get(day, Counter())[wrong.name] - after.get(day, Counter())[wrong.name]
        part = sign * min(abs(left), max(0, sign * gap))
        if part:
            left -= part
            yield day, part
