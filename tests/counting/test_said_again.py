"""An event that is sent again unchanged never counts less, whatever the processes know that take it in."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.event import checked
from chalicelib.table import events, wire
from chalicelib.table.catalogue import KnownAccount, KnownTracker
from tests.api.callers import Tenant
from tests.counting.delivery import Delivery
from tests.counting.shop import VARIATIONS, ZONE, Shop

_EXAMPLES = itertools.count()
KNOWS = st.tuples(st.sampled_from(["no tracker", "an XAT", "an AAT"]), st.sets(st.integers(0, 1)))
"""What a process has seen of the tracker, which was promoted once, and which campaigns it has seen."""


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(KNOWS, st.booleans()), min_size=1, max_size=5), st.integers(0, 2**32).map(Random))
def test_an_event_counts_once_in_each_campaign_that_any_of_those_knew_who_took_it_in(
    delivery: Delivery, one_shop: Shop, taken_in: list[tuple[tuple[str, set[int]], bool]], chaos: Random
):
    shop, uuid = one_shop, f"visitor-{next(_EXAMPLES)}"
    references = shop.aat["id"], str(shop.aat["number"])
    before = [_actions(shop, number) for number in (0, 1)]

    for (tracker, seen), counted_at_once in taken_in:
        sent = shop.click(uuid, chaos.choice(references), "1", "2", id="1", time="2026-01-05T12:00")
        now = datetime.now(UTC)
        items = events.items_of(_process(shop, tracker, seen), checked(sent | {"fallback": 1}, now), now)
        wire.write_all(list(items))
        if counted_at_once:
            delivery.deliver_all(chaos)
    delivery.deliver_all(chaos)

    known = {number for (tracker, seen), _ in taken_in for number in seen if _counts(tracker, number)}
    assert [_actions(shop, number) - before[number] for number in (0, 1)] == [
        2 * (number in known) for number in (0, 1)
    ]


@pytest.fixture(scope="module")
def one_shop(client) -> Shop:
    return Shop.opened(Tenant.signed_up(client))


def _process(shop: Shop, tracker: str, seen: set[int]) -> KnownAccount:
    """A process that knows as much of the account."""
    account = KnownAccount(shop.tenant.id, ZONE, ZONE.key, 395, (), 0.0)
    account.variations = {(shop.campaigns[number]["id"], each) for number in seen for each in VARIATIONS}
    if tracker != "no tracker":
        own = shop.campaigns[0]["id"] if tracker == "an XAT" else None
        known = KnownTracker(shop.aat["id"], str(shop.aat["number"]), own)
        account.trackers = {known.id: known}
    return account


def _counts(tracker: str, number: int) -> bool:
    return tracker == "an AAT" or (tracker == "an XAT" and number == 0)


def _actions(shop: Shop, number: int) -> int:
    """What a campaign has of actions, and of those by a fallback."""
    return sum(times for name, times in shop.counted(number).items() if name.startswith(("a.", "f.")))
