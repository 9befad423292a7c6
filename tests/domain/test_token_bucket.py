"""A token bucket lets through what its rate and its burst allow, and no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.token_bucket import ROUNDING, TokenBucket

PAUSES = st.lists(st.floats(0, 5), min_size=1, max_size=60)
RATES = st.floats(0.01, 100)
BURSTS = st.floats(1, 50)


@given(RATES, BURSTS, PAUSES)
def test_in_no_time_more_are_let_through_than_the_burst_and_what_the_time_brings(rate, burst, pauses):
    bucket, now, taken = TokenBucket.full(rate, burst, 0.0), 0.0, []
    for pause in pauses:
        now += pause
        if bucket.take(now) == 0:
            taken.append(now)

    for first, begun in enumerate(taken):
        for last, ended in enumerate(taken[first:], first):
            assert last - first + 1 <= burst + (ended - begun) * rate + len(taken) * ROUNDING


@given(RATES, BURSTS, PAUSES)
def test_who_waits_as_long_as_told_is_let_through(rate, burst, pauses):
    bucket, now = TokenBucket.full(rate, burst, 0.0), 0.0
    for pause in pauses:
        now += pause
        wait = bucket.take(now)
        if wait:
            now += wait
            assert bucket.take(now) == 0


def test_being_refused_takes_nothing():
    bucket = TokenBucket.full(rate=1, burst=1, at=0)
    bucket.take(0)

    waits = [bucket.take(0.5) for _ in range(3)]

    assert waits == pytest.approx([0.5] * 3)
    assert bucket.take(1) == 0


def test_a_clock_that_seems_to_go_back_brings_nothing():
    bucket = TokenBucket.full(rate=1, burst=1, at=10)
    bucket.take(10)

    assert bucket.take(5) == 1
    assert bucket.take(10.5) == 0.5
