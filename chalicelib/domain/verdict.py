"""What a report says in one sentence: no more than its numbers bear."""

from __future__ import annotations

from chalicelib.domain.goal import Role
from chalicelib.domain.goal_report import GoalReport, GoalRow
from chalicelib.domain.readiness import Missing, What
from chalicelib.domain.report import Report

SURE = 0.95
"""A chance to win from which on a variation is said to be better; its complement, to be worse."""


def verdict(report: Report) -> str:
    """The sentence. From a wrong split of visitors nothing follows, and little from too few of them."""
    if not report.sample_ratio.ok:
        return (
            "The visitors are not split as the weights ask for, so nothing follows from these numbers. "
            "Find out why first."
        )
    goal = primary_of(report)
    if goal is None:
        return "There is no primary goal to decide by."
    if report.missing:
        return f"Too early to decide: {_waits_for(report.missing[0], report)}."
    return _decided(report, goal)


def primary_of(report: Report) -> GoalReport | None:
    """The goal to decide by."""
    return next((goal for goal in report.goals if goal.role is Role.PRIMARY), None)


def _waits_for(missing: Missing, report: Report) -> str:
    names = {each.id: each.name for each in report.variations}
    of = f" of {names[missing.variation_id]}" if missing.variation_id else ""
    if missing.what is What.DAYS_LIVE:
        return f"{missing.has} of {missing.needs} days are over"
    if missing.what is What.VISITORS:
        return f"{missing.has:,} of {missing.needs:,} visitors{of} came"
    return f"{missing.has:,} of {missing.needs:,} visitors{of} reached the goal"


def _decided(report: Report, goal: GoalReport) -> str:
    names = {each.id: each.name for each in report.variations}
    rows = [row for row in goal.variations if row.comparison.chance_to_win is not None]
    if not rows:
        return "There is nothing to compare yet."
    best = max(rows, key=_chance)
    baseline = next(each.name for each in report.variations if each.baseline)
    if _chance(best) >= SURE:
        return f"{names[best.id]} beats {baseline}{_by(best)}, with a chance of {chance(_chance(best))}."
    if all(_chance(row) <= 1 - SURE for row in rows):
        return f"{baseline} is better than everything it was tested against."
    return f"No variation can be told to be better than {baseline} yet."


def chance(value: float) -> str:
    """A chance in percent. No chance is a certainty: the last thousandth is not rounded away."""
    if value > 0.999:
        return "more than 99.9%"
    return "less than 0.1%" if value < 0.001 else f"{value:.1%}"


def _chance(row: GoalRow) -> float:
    return row.comparison.chance_to_win or 0.0


def _by(row: GoalRow) -> str:
    return "" if row.comparison.uplift is None else f" by {row.comparison.uplift:.1%}"
