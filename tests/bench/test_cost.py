"""The bill of a million events is priced as the table of prices says, and stays within what was promised."""

from __future__ import annotations

import pytest

from infra.bench import cost
from infra.bench.cost import PRICES, Usage
from infra.bench.session_cost import SessionUsage


@pytest.fixture(scope="module")
def measured(module_table: str) -> list[Usage | SessionUsage]:
    return cost.measure()


def test_a_tracked_action_takes_2_write_units_and_little_more_and_shares_its_requests(measured):
    one, ten, many = (each for each in measured if isinstance(each, Usage))

    assert 2 < one.write_units < 2.2
    assert one.requests < 1.1
    assert many.requests < ten.requests < 0.2


def test_a_bill_adds_up_and_is_dominated_by_the_gateway_only_where_each_event_comes_alone():
    alone, together = (Usage(number, 2.01, 1.0, 6.0, 0.1) for number in (1, 25))

    bills = [cost.bill(usage, PRICES["api_gateway_rest_request"]) for usage in (alone, together)]

    assert bills[0].gateway == pytest.approx(3.5)
    assert bills[0].table == bills[1].table == pytest.approx(2.01 * 0.625)
    assert bills[0].gateway > bills[0].total / 2
    assert bills[1].table > bills[1].total / 2


def test_a_session_takes_a_note_at_its_start_and_at_its_end_and_4_units_where_the_end_is_made(measured):
    browser, job = (each for each in measured if isinstance(each, SessionUsage))

    assert browser == SessionUsage("browser", events=2, notes=2, index=2, reads=0)
    assert (job.events, job.notes, job.index) == (1, 1 + 4, 2)
    assert 1 < job.reads < 1.2


def test_a_session_is_priced_by_its_units():
    usage = SessionUsage("job", events=1, notes=5, index=2, reads=1)

    assert cost.session_bill(usage) == pytest.approx(8 * 0.625 + 0.125)
