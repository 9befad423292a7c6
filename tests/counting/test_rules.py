"""Rules 16 to 18, from the request to the counter."""

from __future__ import annotations

from random import Random

import pytest

from chalicelib.table import catalogue, counters
from chalicelib.table.refusals import WireError
from tests.api.callers import Fields
from tests.counting.delivery import Delivery
from tests.counting.shop import Shop

NOON = "2026-01-05T12:00:00"


def test_rule_16_data_is_kept_for_every_campaign_the_visitor_is_in_selected_as_a_goal_or_not(
    shop: Shop, delivery: Delivery
):
    shop.tenant.edit.new_goal(shop.campaigns[0], shop.aat)

    shop.send(shop.click("ann", shop.aat["id"], "1", "2", id="1", time=NOON))
    delivery.deliver_all(Random(1))

    number = shop.aat["number"]
    assert shop.counted(0) == {f"c.{number}.1": 1, f"a.{number}.1": 1}
    assert shop.counted(1) == {f"c.{number}.2": 1, f"a.{number}.2": 1}


def test_rule_17_three_actions_of_one_visitor_are_one_unique_converter_and_three_actions(
    shop: Shop, delivery: Delivery
):
    events = [shop.click("ann", shop.aat["id"], "1", id=str(each), time=NOON) for each in range(3)]

    for event in events:
        shop.send(event)
    shop.send(*reversed(events))
    delivery.deliver_all(Random(1))

    number = shop.aat["number"]
    assert shop.counted() == {f"c.{number}.1": 1, f"a.{number}.1": 3}


def test_rule_17_actions_by_a_fallback_are_actions_and_counted_by_themselves_as_well(
    shop: Shop, delivery: Delivery
):
    fallbacks = (None, 0, 1, 2)
    events = [
        shop.click("ann", shop.aat["id"], "1", id=str(each), time=NOON, fallback=fallback)
        for each, fallback in enumerate(fallbacks)
    ]

    shop.send(*events)
    shop.send(*reversed(events))
    delivery.deliver_all(Random(1))

    number = shop.aat["number"]
    assert shop.counted() == {f"c.{number}.1": 1, f"a.{number}.1": 4, f"f.{number}.1": 2}
    assert [event["fallback"] for event in _feed(shop)] == [2, 1, None, None]


def test_rule_17_an_event_that_counts_more_when_it_comes_again_is_an_action_there_too(
    shop: Shop, delivery: Delivery
):
    event = shop.click("ann", shop.xat["id"], "1", "2", id="1", time=NOON)

    shop.send(event)
    shop.tenant.edit.patch(f"/v1/trackers/{shop.xat['id']}", {"kind": "aat"})
    shop.send(event)
    shop.send(event)
    delivery.deliver_all(Random(1))

    number = shop.xat["number"]
    assert shop.counted(0) == {f"c.{number}.1": 1, f"a.{number}.1": 1}
    assert shop.counted(1) == {f"c.{number}.2": 1, f"a.{number}.2": 1}


def test_rule_28_an_event_sent_again_counts_where_it_did_though_its_tracker_is_no_longer_there(
    shop: Shop, delivery: Delivery
):
    event = shop.click("ann", shop.aat["id"], "1", "2", id="1", time=NOON)
    shop.send(event)
    delivery.deliver_all(Random(1))
    before, feed = [shop.counted(each) for each in (0, 1)], _feed(shop)

    shop.tenant.edit.delete(f"/v1/trackers/{shop.aat['id']}")
    catalogue.forget()
    shop.send(event)
    delivery.deliver_all(Random(2))

    assert [shop.counted(each) for each in (0, 1)] == before
    assert _feed(shop) == feed


def test_of_a_campaign_that_is_named_twice_the_last_variation_counts_though_it_is_none(
    shop: Shop, delivery: Delivery
):
    campaign = shop.campaigns[0]
    twice = {str(campaign["number"]): "1", campaign["id"]: "9"}
    shop.send({**shop.click("ann", shop.aat["id"], "1", id="1", time=NOON), "campaigns": twice})
    delivery.deliver_all(Random(1))

    assert shop.counted(0) == {}


def test_an_event_that_names_a_campaign_no_longer_is_no_action_there_any_more(shop: Shop, delivery: Delivery):
    event = shop.click("ann", shop.aat["id"], "1", "2", id="1", time=NOON)
    number = shop.aat["number"]

    for sent in (event, shop.click("ann", shop.aat["id"], "1", id="1", time=NOON)):
        shop.send(sent)
        delivery.deliver_all(Random(1))

    assert shop.counted(0) == {f"c.{number}.1": 1, f"a.{number}.1": 1}
    assert shop.counted(1) == {f"c.{number}.2": 1}


def test_a_feed_that_cannot_be_remembered_keeps_nothing_from_being_counted(
    shop: Shop, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
):
    def fail(_: object) -> None:
        raise WireError("AccessDeniedException", "no")

    monkeypatch.setattr("chalicelib.table.recent.keep", fail)

    shop.send(shop.click("ann", shop.aat["id"], "1", id="1", time=NOON))
    delivery.deliver_all(Random(1))

    assert shop.counted()[f"a.{shop.aat['number']}.1"] == 1


def test_a_tracker_whose_only_action_became_anothers_has_no_day_of_actions(shop: Shop, delivery: Delivery):
    for tracker in (shop.aat, shop.xat):
        shop.send(shop.click("ann", tracker["id"], "1", id="1", time=NOON))
        delivery.deliver_all(Random(1))

    days, _ = counters.actions_in(shop.tenant.id, shop.campaigns[0]["id"], "2026-01-01")

    assert days == {str(shop.xat["number"]): "2026-01-05"}


@pytest.mark.parametrize("what", ["no tracker", "unknown tracker", "no campaign", "foreign campaign's"])
def test_rule_18_what_has_no_known_tracker_or_campaign_never_counts_as_a_conversion(
    shop: Shop, delivery: Delivery, what: str
):
    events = {
        "no tracker": shop.click("ann", None, "1", id="1", time=NOON),
        "unknown tracker": shop.click("ann", "0000000100000000aaaa", "1", id="1", time=NOON),
        "no campaign": shop.click("ann", shop.aat["id"], id="1", time=NOON),
        "foreign campaign's": shop.click("ann", shop.xat["id"], None, "1", id="1", time=NOON),
    }

    answer = shop.send(events[what])
    delivery.deliver_all(Random(1))

    assert (answer.status, answer.body["accepted"]) == (200, 1)
    assert shop.counted(0) == shop.counted(1) == {}


def test_rule_18_an_unknown_variation_never_counts(shop: Shop, delivery: Delivery):
    shop.send(shop.click("ann", shop.aat["id"], "9", id="1", time=NOON))
    shop.send(shop.exposure("ann", "9", id="2", time=NOON))
    delivery.deliver_all(Random(1))

    assert shop.counted() == {}


def test_a_visitor_of_several_variations_is_one_of_each_and_one_of_several(shop: Shop, delivery: Delivery):
    shop.send(*(shop.exposure("ann", each, id=each, time=NOON) for each in ("0", "1", "2", "1")))
    shop.send(shop.exposure("bob", "1", id="bob", time=NOON))

    delivery.deliver_all(Random(1))

    assert shop.counted() == {"v.0": 1, "v.1": 2, "v.2": 1, "m": 1}


def test_what_was_counted_is_what_the_report_shows(shop: Shop, delivery: Delivery):
    shop.tenant.edit.new_goal(shop.campaigns[0], shop.aat, "primary")
    shop.send(*(shop.exposure(f"visitor-{each}", str(each % 2), id=f"e{each}") for each in range(20)))
    clicks = [
        shop.click(f"visitor-{each}", shop.aat["id"], str(each % 2), id=f"c{each}") for each in range(5)
    ]
    shop.send(*clicks, *clicks)

    delivery.deliver_all(Random(1))

    report = shop.tenant.read.get(f"/v1/campaigns/{shop.campaigns[0]['id']}/report").body
    assert [each["visitors"] for each in report["variations"]] == [10, 10, 0]
    rows = report["goals"][0]["variations"]
    assert [(row["visitors"], row["converters"], row["actions"]) for row in rows] == [
        (10, 3, 3),
        (10, 2, 2),
        (0, 0, 0),
    ]


def _feed(shop: Shop) -> list[Fields]:
    items: list[Fields] = shop.tenant.read.get("/v1/profiles/ann/events").body["items"]
    return items
