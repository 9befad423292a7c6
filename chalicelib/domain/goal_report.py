"""One goal of a report: its numbers by variation and day, in the time that its tracker covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from chalicelib.domain import counts
from chalicelib.domain.goal import Goal, Role
from chalicelib.domain.ids import number_in
from chalicelib.domain.observed import Days, Observed
from chalicelib.domain.statistics import Comparison, Proportion, compare
from chalicelib.domain.tracker import Kind
from chalicelib.domain.traffic import day_of


@dataclass(frozen=True, slots=True)
class GoalTracker:
    """The tracker of a goal; of one that was deleted only the id is known."""

    id: str
    number: str
    name: str | None
    kind: Kind | None


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal's numbers of one variation, in the days that its tracker covers."""

    id: str
    visitors: int
    converters: int
    actions: int
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """A goal's numbers of one variation on one day (ISO date)."""

    day: str
    variation_id: str
    visitors: int
    converters: int
    actions: int


@dataclass(frozen=True, slots=True)
class GoalReport:
    """What a goal's tracker has counted since it collects; None when it never did and is gone."""

    tracker: GoalTracker
    role: Role
    collecting_since: datetime | None
    variations: tuple[GoalRow, ...]
    series: tuple[SeriesPoint, ...]


def goal_report(observed: Observed, goal: Goal, days: Days, baseline_id: str) -> GoalReport:
    """The goal's numbers in some of the observed days, but for those before its tracker collected."""
    tracker = _goal_tracker(observed, goal)
    since = _collecting_since(observed, tracker)
    covered: Days = {}
    if since is not None:
        first = day_of(since, observed.zone)
        covered = {day: counted for day, counted in days.items() if day >= first}
    ids = [variation.id for variation in observed.campaign.variations]
    names = [name for each in ids for name in _names(tracker, each)]
    total = _numbers(tracker, counts.summed(covered.values(), names), ids)
    return GoalReport(
        tracker=tracker,
        role=goal.role,
        collecting_since=since,
        variations=_compared(total, baseline_id),
        series=tuple(
            SeriesPoint(day, variation_id, *numbers)
            for day, counted in covered.items()
            for variation_id, numbers in _numbers(tracker, counted, ids).items()
        ),
    )


def _goal_tracker(observed: Observed, goal: Goal) -> GoalTracker:
    tracker = observed.trackers.get(goal.tracker_id)
    if tracker is not None:
        return GoalTracker(tracker.id, str(tracker.number), tracker.name.shown, tracker.kind)
    return GoalTracker(goal.tracker_id, str(number_in(goal.tracker_id)), None, None)


def _collecting_since(observed: Observed, tracker: GoalTracker) -> datetime | None:
    """When the tracker was made, or the beginning of an earlier day that it has counts of.

    Events may be sent with earlier times: of an import, or of a page that was offline.
    """
    stored = observed.trackers.get(tracker.id)
    made = stored.created_at if stored else None
    first = _first_counted(observed.days, tracker.number, day_of(made, observed.zone) if made else None)
    if first is None:
        return made
    return datetime.combine(date.fromisoformat(first), time.min, observed.zone).astimezone(UTC)


def _first_counted(days: Days, number: str, before: str | None) -> str | None:
    """The first day that has counts of the tracker, if there is one before a day."""
    own = (counts.converters(number, ""), counts.actions(number, ""))
    for day, counted in days.items():
        if before is not None and day >= before:
            break
        if any(value for name, value in counted.items() if name.startswith(own)):
            return day
    return None


def _numbers(tracker: GoalTracker, counted: Counter[str], ids: list[str]) -> dict[str, tuple[int, int, int]]:
    """Visitors, unique converters and actions by variation."""
    rows = {}
    for each in ids:
        visitors, converters, actions = _names(tracker, each)
        rows[each] = counted[visitors], counted[converters], counted[actions]
    return rows


def _names(tracker: GoalTracker, variation_id: str) -> tuple[str, str, str]:
    """What the counts of a variation are called."""
    return (
        counts.visitors(variation_id),
        counts.converters(tracker.number, variation_id),
        counts.actions(tracker.number, variation_id),
    )


def _compared(total: Mapping[str, tuple[int, int, int]], baseline_id: str) -> tuple[GoalRow, ...]:
    proportions = {
        each: Proportion(visitors, converters) if 0 <= converters <= visitors else None
        for each, (visitors, converters, _) in total.items()
    }
    baseline = proportions[baseline_id]
    rows = []
    for variation_id, numbers in total.items():
        own = proportions[variation_id]
        against = baseline if variation_id != baseline_id else None
        comparison = compare(own, against) if own else Comparison(None, None)
        rows.append(GoalRow(variation_id, *numbers, comparison))
    return tuple(rows)
