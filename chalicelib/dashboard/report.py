"""A campaign's report: what it comes to, and the numbers behind it as plots, tables and CSV."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from chalicelib.api.report_csv import csv_of
from chalicelib.dashboard.pages import File, Shown, page
from chalicelib.dashboard.problems import NONE, Problems
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.goal_report import GoalReport
from chalicelib.domain.report import Report, Wanted, report_of
from chalicelib.domain.traffic import day_of
from chalicelib.errors import FieldError, Invalid
from chalicelib.table import campaigns, reports
from chalicelib.web.verdict import verdict_of

PARAMETERS = ("from", "to", "baseline")


@page()
def show(visit: Visit, campaign_id: str) -> Shown:
    """The report of the days and the baseline that are asked for, or what is wrong with those."""
    wanted = {name: visit.query.get(name, "").strip() for name in PARAMETERS}
    values: dict[str, Any] = {"step": "report", "wanted": wanted, "problems": NONE, "report": None}
    try:
        report = _report(visit, campaign_id)
    except Invalid as error:
        values |= {"campaign": campaigns.get(visit.account_id, campaign_id), "problems": Problems.of(error)}
    else:
        values |= {"campaign": report.campaign, **_shown(visit, report)}
    return Shown("campaign/page.html", values, "campaign/report_body.html")


@page()
def download(visit: Visit, campaign_id: str) -> File:
    """The same numbers as CSV, as the API gives them."""
    return File(csv_of(_report(visit, campaign_id)), f"report-{campaign_id}.csv", "text/csv; charset=utf-8")


def _report(visit: Visit, campaign_id: str) -> Report:
    """Raises Invalid for parameters that are none, NotFound. 3 requests."""
    wanted = Wanted(_day(visit, "from"), _day(visit, "to"), visit.query.get("baseline") or None)
    return report_of(reports.observed(visit.account_id, campaign_id), wanted, visit.now)


def _day(visit: Visit, name: str) -> date | None:
    text = visit.query.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(FieldError(name, "must be a date such as 2026-01-31")) from error


def _shown(visit: Visit, report: Report) -> dict[str, Any]:
    """The report and what its template needs besides."""
    visitors = sum(each.visitors for each in report.variations)
    return {
        "report": report,
        "verdict": verdict_of(report),
        "names": {each.id: each.name for each in report.variations},
        "first": report.first and date.fromisoformat(report.first),
        "last": date.fromisoformat(report.last),
        "visitors": visitors,
        "several": report.multi_variation_visitors,
        "uplifts": {goal.tracker.id: list(_uplifts(goal, report)) for goal in report.goals},
        "points": {goal.tracker.id: list(_points(goal)) for goal in report.goals},
        "days": {goal.tracker.id: _days(goal) for goal in report.goals},
        "late": {goal.tracker.id for goal in report.goals if _is_late(visit, goal, report)},
    }


def _is_late(visit: Visit, goal: GoalReport, report: Report) -> bool:
    """Whether the goal's numbers are of fewer days than the report's."""
    since, first = goal.collecting_since, report.first
    return since is not None and first is not None and day_of(since, visit.zone) > first


def _uplifts(goal: GoalReport, report: Report) -> Iterator[dict[str, Any]]:
    """What the plot of uplifts shows: those of all variations that have an interval."""
    names = [each.name for each in report.variations]
    for index, row in enumerate(goal.variations):
        compared = row.comparison
        if compared.uplift is not None and compared.uplift_interval is not None:
            low, high = compared.uplift_interval
            yield {"name": names[index], "series": index, "uplift": compared.uplift, "low": low, "high": high}


def _points(goal: GoalReport) -> Iterator[dict[str, Any]]:
    """What the plot of days shows: a point for each day and variation."""
    series = {row.id: index for index, row in enumerate(goal.variations)}
    for point in goal.series:
        yield {
            "day": point.day,
            "series": series[point.variation_id],
            "visitors": point.visitors,
            "converters": point.converters,
            "actions": point.actions,
        }


def _days(goal: GoalReport) -> dict[date, dict[str, tuple[int, int, int]]]:
    """Visitors, converters and actions by day and variation."""
    days: dict[date, dict[str, tuple[int, int, int]]] = defaultdict(dict)
    for point in goal.series:
        days[date.fromisoformat(point.day)][point.variation_id] = (
            point.visitors,
            point.converters,
            point.actions,
        )
    return days
