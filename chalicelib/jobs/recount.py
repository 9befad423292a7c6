"""Proves a campaign's counts: counts markers and events themselves, compares, and repairs on request.

It is safe while events come in. What is found lies between the counts read before and after, given that the
stream is no further behind than the pause before the second reading: a count that did not move in between
has to be what was found. One that moved is left alone, and said to be moving. So is one that may have moved
to and fro: actions, while some were taken away; and what people were counted for who were erased meanwhile,
since what was noted of them is read before what is there.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.domain import counts
from chalicelib.domain.account import Account
from chalicelib.domain.recount import Difference, corrections, differences
from chalicelib.domain.traffic import day_of
from chalicelib.table import counters, keys, recounts
from chalicelib.table.counters import Counted

Item = TypeVar("Item")
Watch = Callable[[Sequence[Item], str], Iterable[Item]]
"""Shows how far the work on a list is, under a label; gives the items one by one."""


@dataclass(frozen=True, slots=True)
class Recount:
    """What a recount found.

    Attributes:
        differences: counts that are not what was found; none when all is as it should be.
        beyond_retention: some of what was counted is older than the account keeps its events: what is found
            may be less than there was, and nothing can be repaired.
    """

    differences: list[Difference]
    after: Counted
    found: dict[str, Counter[str]]
    beyond_retention: bool


def recount(
    account: Account, campaign_id: str, now: datetime, watch: Watch[int | str], pause: Callable[[], None]
) -> Recount:
    """Count anew and compare. ``pause`` waits for as long as the stream may be behind.

    8 queries and 1 for each visitor who converted; 1 more a MB.
    """
    before = counters.counted(account.id, campaign_id)
    found = _found(account.id, campaign_id, watch, before)
    after = before
    different = differences(before.days, after.days, found)
    if different:
        pause()
        after = counters.counted(account.id, campaign_id)
        different = differences(before.days, after.days, found, _unsettled(before, after))
    oldest = day_of(now - timedelta(days=account.retention_days), account.zone)
    return Recount(different, after, found, any(day <= oldest for day in after.days))


def repair(account: Account, campaign_id: str, outcome: Recount) -> list[Difference]:
    """Correct what did not move; what was corrected. Raises Unavailable when another repair was quicker.

    Doing it again changes nothing: what it adds is in the counts then.
    """
    wanted = corrections(outcome.differences, outcome.after.days, outcome.found)
    counters.correct(account.id, campaign_id, wanted, outcome.after.corrections, uuid.uuid4().hex)
    return [each for each in outcome.differences if not each.moving]


def _unsettled(before: Counted, after: Counted) -> Callable[[str], bool]:
    """Whether a count may have moved between two readings although it says the same in both."""
    was, now = counts.merged(before.erased.values()), counts.merged(after.erased.values())

    def unsettled(name: str) -> bool:
        return (
            was[name] != now[name]
            or before.corrections != after.corrections
            or (before.losses != after.losses and name.startswith(counts.ACTIONS))
        )

    return unsettled


def _found(
    account_id: str, campaign_id: str, watch: Watch[int | str], counted: Counted
) -> dict[str, Counter[str]]:
    """What is there, and what there was of people who were erased; nothing of trackers whose data is gone."""
    found = defaultdict(Counter, {day: Counter(counts) for day, counts in counted.erased.items()})
    converted: set[str] = set()
    for shard in watch(range(keys.MARKER_SHARDS), "markers"):
        seen: dict[str, list[str]] = defaultdict(list)
        for marker in recounts.markers_of(account_id, campaign_id, int(shard)):
            if marker.tracker is None:
                found[marker.day][counts.visitors(marker.variation_id)] += 1
                seen[marker.uuid].append(marker.day)
            else:
                found[marker.day][counts.converters(marker.tracker, marker.variation_id)] += 1
                converted.add(marker.uuid)
        for days in seen.values():
            if len(days) > 1:
                found[max(days)][counts.SEVERAL] += 1
    for visitor in watch(sorted(converted), "visitors who converted"):
        for action in recounts.actions_of(account_id, campaign_id, str(visitor)):
            found[action.day].update(
                counts.of_action(action.tracker, action.variation_id, by_fallback=action.by_fallback)
            )
    return {day: counts.without(number, counted.gone) for day, number in found.items()}
