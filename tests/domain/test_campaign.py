"""Campaigns: statuses, time live, variations and their weights."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaign import (
    FULL_TRAFFIC,
    MAX_VARIATIONS,
    Campaign,
    CampaignType,
    Status,
    Variation,
    checked_variations,
    even_split,
)
from chalicelib.errors import Invalid, WasLive

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
MOVES = st.lists(st.tuples(st.sampled_from(Status), st.integers(0, 10**7)), max_size=12)
VARIATIONS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from([False, False, False, True])), max_size=8
).map(lambda parts: [Variation(str(i), f"V{i}", weight, base) for i, (weight, base) in enumerate(parts)])


def _draft() -> Campaign:
    return Campaign("id", 1, "Name", CampaignType.AB, Status.DRAFT, NOW, NOW, even_split())


@given(MOVES)
def test_no_sequence_of_moves_leads_back_to_draft_once_it_was_live(moves):
    campaign, was_live, now = _draft(), False, NOW
    for status, seconds in moves:
        now += timedelta(seconds=seconds)
        if status is Status.DRAFT and was_live:
            with pytest.raises(WasLive):
                campaign.moved_to(status, now)
            continue
        campaign = campaign.moved_to(status, now)
        was_live = was_live or status is Status.LIVE
        assert campaign.status is status
        assert (campaign.first_live_at is not None) == was_live
        assert (campaign.live_since is not None) == (status is Status.LIVE)


@given(MOVES)
def test_the_time_live_is_the_sum_of_the_stretches_it_was_live(moves):
    campaign, now, live = _draft(), NOW, 0
    for status, seconds in moves:
        live += seconds if campaign.status is Status.LIVE else 0
        now += timedelta(seconds=seconds)
        if status is not Status.DRAFT:
            campaign = campaign.moved_to(status, now)

    assert campaign.seconds_live(now) == live


@given(MOVES)
def test_each_move_is_one_version_on_and_keeps_when_it_first_was_live(moves):
    campaign, now, first = _draft(), NOW, None
    for number, (status, seconds) in enumerate((s, n) for s, n in moves if s is not Status.DRAFT):
        now += timedelta(seconds=seconds)
        campaign = campaign.moved_to(status, now)
        first = first or (now if status is Status.LIVE else None)
        assert (campaign.version, campaign.first_live_at) == (number + 2, first)


@pytest.mark.parametrize("status", Status)
def test_only_an_archived_campaign_is_at_rest(status):
    assert _draft().moved_to(status, NOW).archived == (status is Status.ARCHIVED)


@given(VARIATIONS)
def test_variations_are_taken_exactly_when_there_are_some_with_one_baseline_and_at_most_full_traffic(wanted):
    good = (
        1 <= len(wanted) <= MAX_VARIATIONS
        and sum(v.weight for v in wanted) <= FULL_TRAFFIC
        and sum(v.baseline for v in wanted) <= 1
    )

    if not good:
        with pytest.raises(Invalid):
            checked_variations(wanted)
        return
    taken = checked_variations(wanted)
    marked = [v.id for v in wanted if v.baseline] or [wanted[0].id]
    assert [v.id for v in taken if v.baseline] == marked
    assert [(v.id, v.name, v.weight) for v in taken] == [(v.id, v.name, v.weight) for v in wanted]


def test_every_broken_rule_of_variations_is_named():
    too_many = [Variation(str(number), "V", 2, baseline=True) for number in range(MAX_VARIATIONS + 1)]

    with pytest.raises(Invalid) as refusal:
        checked_variations(too_many)

    assert len(refusal.value.details["errors"]) == 3


def test_an_even_split_is_an_original_and_one_variation_half_each():
    assert checked_variations(even_split()) == even_split()
    assert [(v.weight, v.baseline) for v in even_split()] == [(50, True), (50, False)]


def _others() -> list[tuple[Variation, ...]]:
    first, second = even_split()
    third = Variation("2", "New", 0)
    moved = Variation("0", "Original", 50), Variation("1", "Variation 1", 50, baseline=True)
    return [(first,), (second, first), (first, second, third), moved]


@pytest.mark.parametrize(("others", "live"), list(itertools.product(_others(), [False, True])))
def test_once_live_a_campaign_is_not_split_anew(others, live):
    campaign = _draft().moved_to(Status.LIVE if live else Status.QA, NOW)
    wanted = checked_variations(others)

    if live:
        with pytest.raises(WasLive):
            campaign.with_variations(wanted, NOW)
    else:
        assert campaign.with_variations(wanted, NOW).variations == wanted


def test_once_live_variations_change_in_name_and_weight():
    live = _draft().moved_to(Status.LIVE, NOW).moved_to(Status.PAUSED, NOW)
    wanted = (Variation("0", "Control", 10, baseline=True), Variation("1", "B", 90))

    changed = live.with_variations(wanted, NOW)

    assert changed.variations == wanted


def test_a_live_campaign_remembers_the_weights_it_had():
    later = NOW + timedelta(days=1)
    draft = _draft().with_variations((Variation("0", "A", 20, baseline=True), Variation("1", "B", 20)), NOW)
    live = draft.moved_to(Status.LIVE, NOW)

    renamed = live.with_variations((Variation("0", "C", 20, baseline=True), Variation("1", "B", 20)), later)
    changed = live.with_variations((Variation("0", "A", 10, baseline=True), Variation("1", "B", 90)), later)

    assert draft.weights_since == renamed.weights_since == ()
    assert [(each.since, each.weights) for each in changed.weights_since] == [
        (NOW, {"0": 20, "1": 20}),
        (later, {"0": 10, "1": 90}),
    ]
