"""Visitors are spread over variations as the weights say, the same everywhere."""

import json
import uuid
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from chalicelib.domain.bucketing import fnv1a, place, variation_of

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "bucketing.json").read_text())
CHANCE = Random(4)
VISITORS = [str(uuid.UUID(int=CHANCE.getrandbits(128), version=4)) for _ in range(5_000)]
WEIGHTS = st.lists(st.integers(0, 100), max_size=8).filter(lambda weights: sum(weights) <= 100)


@pytest.mark.parametrize(
    ("text", "digest"), [("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968), ("b", 0xE70C2DE5)]
)
def test_the_hash_is_the_published_fnv_1a(text: str, digest: int) -> None:
    assert fnv1a(text) == digest


def test_variations_are_those_of_the_shared_vectors() -> None:
    found = [variation_of(each["visitor"], each["campaign"], each["weights"]) for each in VECTORS]

    assert found == [each["variation"] for each in VECTORS]


@pytest.mark.slow
@pytest.mark.parametrize("campaign", [1, 2, 77])
def test_visitors_spread_evenly_over_a_hundred_places(campaign: int) -> None:
    counts = [0] * 100

    for visitor in VISITORS:
        counts[int(place(visitor, campaign))] += 1

    assert stats.chisquare(counts).pvalue > 0.001


@pytest.mark.slow
@pytest.mark.parametrize("campaigns", [(1, 2), (9, 10), (12, 112)])
def test_places_in_two_campaigns_are_independent(campaigns: tuple[int, int]) -> None:
    table = [[0] * 10 for _ in range(10)]
    one, other = campaigns

    for visitor in VISITORS:
        table[int(place(visitor, one) / 10)][int(place(visitor, other) / 10)] += 1

    assert stats.chi2_contingency(table).pvalue > 0.001


def test_each_variation_gets_its_weight_and_the_rest_stays_untracked() -> None:
    weights = [20, 0, 30]
    found = [variation_of(visitor, 5, weights) for visitor in VISITORS]

    counts = [found.count(0), found.count(2), found.count(None)]

    assert 1 not in found
    assert stats.chisquare(counts, [1000, 1500, 2500]).pvalue > 0.001


@given(st.text(), st.integers(1), WEIGHTS)
def test_a_variation_is_always_one_with_weight(visitor: str, campaign: int, weights: list[int]) -> None:
    index = variation_of(visitor, campaign, weights)

    assert 0 <= place(visitor, campaign) < 100
    assert weights[index] > 0 if index is not None else sum(weights) < 100


@given(st.text(st.characters(exclude_categories=())), st.integers(1), st.integers(0, 99))
def test_more_weight_for_the_first_variation_takes_nobody_out_of_it(
    visitor: str, campaign: int, weight: int
) -> None:
    before = variation_of(visitor, campaign, [weight])

    after = variation_of(visitor, campaign, [weight + 1])

    assert before is None or after == before
