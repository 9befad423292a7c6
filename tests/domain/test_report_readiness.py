"""What a report waits for, and what it warns of before any result: rules 21 and 22."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from scipy import stats

from chalicelib.domain.account import Readiness
from chalicelib.domain.campaign import Status, Variation, WeightsSince, even_split
from chalicelib.domain.goal import Role
from chalicelib.domain.readiness import Missing, What
from chalicelib.domain.report import NoteCode, Wanted, report_of
from tests.domain.reporting import (
    ACCOUNT,
    LIVE_AT,
    NOW,
    did,
    goal_of,
    live_campaign,
    made,
    observed,
    reported,
    saw,
)
from tests.factories import campaign_of


def test_rule_21_a_report_is_ready_at_its_thresholds_and_not_one_short_of_them():
    campaign = live_campaign(live_since=NOW - timedelta(days=14))
    days = {"2026-01-20": saw(5000, 5000) | did(300, 300)}
    seen = observed(campaign, days, made(campaign), readiness=Readiness())

    ready = reported(seen)
    short_of_time = report_of(seen, Wanted(), NOW - timedelta(seconds=1))
    short = reported(replace(seen, days={"2026-01-20": Counter(saw(4999, 5000) | did(300, 299))}))

    assert ready.missing == ()
    assert short_of_time.missing == (Missing(What.DAYS_LIVE, 13, 14),)
    assert short.missing == (
        Missing(What.VISITORS, 4999, 5000, "0"),
        Missing(What.CONVERTERS, 299, 300, "1"),
    )


def test_rule_21_days_live_leave_out_those_of_a_pause():
    paused = live_campaign(live_since=None, status=Status.PAUSED, live_seconds=13 * 86_400)
    resumed = replace(paused, live_since=NOW - timedelta(days=1), status=Status.LIVE)
    days = {"2026-01-20": saw(1, 1) | did(1, 1)}
    needs = Readiness(14, 1, 1)

    assert reported(observed(resumed, days, made(resumed), readiness=needs)).missing == ()
    assert reported(observed(paused, days, made(paused), readiness=needs)).missing == (
        Missing(What.DAYS_LIVE, 13, 14),
    )


def test_rule_21_without_a_primary_goal_that_is_what_is_missing():
    campaign = live_campaign()
    tracker = made(campaign)
    seen = observed(campaign, {"2026-01-02": saw(9, 9) | did(9, 9)}, tracker)

    none = reported(replace(seen, goals=[goal_of(tracker, Role.SECONDARY)]))

    assert none.missing == (Missing(What.PRIMARY_GOAL, 0, 1),)


def test_a_variation_without_weight_that_nobody_saw_is_not_waited_for():
    variations = (*even_split(), Variation("2", "Stopped", 0))
    campaign = live_campaign(variations=variations)

    report = reported(observed(campaign, {"2026-01-02": saw(9, 9) | did(9, 9)}, made(campaign)))

    assert report.missing == ()


@pytest.mark.parametrize(("second", "ok"), [(1094, True), (1160, False)])
def test_rule_22_a_sample_ratio_mismatch_is_seen_below_p_of_one_in_a_thousand(second: int, ok: bool):
    campaign = live_campaign()

    report = reported(observed(campaign, {"2026-01-02": saw(1000, second)}))

    assert report.sample_ratio.p_value == pytest.approx(stats.chisquare([1000, second]).pvalue)
    assert report.sample_ratio.ok is ok


def test_rule_22_the_untracked_rest_of_the_traffic_is_no_mismatch():
    variations = (Variation("0", "Original", 10, baseline=True), Variation("1", "New", 30))
    campaign = live_campaign(variations=variations)

    report = reported(observed(campaign, {"2026-01-02": saw(1000, 3000)}))

    assert report.sample_ratio.p_value == 1


def test_rule_22_weights_are_those_in_force_on_each_day_and_the_day_of_a_change_is_left_out():
    changed_at = datetime(2026, 1, 10, 12, tzinfo=UTC)
    campaign = live_campaign(
        variations=(Variation("0", "Original", 20, baseline=True), Variation("1", "New", 80)),
        weights_since=(
            WeightsSince(LIVE_AT, {"0": 50, "1": 50}),
            WeightsSince(changed_at, {"0": 20, "1": 80}),
        ),
    )
    days = {"2026-01-09": saw(500, 500), "2026-01-10": saw(700, 300), "2026-01-11": saw(200, 800)}

    report = reported(observed(campaign, days))

    assert report.sample_ratio.p_value == 1
    [note] = report.notes
    assert note.code is NoteCode.WEIGHTS_CHANGED
    assert "2026-01-10" in note.message
    assert [row.visitors for row in report.variations] == [1400, 1600]


def test_weights_changed_before_it_first_went_live_were_never_in_force():
    draft = campaign_of(ACCOUNT)
    weights = (Variation("0", "Original", 20, baseline=True), Variation("1", "New", 80))

    live = draft.with_variations(weights, LIVE_AT).moved_to(Status.LIVE, LIVE_AT)
    later = live.with_variations(even_split(), NOW)

    assert live.weights_since == ()
    assert [each.weights["0"] for each in later.weights_since] == [20, 50]
    assert later.with_variations(even_split(), NOW) == later
