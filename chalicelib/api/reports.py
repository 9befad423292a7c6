"""A campaign's report, as JSON and as CSV."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

from chalicelib.api.http import Call, answer, operation
from chalicelib.api.report_csv import csv_of
from chalicelib.api.schema import Body, Query, UtcTime, View
from chalicelib.domain.api_key import Scope
from chalicelib.domain.campaign import CampaignType, Status
from chalicelib.domain.goal import Role
from chalicelib.domain.goal_report import GoalReport, GoalRow
from chalicelib.domain.readiness import What
from chalicelib.domain.report import NoteCode, Report, Wanted, report_of
from chalicelib.domain.tracker import Kind
from chalicelib.table import reports
from chalicelib.table.once import Answer

Interval = tuple[float, float]


def _iso_date(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError("must be a date such as 2026-01-31")
    return date.fromisoformat(text)


Day = Annotated[date, BeforeValidator(_iso_date)]


class ReportQuery(Query):
    """Which days, in the account's time zone, and what to compare with."""

    first: Day | None = Field(None, alias="from", description="first day; else the first with data")
    last: Day | None = Field(None, alias="to", description="last day; else today")
    baseline: str | None = Field(
        None, max_length=64, description="variation that the others are compared with; else the campaign's"
    )


class ReportedCampaignView(View):
    """The campaign."""

    id: str
    number: int
    name: str
    type: CampaignType
    status: Status
    first_live_at: UtcTime | None


class SampleRatioView(View):
    """Whether visitors are split as the weights ask: no longer when p is below 0.001."""

    p_value: float | None
    ok: bool


class MissingView(View):
    """One thing the report waits for, of a variation if it names one."""

    what: What
    variation_id: str | None
    has: int
    needs: int


class ReportReadinessView(View):
    """Whether there is enough to decide by."""

    ready: bool
    missing: list[MissingView]


class VariationTotalView(View):
    """A variation and its visitors. ``weight`` and ``baseline`` are the ones this report uses."""

    id: str
    name: str
    weight: int
    baseline: bool
    visitors: int


class GoalTrackerView(View):
    """The tracker of a goal; name and kind are null once it was deleted."""

    id: str
    name: str | None
    kind: Kind | None


class GoalRowView(View):
    """A goal's numbers of a variation. Rates and uplifts are fractions; null is no data.

    Intervals are 95%. The baseline has no uplift, chance to win or p-value.
    """

    id: str
    visitors: int
    converters: int
    actions: int
    rate: float | None
    rate_interval: Interval | None
    uplift: float | None
    uplift_interval: Interval | None
    chance_to_win: float | None
    p_value: float | None


class SeriesPointView(View):
    """A goal's numbers of a variation on a day with data."""

    day: date
    variation_id: str
    visitors: int
    converters: int
    actions: int


class GoalReportView(View):
    """A goal. Its numbers are those since its tracker collects, from the beginning of that day."""

    tracker: GoalTrackerView
    role: Role
    collecting_since: UtcTime | None
    variations: list[GoalRowView]
    series: list[SeriesPointView]


class NoteView(View):
    """What a reader of the numbers has to know."""

    code: NoteCode
    message: str
    tracker_id: str | None
    variation_id: str | None


class ReportView(View):
    """A campaign's numbers, and what may be concluded from them."""

    model_config = ConfigDict(from_attributes=True, serialize_by_alias=True, populate_by_name=True)

    campaign: ReportedCampaignView
    generated_at: UtcTime
    first: date | None = Field(alias="from")
    last: date = Field(alias="to")
    srm: SampleRatioView
    multi_variation_visitors: int
    readiness: ReportReadinessView
    variations: list[VariationTotalView]
    goals: list[GoalReportView]
    notes: list[NoteView]


@operation(scope=Scope.READ, query=ReportQuery, answers={200: ReportView})
def get_report(call: Call[Body, ReportQuery], campaign_id: str) -> Answer:
    """Get a campaign's report

    Each goal since its tracker collects; before any result, whether the traffic is split as it should be,
    and what is missing to decide.
    """
    return answer(_view(_report(call, campaign_id)))


@operation(scope=Scope.READ, query=ReportQuery, answers={200: None}, media_type="text/csv")
def get_report_csv(call: Call[Body, ReportQuery], campaign_id: str) -> Answer:
    """Get a campaign's report as CSV

    The same numbers, a row for each goal and variation. Text that a spreadsheet would take for a formula
    has an apostrophe before it.
    """
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="report-{campaign_id}.csv"',
    }
    return Answer(200, csv_of(_report(call, campaign_id)), headers)


def _report(call: Call[Body, ReportQuery], campaign_id: str) -> Report:
    wanted = Wanted(call.query.first, call.query.last, call.query.baseline)
    return report_of(reports.observed(call.account_id, campaign_id), wanted, call.now)


def _view(report: Report) -> ReportView:
    return ReportView(
        campaign=ReportedCampaignView.of(report.campaign),
        generated_at=report.generated_at,
        first=report.first and date.fromisoformat(report.first),
        last=date.fromisoformat(report.last),
        srm=SampleRatioView.of(report.sample_ratio),
        multi_variation_visitors=report.multi_variation_visitors,
        readiness=ReportReadinessView(
            ready=not report.missing, missing=[MissingView.of(each) for each in report.missing]
        ),
        variations=[VariationTotalView.of(each) for each in report.variations],
        goals=[_goal_view(goal) for goal in report.goals],
        notes=[NoteView.of(note) for note in report.notes],
    )


def _goal_view(goal: GoalReport) -> GoalReportView:
    return GoalReportView(
        tracker=GoalTrackerView.of(goal.tracker),
        role=goal.role,
        collecting_since=goal.collecting_since,
        variations=[GoalRowView(**_numbers(row)) for row in goal.variations],
        series=[SeriesPointView.of(point) for point in goal.series],
    )


def _numbers(row: GoalRow) -> dict[str, Any]:
    compared = row.comparison
    return {
        "id": row.id,
        "visitors": row.visitors,
        "converters": row.converters,
        "actions": row.actions,
        "rate": compared.rate,
        "rate_interval": compared.rate_interval,
        "uplift": compared.uplift,
        "uplift_interval": compared.uplift_interval,
        "chance_to_win": compared.chance_to_win,
        "p_value": compared.p_value,
    }
