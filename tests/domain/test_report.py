"""What a report says of what was counted: rules 16, 19 and 20, and an example worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from chalicelib.domain.campaign import Variation, even_split
from chalicelib.domain.counts import SEVERAL, converters, visitors
from chalicelib.domain.report import NoteCode
from chalicelib.domain.tracker import Kind
from chalicelib.errors import Invalid
from tests.domain.reporting import (
    did,
    goal_of,
    live_campaign,
    made,
    numbers,
    observed,
    reported,
    saw,
)


def test_the_published_example_has_its_published_numbers():
    campaign = live_campaign()
    days = {"2026-01-02": saw(400, 600) | did(40, 60), "2026-01-03": saw(600, 400) | did(60, 70)}

    report = reported(observed(campaign, days, made(campaign)))

    [goal] = report.goals
    original, variation = (row.comparison for row in goal.variations)
    assert numbers(goal) == [(1000, 100, 300), (1000, 130, 390)]
    assert (original.rate, variation.rate) == (0.1, 0.13)
    assert variation.uplift == pytest.approx(0.3)
    assert variation.p_value == pytest.approx(0.035412, abs=1e-6)
    assert [row.visitors for row in report.variations] == [1000, 1000]
    assert report.sample_ratio.p_value == 1


def test_rates_have_the_intervals_and_chances_that_scipy_gives():
    campaign = live_campaign()
    seen = observed(campaign, {"2026-01-02": saw(1000, 1010) | did(100, 130)}, made(campaign))

    _, row = reported(seen).goals[0].variations

    wilson = stats.binomtest(130, 1010).proportion_ci(0.95, "wilson")
    assert row.comparison.rate_interval == pytest.approx((wilson.low, wilson.high))
    better = stats.beta(131, 881).expect(lambda rate: stats.beta.cdf(rate, 101, 901), lb=0.05, ub=0.25)
    assert row.comparison.chance_to_win == pytest.approx(better, abs=1e-6)


def test_rule_16_a_goal_selected_on_day_20_shows_all_days_its_tracker_collected():
    campaign = live_campaign()
    tracker = made(campaign)
    days = {f"2026-01-{day:02}": saw(10, 10) | did(1, 2) for day in range(2, 22)}
    late = replace(goal_of(tracker), selected_at=datetime(2026, 1, 21, tzinfo=UTC))

    [goal] = reported(observed(campaign, days, tracker, goals=[late])).goals

    assert numbers(goal) == [(200, 20, 60), (200, 40, 120)]
    assert len({point.day for point in goal.series}) == 20


def test_rule_19_a_rate_uses_the_visitors_of_the_days_its_tracker_covers():
    campaign = live_campaign()
    old, new = made(campaign, 7), made(campaign, 8, datetime(2026, 1, 10, 15, tzinfo=UTC))
    days = {
        "2026-01-05": saw(900, 900) | did(9, 9),
        "2026-01-10": saw(60, 40) | did(6, 4) | did(3, 1, 8),
        "2026-01-11": saw(40, 60) | did(4, 6) | did(1, 3, 8),
    }

    first, second = reported(observed(campaign, days, old, new)).goals

    assert [row.visitors for row in first.variations] == [1000, 1000]
    assert numbers(second) == [(100, 4, 12), (100, 4, 12)]
    assert second.variations[0].comparison.rate == 0.04
    assert second.collecting_since == new.created_at
    assert {point.day for point in second.series} == {"2026-01-10", "2026-01-11"}


def test_rule_19_days_are_those_of_the_account():
    campaign = live_campaign()
    # In Berlin this is the 11th already.
    tracker = made(campaign, at=datetime(2026, 1, 10, 23, 30, tzinfo=UTC))
    days = {"2026-01-10": saw(5, 5), "2026-01-11": saw(7, 7)}

    [goal] = reported(observed(campaign, days, tracker)).goals

    assert numbers(goal) == [(7, 0, 0), (7, 0, 0)]


def test_rule_19_events_of_earlier_times_make_the_tracker_collect_since_their_day():
    campaign = live_campaign()
    tracker = made(campaign, at=datetime(2026, 1, 20, 15, tzinfo=UTC))
    days = {"2026-01-04": saw(5, 5), "2026-01-05": saw(5, 5) | did(1, 1), "2026-01-20": saw(5, 5)}

    [goal] = reported(observed(campaign, days, tracker)).goals

    assert goal.collecting_since == datetime(2026, 1, 4, 23, tzinfo=UTC)
    assert numbers(goal) == [(10, 1, 3), (10, 1, 3)]


def test_rule_20_the_baseline_has_no_uplift_interval_or_chance_to_win():
    campaign = live_campaign()
    seen = observed(campaign, {"2026-01-02": saw(100, 100) | did(10, 20)}, made(campaign))

    [goal] = reported(seen).goals
    [turned] = reported(seen, baseline_id="1").goals

    for report, baseline in ((goal, 0), (turned, 1)):
        against, other = report.variations[baseline].comparison, report.variations[1 - baseline].comparison
        assert (against.uplift, against.uplift_interval) == (None, None)
        assert (against.chance_to_win, against.p_value) == (None, None)
        assert None not in (other.uplift, other.uplift_interval, other.chance_to_win, other.p_value)
    assert turned.variations[0].comparison.uplift == pytest.approx(-0.5)


def test_rule_20_no_data_is_none_and_never_0():
    campaign = live_campaign()

    report = reported(observed(campaign, {}, made(campaign)))

    assert (report.first, report.last) == (None, "2026-01-31")
    assert report.sample_ratio.p_value is None
    assert report.goals[0].series == ()
    for row in report.goals[0].variations:
        compared = row.comparison
        assert (compared.rate, compared.rate_interval, compared.uplift) == (None, None, None)
        assert (compared.chance_to_win, compared.p_value) == (None, None)


def test_rule_20_a_baseline_without_converters_gives_a_chance_but_no_uplift():
    campaign = live_campaign()
    seen = observed(campaign, {"2026-01-02": saw(100, 100) | did(0, 20)}, made(campaign))

    _, row = reported(seen).goals[0].variations

    assert row.comparison.uplift is None
    assert row.comparison.chance_to_win == pytest.approx(1, abs=1e-3)


def test_more_converters_than_visitors_are_shown_and_nothing_follows_from_them():
    campaign = live_campaign()
    tracker = made(campaign)

    report = reported(observed(campaign, {"2026-01-02": saw(5, 100) | did(6, 10)}, tracker))

    first, second = report.goals[0].variations
    assert (first.visitors, first.converters) == (5, 6)
    assert (first.comparison.rate, first.comparison.rate_interval) == (None, None)
    assert (second.comparison.rate, second.comparison.uplift) == (0.1, None)
    [note] = report.notes
    assert (note.code, note.tracker_id, note.variation_id) == (
        NoteCode.CONVERTERS_EXCEED_VISITORS,
        tracker.id,
        "0",
    )


def test_a_goal_whose_tracker_was_deleted_keeps_the_numbers_it_had():
    campaign = live_campaign()
    tracker = made(campaign)
    days = {"2026-01-02": saw(10, 10), "2026-01-03": saw(10, 10) | did(1, 2)}

    report = reported(observed(campaign, days, tracker, trackers={}))

    [goal] = report.goals
    assert (goal.tracker.id, goal.tracker.name, goal.tracker.kind) == (tracker.id, None, None)
    assert numbers(goal) == [(10, 1, 3), (10, 2, 6)]
    assert [note.code for note in report.notes] == [NoteCode.TRACKER_GONE]


def test_a_report_of_some_days_has_those_days_alone_first_and_last_included():
    campaign = live_campaign()
    days = {f"2026-01-0{day}": {**saw(day, day), SEVERAL: 1} for day in range(1, 8)}
    seen = observed(campaign, days, made(campaign))

    report = reported(seen, first=date(2026, 1, 3), last=date(2026, 1, 5))

    assert (report.first, report.last) == ("2026-01-03", "2026-01-05")
    assert [row.visitors for row in report.variations] == [12, 12]
    assert report.multi_variation_visitors == 3
    assert {point.day for point in report.goals[0].series} == {"2026-01-03", "2026-01-04", "2026-01-05"}


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"first": date(2026, 1, 3), "last": date(2026, 1, 2)}, "from"),
        ({"first": date(2026, 2, 1)}, "from"),
        ({"baseline_id": "9"}, "baseline"),
    ],
)
def test_days_in_the_wrong_order_and_unknown_baselines_are_refused(wanted: dict[str, Any], field: str):
    seen = observed(live_campaign(), {})

    with pytest.raises(Invalid) as refusal:
        reported(seen, **wanted)

    assert refusal.value.details["errors"][0]["field"] == field


@given(
    st.dictionaries(
        st.dates(date(2026, 1, 1), date(2026, 1, 31)).map(date.isoformat),
        st.tuples(*[st.integers(0, 40)] * 4),
        max_size=8,
    ),
    st.dates(date(2026, 1, 1), date(2026, 1, 31)),
)
def test_a_series_adds_up_to_its_goal(days: dict[str, tuple[int, ...]], made_on: date):
    campaign = live_campaign()
    tracker = made(campaign, at=datetime(made_on.year, made_on.month, made_on.day, 12, tzinfo=UTC))
    counted = {day: saw(some[0], some[1]) | did(some[2], some[3]) for day, some in days.items()}

    [goal] = reported(observed(campaign, counted, tracker)).goals

    for row in goal.variations:
        points = [point for point in goal.series if point.variation_id == row.id]
        assert row.visitors == sum(point.visitors for point in points)
        assert row.converters == sum(point.converters for point in points)
        assert row.actions == sum(point.actions for point in points)
    assert [(point.day, point.variation_id) for point in goal.series] == sorted(
        (point.day, point.variation_id) for point in goal.series
    )


@pytest.mark.alone
def test_ten_goals_of_four_variations_take_less_than_50_milliseconds():
    variations = (*even_split(), Variation("2", "Third", 0), Variation("3", "Fourth", 0))
    campaign = live_campaign(variations=variations)
    trackers = [made(campaign, number, kind=Kind.AAT) for number in range(10)]
    day = {visitors(str(variation)): 50_000 + 137 * variation for variation in range(4)}
    for tracker in trackers:
        for variation in range(4):
            day[converters(str(tracker.number), str(variation))] = 700 * (tracker.number + 1) + variation
    seen = observed(campaign, {"2026-01-02": day}, *trackers)

    started = process_time()
    report = reported(seen)
    took = process_time() - started

    assert len(report.goals) == 10
    assert all(goal.variations[3].comparison.p_value is not None for goal in report.goals)
    assert took < 0.05
