"""Importing the app costs no more than creating one AWS client, so that a cold start stays short."""

from __future__ import annotations

import pytest

from infra.bench.import_time import REFERENCE, TARGET, measure


@pytest.fixture(scope="module")
def taken() -> dict[str, float]:
    return measure(rounds=3)


@pytest.mark.alone
@pytest.mark.parametrize("work", ["import app", "import app, intake"])
def test_importing_the_app_and_intake_takes_at_most_1_15_times_a_bare_client(
    taken: dict[str, float], work: str
):
    assert taken[work] <= TARGET * taken[REFERENCE], taken
