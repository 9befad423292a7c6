"""Whatever is retried, replayed, reordered or sent twice, the counters are what plain Python counts."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.table import wire
from tests.api.callers import Fields, Tenant
from tests.counting.delivery import Delivery
from tests.counting.network import Network
from tests.counting.shop import VARIATIONS, Shop, day_of

_EXAMPLES = itertools.count()

TIMES = st.sampled_from(["2026-01-05T12:00:00", "2026-01-05T22:59:59.999", "2026-01-05T23:00:00", None])
VISITORS = st.sampled_from(["ann", "bob#1", "cid"])
VARIATION = st.sampled_from(VARIATIONS)
EXPOSED = st.tuples(st.just("exposure"), VISITORS, VARIATION, st.integers(0, 1), TIMES)
CLICKED = st.tuples(
    st.just("click"),
    VISITORS,
    st.sampled_from(["aat", "xat", "aat by number", "unknown", None]),
    st.tuples(st.none() | VARIATION, st.none() | VARIATION),
    st.integers(0, 2),
    TIMES,
)


@pytest.fixture(scope="module")
def one_shop(client: Any) -> Shop:
    """The same account for all examples, each of which has visitors and events of its own."""
    return Shop.opened(Tenant.signed_up(client))


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """A network that can fail, and requests so small that most calls take several."""
    monkeypatch.setattr(wire, "BATCH", 4)
    with Network().in_place() as unreliable:
        yield unreliable


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(EXPOSED | CLICKED, min_size=1, max_size=10), st.integers(0, 2**32).map(Random))
def test_counters_are_exact_whatever_fails_and_comes_again(
    one_shop: Shop, delivery: Delivery, network: Network, happened: list[Any], chaos: Random
):
    shop, example = one_shop, next(_EXAMPLES)
    events = [_event(shop, f"{example}-{index}", each) for index, each in enumerate(happened)]
    delivery.new_records()
    before = _state(shop)

    sent = _sent(events, chaos)
    with network.failing(chaos):
        for request in _requests(sent, chaos):
            while shop.send(*request).status != 200:
                pass
        delivery.deliver_all(chaos)

    totals, days = _state(shop)
    for number in (0, 1):
        assert totals[number] - before[0][number] == shop.expected(sent, number)
    timed = [event for event in sent if "time" in event]
    for day in ("2026-01-05", "2026-01-06"):
        actions = {name: n for name, n in (days[day] - before[1][day]).items() if name[:2] in ("a.", "f.")}
        of_day = shop.expected(event for event in timed if day_of(event["time"]) == day)
        assert actions == {name: n for name, n in of_day.items() if name[:2] in ("a.", "f.")}


def _event(shop: Shop, unique: str, drawn: Any) -> Fields:
    """An event of this example's visitors."""
    kind, visitor, *details, time = drawn
    uuid = f"{visitor}-{unique.partition('-')[0]}"
    fields = {"id": unique} | ({"time": time} if time else {})
    if kind == "exposure":
        return shop.exposure(uuid, *details, **fields)
    tracker, variations, fallback = details
    fields |= {"fallback": fallback} if fallback else {}
    references = {
        "aat": shop.aat["id"],
        "xat": shop.xat["id"],
        "aat by number": str(shop.aat["number"]),
        "unknown": "987654",
    }
    return shop.click(uuid, references.get(tracker), *variations, **fields)


def _sent(events: list[Fields], chaos: Random) -> list[Fields]:
    """All events, some of them again, and some clicks as clicks on something else, in any order."""
    clicks = [event for event in events if "tracker_id" in event]
    sent = [*events, *(event for event in events if chaos.random() < 0.3)]
    for event in clicks:
        if chaos.random() < 0.3:
            other = chaos.choice(clicks)
            sent.append(event | {name: other[name] for name in ("tracker_id", "campaigns")})
    chaos.shuffle(sent)
    return sent


def _requests(sent: list[Fields], chaos: Random) -> Iterator[list[Fields]]:
    """The events in their order, any number at a time."""
    while sent:
        number = chaos.randint(1, len(sent))
        yield sent[:number]
        sent = sent[number:]


def _state(shop: Shop) -> tuple[list[Counter[str]], dict[str, Counter[str]]]:
    """Totals of both campaigns, and the first's by day."""
    by_day = shop.counted_by_day()
    days = {day: by_day.get(day, Counter[str]()) for day in ("2026-01-05", "2026-01-06")}
    return [shop.counted(0), shop.counted(1)], days
