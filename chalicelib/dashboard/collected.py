"""What trackers have collected in a campaign so far, whether they are goals of it or not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.table import counters


@dataclass(frozen=True, slots=True)
class Collected:
    """A tracker's unique converters and actions in all variations."""

    converters: int = 0
    actions: int = 0


def in_campaign(account_id: str, campaign_id: str) -> Mapping[int, Collected]:
    """What each tracker has collected, by its number; nothing for others. 1 query."""
    return by_tracker(counters.total_of(account_id, campaign_id))


def by_tracker(total: Counter[str]) -> Mapping[int, Collected]:
    """The same from the campaign's counts, read once for all trackers."""
    sums: dict[str, Counter[int]] = {"c": Counter(), "a": Counter()}
    for name, number in total.items():
        family, _, rest = name.partition(".")
        if family in sums:
            sums[family][int(rest.partition(".")[0])] += number
    found: dict[int, Collected] = defaultdict(Collected)
    for tracker in sums["c"].keys() | sums["a"].keys():
        found[tracker] = Collected(sums["c"][tracker], sums["a"][tracker])
    return found
