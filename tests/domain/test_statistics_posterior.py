"""The posterior of the ratio of two rates, against scipy's numerical integration."""

import itertools
import math
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from chalicelib.domain.statistics import Proportion, compare
from chalicelib.domain.statistics.posterior import Posterior
from chalicelib.domain.statistics.ratio import RatioPosterior

EXTREMES = [
    Proportion(visitors, converters)
    for visitors, converters in [
        *((0, 0), (1, 0), (1, 1), (2, 1), (7, 0), (7, 7), (40, 11), (100, 1), (1_000, 100)),
        *((1_000, 999), (5_000, 300), (10**5, 0), (10**5, 5), (10**5, 10**5), (10**8, 0), (10**8, 3)),
        *((10**8, 10**7), (10**8, 5 * 10**7), (10**8, 10**8 - 2), (10**8, 10**8)),
    ]
]


def parameters(observed):
    return observed.converters + 1, observed.visitors - observed.converters + 1


def integrated_chance(variation, baseline, ratio=1.0):
    """P(variation > ratio * baseline), integrated by quad over the baseline's quantiles."""
    if ratio <= 0:
        return 1.0
    wins, losses = parameters(variation)
    mean = wins / (wins + losses)
    deviation = math.sqrt(mean * losses / (wins + losses) / (wins + losses + 1))
    # Where the variation's distribution rises and ends: quad must not step over a narrow rise.
    rates = [mean + deviation * steps for steps in (-40, -10, -4, -1, 0, 1, 4, 10, 40)]
    breaks = [special.betainc(*parameters(baseline), rate / ratio) for rate in rates if 0 < rate < ratio]
    if ratio > 1:
        breaks.append(special.betainc(*parameters(baseline), 1 / ratio))

    def survival(quantile):
        rate = ratio * special.betaincinv(*parameters(baseline), quantile)
        return special.betaincc(wins, losses, min(rate, 1.0))

    return math.fsum(
        integrate.quad(survival, low, high, epsabs=1e-9, epsrel=1e-9, limit=200)[0]
        for low, high in itertools.pairwise(sorted({0.0, *(round(point, 9) for point in breaks), 1.0}))
    )


def random_proportions(count, seed):
    """Pairs of any size; every other one has about the same rate on both sides."""
    generator = np.random.default_rng(seed)
    for number in range(count):
        visitors = [int(10**size) for size in generator.uniform(0, 8, 2)]
        rates = generator.beta(0.4, 1.0, 2)
        if number % 2:
            rates[1] = min(rates[0] * (1 + generator.normal() / math.sqrt(min(visitors))), 1.0)
        yield tuple(
            Proportion(size, int(generator.binomial(size, max(rate, 0.0))))
            for size, rate in zip(visitors, rates, strict=True)
        )


def ratio(variation, baseline):
    return RatioPosterior(Posterior.of(variation), Posterior.of(baseline))


def assert_central_95_percent(variation, baseline):
    """Each end lies within 1e-6 of the interval's width of the integrated distribution's quantile."""
    low, high = ratio(variation, baseline).uplift_interval()
    slack = 1e-6 * (high - low)

    for end, above in ((low, 0.975), (high, 0.025)):
        before = integrated_chance(variation, baseline, 1 + end - slack)
        after = integrated_chance(variation, baseline, 1 + end + slack)
        assert before > above > after, (variation, baseline, end)


@st.composite
def proportions(draw, least=0):
    visitors = draw(st.integers(least, 10) | st.integers(least, 5_000) | st.integers(least, 10**8))
    return Proportion(visitors, draw(st.integers(0, visitors)))


@pytest.mark.slow
def test_the_chance_to_win_agrees_with_integration_for_600_random_pairs():
    pairs = list(random_proportions(600, seed=20))

    errors = [abs(ratio(*pair).chance_to_win() - integrated_chance(*pair)) for pair in pairs]

    assert max(errors) < 1e-8, pairs[errors.index(max(errors))]


@pytest.mark.parametrize("baseline", EXTREMES, ids=str)
def test_the_chance_to_win_agrees_with_integration_for_extreme_counts(baseline):
    chances = [ratio(variation, baseline).chance_to_win() for variation in EXTREMES]

    expected = [integrated_chance(variation, baseline) for variation in EXTREMES]

    assert chances == pytest.approx(expected, rel=0, abs=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("baseline", EXTREMES, ids=str)
def test_the_uplift_interval_is_the_central_95_percent_for_extreme_counts(baseline):
    for variation in EXTREMES:
        assert_central_95_percent(variation, baseline)


def test_the_uplift_interval_is_the_central_95_percent_for_100_random_pairs():
    for variation, baseline in random_proportions(100, seed=21):
        assert_central_95_percent(variation, baseline)


def test_two_single_visitors_give_the_chances_that_a_pencil_gives():
    converted, not_converted = Proportion(1, 1), Proportion(1, 0)

    chances = [
        compare(converted, not_converted).chance_to_win,
        compare(not_converted, converted).chance_to_win,
        compare(converted, converted).chance_to_win,
    ]

    # The double integral of 2x * 2(1 - y) over y < x is 5/6.
    assert chances == pytest.approx([5 / 6, 1 / 6, 1 / 2], abs=1e-10)


def test_nobody_of_many_against_nobody_of_many_has_the_quantiles_of_a_ratio_of_exponentials():
    nobody = Proportion(10**8, 0)

    low, high = ratio(nobody, nobody).uplift_interval()

    # Beta(1, n) is an exponential for large n; a ratio of two is below r with chance r / (1 + r).
    assert (low, high) == pytest.approx((1 / 39 - 1, 39 - 1), rel=1e-6)


@pytest.mark.parametrize("observed", EXTREMES, ids=str)
def test_the_distribution_function_agrees_with_scipy_over_the_whole_range(observed):
    posterior = Posterior.of(observed)
    rates = np.linspace(posterior.lower, posterior.upper, 500)[1:-1]

    survivals = [posterior.survival(float(rate)) for rate in rates]

    assert survivals == pytest.approx(list(special.betaincc(*parameters(observed), rates)), abs=1e-8)


@settings(deadline=None, max_examples=50, derandomize=True)
@given(first=proportions(), second=proportions())
def test_the_chances_of_both_sides_add_up_to_one(first, second):
    chance, mirrored = ratio(first, second).chance_to_win(), ratio(second, first).chance_to_win()

    assert chance + mirrored == pytest.approx(1, abs=1e-8)


@settings(deadline=None, max_examples=50, derandomize=True)
@given(first=proportions(), second=proportions())
def test_the_interval_of_the_reversed_comparison_is_the_reciprocal(first, second):
    low, high = ratio(first, second).uplift_interval()

    mirrored_low, mirrored_high = ratio(second, first).uplift_interval()

    assert math.log1p(low) == pytest.approx(-math.log1p(mirrored_high), rel=1e-6, abs=1e-13)
    assert math.log1p(high) == pytest.approx(-math.log1p(mirrored_low), rel=1e-6, abs=1e-13)


@settings(deadline=None, max_examples=50, derandomize=True)
@given(baseline=proportions(), variation=proportions(least=1))
def test_one_more_converter_never_lowers_the_chance_nor_the_interval(baseline, variation):
    fewer = Proportion(variation.visitors, max(variation.converters - 1, 0))

    before, after = ratio(fewer, baseline), ratio(variation, baseline)

    assert after.chance_to_win() >= before.chance_to_win() - 1e-8
    for earlier, later in zip(before.uplift_interval(), after.uplift_interval(), strict=True):
        assert math.log1p(later) >= math.log1p(earlier) - 1e-7


@settings(deadline=None, max_examples=50, derandomize=True)
@given(first=proportions(), second=proportions())
def test_the_interval_is_above_zero_just_when_the_chance_is_above_97_5_percent(first, second):
    posterior = ratio(first, second)
    (low, high), chance = posterior.uplift_interval(), posterior.chance_to_win()

    assert low < high
    if abs(chance - 0.975) > 1e-6:
        assert (low > 0) == (chance > 0.975)
    if abs(chance - 0.025) > 1e-6:
        assert (high < 0) == (chance < 0.025)


@pytest.mark.parametrize("observed", EXTREMES, ids=str)
def test_all_the_mass_lies_between_0_and_1(observed):
    posterior = Posterior.of(observed)

    assert posterior.survival(0.0) == 1
    assert posterior.survival(1.0) == 0
    assert 0 < posterior.lower < posterior.upper <= 1


@pytest.fixture
def untraced():
    """Suspends a coverage run's tracing, which would be most of what a clock sees."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)


@pytest.mark.alone
@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    "rates",
    [(0.1, 0.1001, 0.3, 0.5), (0, 0, 1e-8, 0), (1, 1, 1 - 1e-8, 1 - 3e-8), (0, 1, 0.5, 3e-8)],
    ids=["usual", "nobody converts", "everyone converts", "all extremes"],
)
@pytest.mark.parametrize("visitors", [(1, 2, 40, 1_000), (10**8,) * 4, (10**8, 1, 10**8, 10**4)], ids=str)
def test_a_report_of_10_goals_by_4_variations_takes_less_than_50_ms(visitors, rates):
    goals = [
        # One visitor more a goal keeps the posteriors of one goal from serving another.
        [
            Proportion(size + goal, int((size + goal) * rate))
            for size, rate in zip(visitors, rates, strict=True)
        ]
        for goal in range(10)
    ]

    seconds = [report_seconds(goals) for _ in range(7)]

    assert min(seconds) < 0.05


def report_seconds(goals):
    """The processor's time for the rows of these goals, the first variation of each the baseline."""
    started = time.thread_time()
    for baseline, *variations in goals:
        compare(baseline, None)
        for variation in variations:
            compare(variation, baseline)
    return time.thread_time() - started
