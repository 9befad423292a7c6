"""Whatever goes on while a campaign is counted anew, a repair leaves counts that are right as they are."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from chalice.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.jobs import recount as job
from chalicelib.table import accounts
from tests.api.callers import Tenant
from tests.counting.delivery import Delivery
from tests.counting.shop import Shop
from tests.jobs.worker import finished, recounted

NOON = "2026-01-05T12:00"
VISITORS = [f"visitor-{number}" for number in range(4)]
_IDS = itertools.count()

STEPS = 8 + len(VISITORS)
"""How often a recount stops on its way: at each partition of markers, then at each visitor."""

HAPPENS = st.sampled_from(["act", "act otherwise", "see", "be erased", "counting catches up"])
MEANWHILE = st.lists(
    st.tuples(st.integers(0, STEPS - 1), HAPPENS, st.sampled_from(VISITORS)), min_size=1, max_size=8
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(MEANWHILE, st.integers(0, 2**32).map(Random))
def test_a_repair_leaves_right_counts_as_they_are_whatever_comes_changes_or_is_erased_meanwhile(
    client: Client, delivery: Delivery, meanwhile: list[tuple[int, str, str]], chaos: Random
):
    shop = Shop.opened(Tenant.signed_up(client))
    account, campaign = accounts.get(shop.tenant.id), shop.campaigns[0]["id"]
    acted = {visitor: shop.click(visitor, shop.aat["id"], "1", id="acted", time=NOON) for visitor in VISITORS}
    shop.send(*acted.values(), *(shop.exposure(visitor, "1", id="seen") for visitor in VISITORS))
    delivery.deliver_all(chaos)

    def happen(what: str, visitor: str) -> None:
        match what:
            case "act":
                shop.send(acted[visitor] | {"id": f"{next(_IDS)}"})
            case "act otherwise":
                tracker = chaos.choice((shop.aat, shop.xat))["id"]
                shop.send(acted[visitor] | {"tracker_id": tracker})
            case "see":
                shop.send(shop.exposure(visitor, chaos.choice("012"), id=f"{next(_IDS)}"))
            case "be erased":
                delivery.deliver_all(chaos)  # else they may be one of several variations, one of them erased
                answer = shop.tenant.edit.delete(f"/v1/profiles/{visitor}")
                if answer.status == 202:
                    finished(shop.tenant.read, answer.body["id"])
            case _:
                delivery.deliver_all(chaos)

    outcome = job.recount(
        account,
        campaign,
        datetime(2026, 1, 10, tzinfo=UTC),
        _watching(meanwhile, happen),
        lambda: delivery.deliver_all(chaos),
    )
    job.repair(account, campaign, outcome)

    delivery.deliver_all(chaos)
    assert recounted(campaign) == "Every count is what was found.\n"


def _watching(meanwhile: list[tuple[int, str, str]], happen: Callable[[str, str], None]) -> job.Watch[Any]:
    """Lets things happen at steps of a recount."""
    step = itertools.count()

    def watch(items: Sequence[Any], _: str) -> Iterator[Any]:
        for item in items:
            now = next(step)
            for at, what, visitor in meanwhile:
                if at == now:
                    happen(what, visitor)
            yield item

    return watch
