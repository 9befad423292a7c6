"""Proportions and a variation's row: what is said, and what is not said without data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from chalicelib.domain.statistics import Comparison, Proportion, compare, uplift, wilson_interval


@st.composite
def proportions(draw):
    visitors = draw(st.integers(0, 10**8))
    return Proportion(visitors, draw(st.integers(0, visitors)))


@pytest.mark.parametrize(("visitors", "converters"), [(-1, 0), (-1, -1), (5, -1), (5, 6), (0, 1)])
def test_impossible_counts_are_refused(visitors, converters):
    with pytest.raises(ValueError, match=r"negative|more converters"):
        Proportion(visitors, converters)


@given(first=proportions(), second=proportions(), third=proportions())
def test_merging_adds_the_counts_in_any_order(first, second, third):
    merged = first + second + third

    assert merged == third + (second + first)
    assert merged.visitors == first.visitors + second.visitors + third.visitors
    assert merged.converters == first.converters + second.converters + third.converters


@given(observed=proportions())
def test_merging_with_nobody_changes_nothing(observed):
    assert observed + Proportion(0, 0) == observed


def test_a_rate_is_converters_per_visitor_and_none_without_visitors():
    assert Proportion(1_000, 130).rate == 0.13
    assert Proportion(1_000, 0).rate == 0
    assert Proportion(0, 0).rate is None
    assert Proportion(0, 0).rate_interval is None


@pytest.mark.parametrize("visitors", [1, 2, 10, 263, 10**4, 10**8])
@pytest.mark.parametrize("share", [0, 1e-7, 0.1, 0.5, 0.999, 1])
def test_the_rate_interval_is_wilsons(visitors, share):
    converters = round(visitors * share)

    interval = wilson_interval(visitors, converters)

    expected = stats.binomtest(converters, visitors).proportion_ci(0.95, method="wilson")
    assert interval == pytest.approx((expected.low, expected.high), rel=1e-8, abs=1e-15)


def test_the_rate_interval_agrees_with_newcombes_published_examples():
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
    published = {(263, 81): (0.2553, 0.3662), (148, 15): (0.0624, 0.1605), (20, 0): (0, 0.1611)}

    intervals = {counts: wilson_interval(*counts) for counts in published}

    for counts, interval in intervals.items():
        assert interval == pytest.approx(published[counts], abs=5e-5)


@given(observed=proportions().filter(lambda observed: observed.visitors))
def test_the_rate_interval_holds_the_rate_and_stays_between_0_and_1(observed):
    low, high = observed.rate_interval

    assert 0 <= low <= observed.rate <= high <= 1
    assert (low == 0) == (observed.converters == 0)


def test_the_baseline_has_a_rate_but_no_uplift_interval_or_chance():
    baseline = compare(Proportion(1_000, 100), None)

    assert baseline == Comparison(0.1, wilson_interval(1_000, 100), None, None, None, None)


def test_a_variation_is_compared_in_every_figure():
    row = compare(Proportion(1_000, 130), Proportion(1_000, 100))

    assert row.rate == 0.13
    assert row.rate_interval == pytest.approx((0.110564, 0.152268), abs=1e-6)
    assert row.uplift == pytest.approx(0.3)
    assert row.uplift is not None
    assert row.uplift_interval is not None
    assert row.uplift_interval[0] < row.uplift < row.uplift_interval[1]
    assert row.chance_to_win == pytest.approx(0.982166, abs=1e-6)
    assert row.p_value == pytest.approx(0.035412, abs=1e-6)


@pytest.mark.parametrize("baseline", [Proportion(0, 0), Proportion(50, 7), None])
def test_a_variation_without_visitors_has_only_nones(baseline):
    assert compare(Proportion(0, 0), baseline) == Comparison(None, None, None, None, None, None)


def test_against_a_baseline_without_visitors_only_the_rate_is_known():
    row = compare(Proportion(50, 7), Proportion(0, 0))

    assert row == Comparison(0.14, wilson_interval(50, 7), None, None, None, None)


def test_against_a_baseline_that_nobody_converted_on_the_uplift_is_none_and_its_interval_known():
    row = compare(Proportion(50, 7), Proportion(60, 0))

    assert row.uplift is None
    assert row.uplift_interval is not None
    assert row.uplift_interval[0] > 0
    assert row.chance_to_win == pytest.approx(0.9986, abs=1e-4)


def test_a_variation_that_nobody_converted_on_lost_everything():
    row = compare(Proportion(50, 0), Proportion(60, 6))

    assert row.uplift == -1
    assert row.uplift_interval is not None
    assert -1 < row.uplift_interval[0] < row.uplift_interval[1]


def test_equal_counts_are_an_even_chance():
    row = compare(Proportion(5_000, 300), Proportion(5_000, 300))

    assert row.uplift == 0
    assert row.chance_to_win == pytest.approx(0.5, abs=1e-9)
    assert row.p_value == 1


@pytest.mark.parametrize(
    ("variation", "baseline", "expected"),
    [((10, 5), (10, 4), 0.25), ((10, 0), (10, 4), -1), ((10, 5), (10, 0), None), ((0, 0), (9, 4), None)],
)
def test_the_uplift_is_relative_to_the_baseline(variation, baseline, expected):
    assert uplift(Proportion(*variation), Proportion(*baseline)) == pytest.approx(expected)
