"""Welch's t-test and the sample ratio's chi-square test, against scipy and published values."""

import math

import numpy as np
import pytest
from scipy import special, stats

from chalicelib.domain.statistics import Proportion, SampleRatio, sample_ratio, welch_p_value
from chalicelib.domain.statistics.special import chi_square_survival, student_t_two_sided


def scipy_welch(first, second):
    """scipy's t-test from the means and deviations of the 0/1 outcomes."""
    moments = []
    for side in (first, second):
        mean = side.converters / side.visitors
        moments += [mean, math.sqrt(mean * (1 - mean)), side.visitors]
    return stats.ttest_ind_from_stats(*moments, equal_var=False).pvalue


def test_100_of_1000_against_130_of_1000_has_p_0_035412():
    p_value = welch_p_value(Proportion(1_000, 130), Proportion(1_000, 100))

    assert p_value == pytest.approx(0.035412, abs=1e-6)


def test_the_p_value_is_within_1_in_n_of_a_t_test_on_the_outcomes_with_n_minus_1():
    outcomes = [1] * 300 + [0] * 9_700, [1] * 350 + [0] * 9_650

    p_value = welch_p_value(Proportion(10_000, 300), Proportion(10_000, 350))

    assert p_value == pytest.approx(stats.ttest_ind(*outcomes, equal_var=False).pvalue, rel=1e-3)


def test_the_p_value_agrees_with_scipy_for_600_random_pairs():
    generator = np.random.default_rng(30)
    sizes = (10 ** generator.uniform(0.5, 8, (600, 2))).astype(int).tolist()
    pairs = [
        tuple(
            Proportion(size, int(generator.binomial(size, min(rate * generator.uniform(1, 1.2), 1))))
            for size in both
        )
        for both, rate in zip(sizes, generator.beta(0.5, 1.5, 600), strict=True)
    ]
    defined = [pair for pair in pairs if welch_p_value(*pair) is not None]

    p_values = [welch_p_value(*pair) for pair in defined]

    assert len(defined) > 500
    assert p_values == pytest.approx([scipy_welch(*pair) for pair in defined], rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("visitors", [2, 10, 10**4, 10**8])
@pytest.mark.parametrize("others", [2, 10, 10**4, 10**8])
def test_one_side_without_variance_still_has_a_p_value(visitors, others):
    pairs = [(Proportion(visitors, converters), Proportion(others, 1)) for converters in (0, visitors)]

    p_values = [welch_p_value(*pair) for pair in pairs]

    assert p_values == pytest.approx([scipy_welch(*pair) for pair in pairs], rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((0, 0), (100, 10)),
        ((1, 1), (100, 10)),
        ((100, 10), (1, 0)),
        ((100, 0), (100, 0)),
        ((100, 100), (100, 0)),
        ((100, 100), (10**8, 10**8)),
    ],
)
def test_the_p_value_is_none_with_fewer_than_2_visitors_or_no_variance(first, second):
    p_value = welch_p_value(Proportion(*first), Proportion(*second))

    assert p_value is None


def test_equal_rates_have_p_1():
    p_value = welch_p_value(Proportion(1_000, 100), Proportion(500, 50))

    assert p_value == 1


@pytest.mark.parametrize("degrees", [1, 1.5, 2, 7.3, 99.9, 199, 200, 201, 1e4, 1e6 + 0.5, 2e8])
def test_student_t_agrees_with_scipy_from_the_centre_to_the_tail(degrees):
    statistics = [0, 1e-9, 0.01, 0.3, 0.9, 1, 1.1, 1.5, 1.7, 1.8, 2, 3, 5, 8, 12, 30]

    tails = [student_t_two_sided(statistic, degrees) for statistic in statistics]

    expected = [2 * special.stdtr(degrees, -statistic) for statistic in statistics]
    assert tails == pytest.approx(expected, rel=1e-7, abs=1e-14)
    assert [student_t_two_sided(-statistic, degrees) for statistic in statistics] == tails


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 9, 10, 99])
def test_chi_square_agrees_with_scipy_from_the_centre_to_the_tail(degrees):
    statistics = [0, 1e-12, 0.01, 0.5, 1, 3.84, 10.828, 50, 120, 700, 1e9]

    tails = [chi_square_survival(statistic, degrees) for statistic in statistics]

    expected = [special.chdtrc(degrees, statistic) for statistic in statistics]
    assert tails == pytest.approx(expected, rel=1e-10, abs=1e-300)


def test_the_sample_ratio_agrees_with_scipy_for_500_random_splits():
    generator = np.random.default_rng(31)

    for _ in range(500):
        weights = generator.integers(1, 50, generator.integers(2, 9))
        visitors = generator.multinomial(10 ** generator.integers(1, 9), weights / weights.sum())
        expected = stats.chisquare(visitors, visitors.sum() * weights / weights.sum()).pvalue
        assert sample_ratio(visitors.tolist(), weights.tolist()).p_value == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize(
    ("visitors", "ok"),
    [((5_000, 5_000), True), ((5_164, 4_836), True), ((5_165, 4_835), False), ((10**8, 10), False)],
)
def test_a_sample_ratio_below_p_0_001_is_a_mismatch(visitors, ok):
    ratio = sample_ratio(visitors, (50, 50))

    assert ratio.ok is ok
    assert ratio.p_value is not None
    assert (ratio.p_value >= 0.001) is ok


def test_p_0_001_itself_is_no_mismatch():
    assert SampleRatio(0.001).ok
    assert not SampleRatio(math.nextafter(0.001, 0)).ok


def test_only_the_proportions_of_the_weights_count():
    visitors = (640, 310, 80)

    p_values = [
        sample_ratio(visitors, weights).p_value
        for weights in [(60, 30, 10), (6, 3, 1), (0.6, 0.3, 0.1), (618, 309, 103)]
    ]

    assert p_values == pytest.approx([p_values[0]] * 4, rel=1e-12)


@pytest.mark.parametrize(
    ("visitors", "weights"), [((), ()), ((0, 0), (50, 50)), ((7,), (100,)), ((7, 0), (100, 0))]
)
def test_a_sample_ratio_without_visitors_or_alternatives_is_none_and_no_mismatch(visitors, weights):
    ratio = sample_ratio(visitors, weights)

    assert ratio == SampleRatio(None)
    assert ratio.ok


def test_visitors_of_a_variation_without_weight_are_a_mismatch():
    ratio = sample_ratio((500, 500, 1), (50, 50, 0))

    assert ratio == SampleRatio(0.0)
    assert not ratio.ok


def test_a_variation_without_weight_and_without_visitors_takes_no_part():
    assert sample_ratio((520, 480, 0), (50, 50, 0)) == sample_ratio((520, 480), (50, 50))


@pytest.mark.parametrize(("visitors", "weights"), [((1, 2), (50,)), ((-1, 2), (50, 50)), ((1, 2), (-50, 50))])
def test_an_impossible_split_is_refused(visitors, weights):
    with pytest.raises(ValueError, match=r"negative|argument"):
        sample_ratio(visitors, weights)
