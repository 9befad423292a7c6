"""A person who is erased is nowhere in the table, and every count is still what it was and can be proven."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from chalicelib.jobs import roll_up
from chalicelib.settings import settings
from chalicelib.table import erasure, jobs
from tests import factories, invariants
from tests.counting.delivery import Delivery
from tests.counting.shop import Shop
from tests.jobs.meanwhile import just_before
from tests.jobs.worker import finished, recounted


def test_nothing_of_an_erased_person_is_left_and_all_counts_stay(shop: Shop):
    person, before = "visitor-0", shop.counted()
    assert _mentions(shop, person) > 10

    answer = shop.tenant.edit.delete(f"/v1/profiles/{person}")
    job = finished(shop.tenant.read, answer.body["id"])

    assert (answer.status, answer.body["status"]) == (202, "running")
    assert (
        _mentions(shop, person) == _mentions(shop, "ann@example.com") == _mentions(shop, "dated later") == 0
    )
    assert shop.tenant.read.get(f"/v1/profiles/{person}").status == 404
    assert job["result"]["visitor_sha256"] == hashlib.sha256(person.encode()).hexdigest()
    assert job["result"]["erased"] == {"events": 7, "markers": 6, "others": 4}
    assert shop.counted() == before
    assert recounted(shop.campaigns[0]["id"]) == "Every count is what was found.\n"


def test_for_a_day_after_an_erasure_the_stream_may_tell_of_who_was_erased(shop: Shop):
    before = erasure.may_be_told_of(shop.tenant.id, datetime.now(UTC))
    job = shop.tenant.edit.delete("/v1/profiles/visitor-5").body
    finished(shop.tenant.read, job["id"])
    now = datetime.now(UTC)

    told = [erasure.may_be_told_of(shop.tenant.id, now + timedelta(hours=hours)) for hours in (0, 24, 26)]

    assert (before, told) == (False, [True, True, False])


def test_somebody_whose_id_ends_alike_stays(shop: Shop, delivery: Delivery):
    shop.send(shop.click("x#visitor-1", shop.aat["id"], "1", id="other"))
    delivery.deliver_all(Random(2))

    job = shop.tenant.edit.delete("/v1/profiles/visitor-1").body
    finished(shop.tenant.read, job["id"])

    assert (
        _mentions(shop, "x#visitor-1") == 4
    )  # the event, its receipt and marker, and the feed's memory of it
    assert recounted(shop.campaigns[0]["id"]) == "Every count is what was found.\n"


def test_what_comes_of_an_erased_person_afterwards_is_counted_and_can_be_erased_again(
    shop: Shop, delivery: Delivery
):
    first = shop.tenant.edit.delete("/v1/profiles/visitor-2").body
    finished(shop.tenant.read, first["id"])
    shop.send(shop.click("visitor-2", shop.aat["id"], "2", id="back", time="2026-01-07T10:00"))
    delivery.deliver_all(Random(3))
    counted = shop.counted()

    second = shop.tenant.edit.delete("/v1/profiles/visitor-2").body
    receipt = finished(shop.tenant.read, second["id"])["result"]

    assert second["id"] == first["id"]
    assert receipt["erased"] == {"events": 1, "markers": 1, "others": 0}
    assert _mentions(shop, "visitor-2") == 0
    assert shop.counted() == counted
    assert recounted(shop.campaigns[0]["id"]) == "Every count is what was found.\n"


def test_days_that_were_rolled_up_are_proven_all_the_same(shop: Shop):
    account, campaign = shop.tenant.id, shop.campaigns[0]["id"]
    roll_up.campaign(account, campaign, "2026-01-06", factories.NOW)

    job = shop.tenant.edit.delete("/v1/profiles/visitor-3").body
    finished(shop.tenant.read, job["id"])

    assert recounted(campaign) == "Every count is what was found.\n"


def test_an_event_that_becomes_another_ones_action_while_it_is_erased_is_proven_as_what_it_became(
    shop: Shop, delivery: Delivery
):
    changed = shop.click("visitor-3", shop.xat["id"], "0", id="a3-05", time="2026-01-05T12:00")

    with just_before("TransactWriteItems", lambda: shop.send(changed)):
        erased = erasure.some_events(shop.tenant.id, "visitor-3")
    delivery.deliver_all(Random(4))

    assert erased == 4
    assert not erasure.some_events(shop.tenant.id, "visitor-3")
    assert recounted(shop.campaigns[0]["id"]) == "Every count is what was found.\n"


def test_an_event_that_comes_while_the_rest_is_erased_is_met_again_and_noted(shop: Shop, delivery: Delivery):
    late = shop.click("visitor-3", shop.aat["id"], "0", id="late", time="2026-01-07T12:00")
    job = shop.tenant.edit.delete("/v1/profiles/visitor-3").body

    with just_before("BatchWriteItem", lambda: shop.send(late)):
        receipt = finished(shop.tenant.read, job["id"])["result"]
    left = _mentions(shop, "visitor-3")
    delivery.deliver_all(Random(5))

    assert (receipt["erased"]["events"], left) == (5, 0)
    assert recounted(shop.campaigns[0]["id"]) == "Every count is what was found.\n"


def test_asked_for_twice_at_once_it_is_one_job(shop: Shop):
    answers = [shop.tenant.edit.delete("/v1/profiles/visitor-4").body for _ in range(2)]

    assert answers[0] == answers[1]
    finished(shop.tenant.read, answers[0]["id"])


@pytest.mark.parametrize("who", ["nobody", "visitor-5"])
def test_who_is_not_there_or_somebody_elses_cannot_be_erased(shop: Shop, client, who: str):
    other = Shop.opened(type(shop.tenant).signed_up(client))

    assert other.tenant.edit.delete(f"/v1/profiles/{who}").status == 404
    assert jobs.find(other.tenant.id, "any") is None


def _mentions(shop: Shop, text: str) -> int:
    """How many of the account's items have a text anywhere."""
    items = [item for item in invariants.read(settings().table) if item["PK"].startswith(shop.tenant.id)]
    return sum(text in json.dumps(item, default=str) for item in items)
