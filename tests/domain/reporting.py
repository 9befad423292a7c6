"""A campaign that has counted, and the report of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.account import Readiness
from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.counts import actions, converters, visitors
from chalicelib.domain.goal import Goal, Role
from chalicelib.domain.goal_report import GoalReport
from chalicelib.domain.ids import numbered_id
from chalicelib.domain.observed import Observed
from chalicelib.domain.report import Report, Wanted, report_of
from chalicelib.domain.tracker import Tracker
from tests.factories import campaign_of, tracker_of

ACCOUNT = "a"
BERLIN = ZoneInfo("Europe/Berlin")
LIVE_AT = datetime(2026, 1, 1, 8, tzinfo=UTC)
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
LITTLE = Readiness(1, 1, 1)


def live_campaign(**fields: Any) -> Campaign:
    known: dict[str, Any] = {
        "status": Status.LIVE,
        "created_at": LIVE_AT,
        "first_live_at": LIVE_AT,
        "live_since": LIVE_AT,
    }
    return campaign_of(ACCOUNT, **known | fields)


def made(campaign: Campaign, number: int = 7, at: datetime = LIVE_AT, **fields: Any) -> Tracker:
    return tracker_of(
        ACCOUNT, campaign, id=numbered_id(ACCOUNT, number), number=number, created_at=at, **fields
    )


def goal_of(tracker: Tracker, role: Role = Role.PRIMARY, rank: int = 1) -> Goal:
    return Goal("c", tracker.id, role, Decimal(rank), tracker.campaign_id, LIVE_AT)


def observed(
    campaign: Campaign, days: dict[str, dict[str, int]], *trackers: Tracker, **fields: Any
) -> Observed:
    """What there is of a campaign whose first tracker is its primary goal."""
    roles = [Role.PRIMARY, *[Role.SECONDARY] * len(trackers)]
    known: dict[str, Any] = {
        "goals": [goal_of(tracker, role) for tracker, role in zip(trackers, roles, strict=False)],
        "trackers": {tracker.id: tracker for tracker in trackers},
        "zone": BERLIN,
        "readiness": LITTLE,
    }
    counted = {day: Counter(of_day) for day, of_day in sorted(days.items())}
    return Observed(campaign, days=counted, **known | fields)


def reported(seen: Observed, **wanted: Any) -> Report:
    return report_of(seen, Wanted(**wanted), NOW)


def numbers(goal: GoalReport) -> list[tuple[int, int, int]]:
    return [(row.visitors, row.converters, row.actions) for row in goal.variations]


def saw(first: int, second: int) -> dict[str, int]:
    return {visitors("0"): first, visitors("1"): second}


def did(first: int, second: int, tracker: int = 7) -> dict[str, int]:
    return {
        converters(str(tracker), "0"): first,
        converters(str(tracker), "1"): second,
        actions(str(tracker), "0"): 3 * first,
        actions(str(tracker), "1"): 3 * second,
    }
