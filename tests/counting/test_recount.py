"""``actrail recount``: proves the counters, and repairs what is wrong without breaking what goes on."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cli import main
from chalicelib.domain.counts import merged
from chalicelib.domain.recount import corrections, differences
from chalicelib.errors import Unavailable
from chalicelib.jobs import recount as job
from chalicelib.table import accounts, counters
from chalicelib.table.counters import Addition
from tests.counting.delivery import Delivery
from tests.counting.shop import Shop

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)
_SEQUENCES = itertools.count(1)
DAYS = [(NOON + timedelta(days=days)).isoformat() for days in (0, 1)]


@pytest.fixture
def counted_shop(shop: Shop, delivery: Delivery) -> Shop:
    """Visitors of several variations, who acted on two days, then on what a fallback matched; all counted."""
    events = []
    for each in range(6):
        uuid, variation = f"visitor-{each}", str(each % 3)
        events.append(shop.exposure(uuid, variation, id=f"e{each}", time=DAYS[0]))
        for again, time in enumerate(DAYS):
            fields = {"id": f"c{each}-{again}", "time": time, "fallback": again}
            events.append(shop.click(uuid, shop.aat["id"], variation, "1", **fields))
    shop.send(*events, shop.exposure("visitor-0", "2", id="again", time=DAYS[1]))
    delivery.deliver_all(Random(3))
    return shop


def recount(shop: Shop, *options: str) -> Result:
    command = ["recount", shop.campaigns[0]["id"], "--pause", "0", *options]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def found_by(shop: Shop, *options: str) -> dict[str, Any]:
    return dict(json.loads(recount(shop, "--json", *options).stdout))


def disturb(shop: Shop, **numbers: int) -> None:
    """Count what never happened, as a shard of its own would have."""
    day, number = DAYS[1][:10], shop.aat["number"]
    names = {
        "visitors": "v.1",
        "converters": f"c.{number}.0",
        "actions": f"a.{number}.0",
        "by_fallback": f"f.{number}.0",
        "several": "m",
    }
    for name, times in numbers.items():
        for _ in range(times):
            sequence = str(next(_SEQUENCES))
            addition = Addition(shop.tenant.id, shop.campaigns[0]["id"], day, (names[name],), sequence)
            counters.add(f"disturbed-{name}", [addition])


def test_counters_that_are_right_are_equal(counted_shop: Shop):
    result = recount(counted_shop)

    assert (result.exit_code, result.stdout) == (0, "Every count is what was found.\n")
    assert counted_shop.counted()["m"] == 1


def test_a_difference_is_shown_by_variation_and_tracker_and_is_exit_code_1(counted_shop: Shop):
    disturb(counted_shop, converters=2)

    result, found = recount(counted_shop), found_by(counted_shop)

    number = counted_shop.aat["number"]
    assert result.exit_code == 1
    assert result.stdout == (
        f"different  converters of variation 0 by tracker {number}: counted 4, found 2\n"
    )
    assert found["equal"] is False
    assert found["differences"] == [
        {
            "count": "converters",
            "tracker": number,
            "variation_id": "0",
            "counted": 4,
            "found": 2,
            "moving": False,
            "repaired": False,
        }
    ]


def test_a_repair_makes_counters_what_was_found_and_another_changes_nothing(counted_shop: Shop):
    right = counted_shop.counted()
    disturb(counted_shop, visitors=1, converters=3, actions=2, by_fallback=2, several=1)

    repaired = recount(counted_shop, "--repair")
    corrected = counted_shop.counted_by_day()
    again = recount(counted_shop, "--repair")

    assert (repaired.exit_code, again.exit_code) == (0, 0)
    assert repaired.stdout.count("repaired") == 5
    assert "actions_by_fallback of variation 0" in repaired.stdout
    assert counted_shop.counted() == right
    assert counted_shop.counted_by_day() == corrected
    assert all(number >= 0 for day in corrected.values() for number in day.values())


def test_what_was_lost_is_found_and_repaired(shop: Shop, delivery: Delivery):
    shop.send(*(shop.click(f"v{each}", shop.aat["id"], "1", id=str(each), time=DAYS[0]) for each in range(5)))
    delivery.new_records()

    lost = recount(shop)
    repaired = recount(shop, "--repair")

    number = shop.aat["number"]
    assert (lost.exit_code, repaired.exit_code) == (1, 0)
    assert shop.counted() == {f"c.{number}.1": 5, f"a.{number}.1": 5}


def test_counting_goes_on_after_a_repair(counted_shop: Shop, delivery: Delivery):
    disturb(counted_shop, actions=2)
    recount(counted_shop, "--repair")

    counted_shop.send(counted_shop.click("late", counted_shop.aat["id"], "0", id="late", time=DAYS[1]))
    delivery.deliver_all(Random(4))

    assert recount(counted_shop).exit_code == 0


def test_a_second_disturbance_is_repaired_on_top_of_the_first(counted_shop: Shop):
    right = counted_shop.counted()
    for _ in range(2):
        disturb(counted_shop, visitors=1)
        disturb(counted_shop, several=2)
        recount(counted_shop, "--repair")

    assert counted_shop.counted() == right


def test_a_count_that_moves_meanwhile_is_left_alone(counted_shop: Shop):
    disturb(counted_shop, visitors=1, actions=1)
    account = accounts.get(counted_shop.tenant.id)
    campaign = counted_shop.campaigns[0]["id"]

    def meanwhile() -> None:
        day, name = DAYS[1][:10], f"a.{counted_shop.aat['number']}.0"
        counters.add("meanwhile", [Addition(account.id, campaign, day, (name,), "1")])

    outcome = job.recount(account, campaign, datetime.now(UTC), lambda items, _: items, meanwhile)
    repaired = job.repair(account, campaign, outcome)

    assert {each.name: each.moving for each in outcome.differences} == {
        "v.1": False,
        f"a.{counted_shop.aat['number']}.0": True,
    }
    assert [each.name for each in repaired] == ["v.1"]
    assert counted_shop.counted()["v.1"] == 2


def test_of_two_repairs_at_once_one_is_refused(counted_shop: Shop):
    right = counted_shop.counted()
    disturb(counted_shop, visitors=2)
    account, campaign = accounts.get(counted_shop.tenant.id), counted_shop.campaigns[0]["id"]
    outcomes = [
        job.recount(account, campaign, datetime.now(UTC), lambda items, _: items, lambda: None)
        for _ in range(2)
    ]

    job.repair(account, campaign, outcomes[0])
    with pytest.raises(Unavailable):
        job.repair(account, campaign, outcomes[1])

    assert counted_shop.counted() == right


def test_nothing_is_repaired_once_events_have_expired(counted_shop: Shop):
    old = (NOON - timedelta(days=400)).date().isoformat()
    addition = Addition(counted_shop.tenant.id, counted_shop.campaigns[0]["id"], old, ("v.1",), "1")
    counters.add("of old", [addition])
    before = counted_shop.counted()

    result = recount(counted_shop, "--repair")

    assert result.exit_code == 1
    assert "older than the account keeps its events" in result.stderr
    assert counted_shop.counted() == before


def test_a_campaign_of_no_account_or_of_another_is_not_found(shop: Shop):
    unknown = CliRunner().invoke(main, ["recount", "0000000100000000aaaa"])
    foreign = recount(shop, "--account", "01aaaaaaaaaaaaaaaaaaaaaaaa")

    assert (unknown.exit_code, foreign.exit_code) == (1, 1)
    assert "There is no such campaign." in unknown.stderr


DAY_COUNTS = st.dictionaries(
    st.dates(date(2026, 1, 1), date(2026, 1, 9)).map(date.isoformat),
    st.dictionaries(st.sampled_from(["v.0", "v.1", "m"]), st.integers(0, 9)).map(Counter),
    max_size=5,
)


@given(DAY_COUNTS, DAY_COUNTS)
def test_corrections_make_totals_right_and_no_day_negative(counted: Any, found: Any):
    wrong = differences(counted, counted, found)

    added = corrections(wrong, counted, found)

    after = {day: counted.get(day, Counter()).copy() for day in counted.keys() | added.keys()}
    for day, counts in added.items():
        after[day].update(counts)
    assert +merged(after.values()) == +merged(found.values())
    assert all(number >= 0 for day in after.values() for number in day.values())
    assert differences(after, after, found) == []
