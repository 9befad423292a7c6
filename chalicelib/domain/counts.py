"""Counts: sufficient numbers of a campaign's day, which merge with +.

A count is kept under a short name in the campaign's counter item:
``v.<variation>`` visitors, ``c.<tracker number>.<variation>`` unique converters,
``a.<tracker number>.<variation>`` actions, ``f.<tracker number>.<variation>`` those of them that a fallback
selector matched, ``m`` visitors who saw several variations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

SEVERAL = "m"
ACTIONS = ("a.", "f.")
"""What the names of counts of actions start with."""


def visitors(variation_id: str) -> str:
    return f"v.{variation_id}"


def converters(tracker: str, variation_id: str) -> str:
    return f"c.{tracker}.{variation_id}"


def actions(tracker: str, variation_id: str) -> str:
    return f"a.{tracker}.{variation_id}"


def actions_by_fallback(tracker: str, variation_id: str) -> str:
    return f"f.{tracker}.{variation_id}"


def of_action(tracker: str, variation_id: str, *, by_fallback: bool) -> tuple[str, ...]:
    """The counts that an action adds 1 to."""
    every = actions(tracker, variation_id)
    return (every, actions_by_fallback(tracker, variation_id)) if by_fallback else (every,)


def is_count(name: str) -> bool:
    """Whether an attribute of a counter item is a count."""
    return name == SEVERAL or name[:2] in ("v.", "c.", "a.", "f.")


def tracker_of(name: str) -> str | None:
    """The number of the tracker that a count is of; None for visitors."""
    return name.split(".", 2)[1] if name[:2] in ("c.", "a.", "f.") else None


def without(counts: Counter[str], trackers: Collection[str]) -> Counter[str]:
    """The counts but for those of some trackers, named by their numbers."""
    if not trackers:
        return counts
    return Counter({name: number for name, number in counts.items() if tracker_of(name) not in trackers})


def merged(parts: Iterable[Counter[str]]) -> Counter[str]:
    """The sum of counts of shards or days."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return total


def summed(parts: Collection[Counter[str]], names: Iterable[str]) -> Counter[str]:
    """The sums of some counts alone, of days that may have thousands of others."""
    return Counter({name: sum(part[name] for part in parts) for name in names})


def converters_of(total: Counter[str], tracker: int) -> int:
    """A tracker's unique converters in all variations."""
    return _sum(total, f"c.{tracker}.")


def actions_of(total: Counter[str], tracker: int) -> int:
    """A tracker's actions in all variations."""
    return _sum(total, f"a.{tracker}.")


def _sum(total: Counter[str], prefix: str) -> int:
    return sum(number for name, number in total.items() if name.startswith(prefix))
