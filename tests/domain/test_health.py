"""How a tracker is: the one rule, for the page and for the alarm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.health import Health, Pulse, Received, recent_from
from chalicelib.domain.tracker import Kind

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=30)


class Tracker(NamedTuple):
    number: int = 7
    kind: Kind = Kind.XAT
    campaign_id: str = "own"


def pulse(last: str | None = None, actions: int = 9, by_fallback: int = 0, **live: datetime) -> Pulse:
    """What is known of a tracker with its last day, and of campaigns that are live since some time."""
    return Pulse({7: Received(last, actions, by_fallback)} if last else {}, live, NOW, UTC)


@pytest.mark.parametrize(
    ("last", "health"),
    [
        ("2026-01-10", Health.RECEIVING),
        ("2026-01-09", Health.RECEIVING),
        ("2026-01-08", Health.SILENT),
        ("2025-06-01", Health.SILENT),
        (None, Health.NEVER),
    ],
)
def test_live_it_is_as_its_last_day_says(last, health):
    assert pulse(last, own=LONG_AGO).of(Tracker()).health is health


def test_its_last_day_is_told_whatever_its_health():
    assert str(pulse("2026-01-08").of(Tracker()).last_day) == "2026-01-08"
    assert pulse(own=LONG_AGO).of(Tracker()).last_day is None


@pytest.mark.parametrize("kind", Kind)
def test_an_account_tracker_is_live_with_any_campaign_and_another_with_its_own(kind):
    elsewhere = pulse("2026-01-10", other=LONG_AGO).of(Tracker(kind=kind)).health
    nowhere = pulse("2026-01-10").of(Tracker(kind=kind)).health

    assert elsewhere is (Health.RECEIVING if kind is Kind.AAT else Health.NOT_LIVE)
    assert nowhere is Health.NOT_LIVE


@pytest.mark.parametrize(
    ("zone", "health"), [("Pacific/Honolulu", Health.RECEIVING), ("Asia/Tokyo", Health.SILENT)]
)
def test_days_are_those_of_the_account(zone, health):
    late = datetime(2026, 1, 10, 20, tzinfo=UTC)

    at_home = Pulse({7: Received("2026-01-09", 1, 0)}, {"own": LONG_AGO}, late, ZoneInfo(zone))

    assert at_home.of(Tracker()).health is health
    assert (recent_from(late, ZoneInfo(zone)) > "2026-01-09") is (health is Health.SILENT)


@pytest.mark.parametrize(
    ("actions", "by_fallback", "health"),
    [
        (10, 0, Health.RECEIVING),
        (10, 5, Health.RECEIVING),
        (10, 6, Health.DRIFTING),
        (1, 1, Health.DRIFTING),
        (0, 0, Health.RECEIVING),
    ],
)
def test_it_drifts_once_more_than_half_of_its_actions_come_by_a_fallback(actions, by_fallback, health):
    assert pulse("2026-01-10", actions, by_fallback, own=LONG_AGO).of(Tracker()).health is health


def test_what_is_silent_or_not_live_does_not_drift():
    assert pulse("2026-01-08", 9, 9, own=LONG_AGO).of(Tracker()).health is Health.SILENT
    assert pulse("2026-01-10", 9, 9).of(Tracker()).health is Health.NOT_LIVE


@pytest.mark.parametrize(
    ("last", "live", "alarming"),
    [
        ("2026-01-08", {"own": NOW - timedelta(days=1)}, True),
        ("2026-01-08", {"own": NOW - timedelta(hours=23)}, False),
        ("2026-01-09", {"own": LONG_AGO}, False),
        (None, {"own": LONG_AGO}, False),
        ("2026-01-08", {}, False),
        ("2026-01-08", {"other": LONG_AGO}, False),
    ],
)
def test_what_was_live_for_a_day_and_is_silent_is_alarming(last, live, alarming):
    assert pulse(last, **live).alarm_of(Tracker()) is (Health.SILENT if alarming else None)


@pytest.mark.parametrize(("by_fallback", "alarm"), [(9, Health.DRIFTING), (1, None)])
def test_what_drifts_is_alarming_however_short_it_is_live(by_fallback, alarm):
    assert pulse("2026-01-10", 9, by_fallback, own=NOW).alarm_of(Tracker()) is alarm


def test_an_account_tracker_is_live_since_the_first_campaign_that_is():
    known = pulse("2026-01-08", first=LONG_AGO, second=NOW)

    assert known.alarm_of(Tracker(kind=Kind.AAT)) is Health.SILENT
