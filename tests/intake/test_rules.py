"""The rules of events, on the whole way from a request to the feed."""

from __future__ import annotations

import time
from dataclasses import replace
from multiprocessing import get_context

import pytest

from chalicelib.domain.campaign import Variation
from chalicelib.domain.tracker import Kind
from chalicelib.table import campaigns
from tests import factories
from tests.conftest import forget_process
from tests.intake.senders import TIME, Shop, now


def test_rule_18_what_names_no_known_tracker_is_kept_and_never_counts(shop):
    unknown = [shop.click(id=str(each), tracker_id=each) for each in ("999", "nonsense", "no id#", "0" * 20)]

    answer = shop.took(unknown)

    assert answer == {"accepted": 4, "rejected": []}
    assert not any("tracker" in item or item["campaigns"]["M"] for item in shop.items())


def test_rule_18_a_visitor_without_a_known_variation_counts_in_no_campaign(shop):
    named = [{}, {"999": "0"}, {shop.campaign["id"]: "7"}, {"": ""}, {"a#b": "0"}]

    shop.took([shop.click(id=str(index), campaigns=each) for index, each in enumerate(named)])

    assert [item["type"]["S"] for item in shop.items()] == ["event"] * 5
    assert not any(item.get("campaigns", {"M": {}})["M"] for item in shop.items())


def test_rule_18_a_tracker_of_one_campaign_counts_in_no_other(shop):
    other = shop.tenant.edit.new_campaign("Other")
    own = shop.tenant.edit.new_tracker(shop.campaign, "Own", "xat")

    shop.took([shop.click(tracker_id=own["id"], campaigns={shop.campaign["id"]: "1", other["id"]: "0"})])

    (event,) = shop.items("event")
    assert event["campaigns"] == {"M": {shop.campaign["id"]: {"S": "1"}}}
    assert len(shop.items("marker")) == 1


def test_rule_17_three_actions_of_a_visitor_are_three_events_and_one_marker(shop):
    batch = [shop.click(id=each) for each in "abc"]

    shop.took(batch)
    shop.took(batch[::-1])
    shop.took(batch[1])

    assert len(shop.items("event")) == 3
    assert len(shop.items("marker")) == 1


def test_rule_16_a_tracker_or_variation_that_another_process_made_a_moment_ago_counts(shop):
    shop.took([shop.click(), shop.exposure()])
    stored = campaigns.get(shop.tenant.id, shop.campaign["id"])
    tracker = factories.new_tracker(shop.tenant.id, stored, "New", Kind.AAT)
    three = (*stored.variations, Variation("2", "Third", 0))
    changed = replace(stored, variations=three, version=stored.version + 1)
    campaigns.change(shop.tenant.id, stored.id, lambda _: changed, None)

    campaign = {shop.campaign["id"]: "2"}
    click = shop.click(tracker_id=tracker.id, campaigns=campaign, uuid="w")
    answer = shop.took([shop.exposure("2", uuid="w"), click])

    assert answer == {"accepted": 2, "rejected": []}
    assert len([item for item in shop.items("marker") if item["SK"]["S"].endswith("#2#w")]) == 2


def test_rule_23_what_is_no_action_is_rejected_with_the_reason_and_the_rest_is_kept(shop):
    bad = [
        shop.visit(id=str(index), action=each)
        for index, each in enumerate(["cart", "cart add", "a." + "x" * 31])
    ]

    answer = shop.took([shop.visit(id="good"), *bad, shop.visit(id="too")])

    assert answer["accepted"] == 2
    assert [(each["index"], each["id"], each["code"]) for each in answer["rejected"]] == [
        (1, "0", "invalid_action"),
        (2, "1", "invalid_action"),
        (3, "2", "invalid_action"),
    ]
    assert {event["id"] for event in shop.feed()} == {"good", "too"}


def test_rule_24_a_stored_event_has_action_label_time_uuid_params_and_id(shop):
    sent = shop.visit(id="e1", label="Größe 🙂", params={"size": [1, {"a": None}]})

    shop.took(sent)

    nothing: dict[str, object] = {"tracker_id": None, "campaigns": {}, "fallback": None}
    assert shop.feed() == [{**sent, "time": "2026-01-05T12:00:00.000Z", **nothing}]


@pytest.mark.parametrize("sent", ["2999-01-01T00:00:00Z", None])
def test_rule_24_a_missing_or_future_time_becomes_that_of_receipt(shop, sent):
    before = now()

    shop.took(shop.visit(id="e1", time=sent))

    (event,) = shop.feed()
    assert before <= event["time"] <= now()
    assert event["params"] == ({"sent_time": sent} if sent else {})


def test_rule_25_the_missing_param_is_named_and_the_rest_is_kept(shop):
    answer = shop.took([shop.visit(id="e1", action="page.visit"), shop.visit(id="e2")])

    assert answer["accepted"] == 1
    assert answer["rejected"] == [
        {
            "index": 0,
            "id": "e1",
            "code": "missing_param",
            "message": "params.url is required for 'page.visit'.",
        }
    ]


def test_rule_27_a_sites_denylist_wins_and_what_it_dropped_is_counted(shop):
    lists = {"domain": "shop.example", "allow": ["cart.*", "page.*"], "deny": ["cart.remove"]}
    assert shop.tenant.edit.post("/v1/sites", lists).status == 201
    actions = ["cart.add", "cart.remove", "cart.remove", "order.done"]

    answer = shop.took([shop.visit(id=str(index), action=each) for index, each in enumerate(actions)])

    assert [each["code"] for each in answer["rejected"]] == ["denied", "denied", "not_allowed"]
    assert [event["action"] for event in shop.feed()] == ["cart.add"]
    counted = shop.tenant.read.get("/v1/intake/rejections").body["items"]
    assert [(each["code"], each["count"]) for each in counted] == [("denied", 2), ("not_allowed", 1)]
    assert counted[0]["last_message"] == "action 'cart.remove' is on the site's denylist (cart.remove)."


def test_rule_27_an_event_is_of_the_site_that_its_url_or_its_page_is_of(shop):
    for domain, deny in [
        ("shop.example", ["cart.*"]),
        ("blog.example", []),
        ("local.example:8000", ["cart.*"]),
    ]:
        shop.tenant.edit.post("/v1/sites", {"domain": domain, "deny": deny})
    urls = ["https://shop.example/x", "https://WWW.shop.example:8443/", "http://u:p@shop.example",
            "http://local.example:8000/", "http://local.example:9000/", "https://notshop.example",
            "https://blog.example", "//[", 7]  # fmt: skip

    answer = shop.took([shop.visit(id=str(index), params={"url": url}) for index, url in enumerate(urls)])
    by_page = shop.took([shop.visit(id="9")], headers={"Origin": "https://shop.example"})

    assert [each["index"] for each in answer["rejected"]] == [0, 1, 2, 3]
    assert [each["code"] for each in by_page["rejected"]] == ["denied"]


def test_rule_28_the_same_id_again_is_one_event_and_the_answer_is_the_same(shop):
    batch = [shop.visit(id="e1"), shop.visit(id="e1"), shop.click(id="e2")]

    answers = [shop.took(batch), shop.took(batch), shop.took(batch[::-1])]

    assert answers == [{"accepted": 3, "rejected": []}] * 3
    assert [event["id"] for event in shop.feed()] == ["e2", "e1"]


def test_rule_28_the_same_id_without_a_time_is_one_event(shop):
    batch = [shop.visit(id="e1", time=None), shop.visit(id="e1", time="2999-01-01T00:00:00Z")]

    answers = [shop.took(batch), shop.took(batch[1]), shop.took(batch[0])]

    assert [answer["accepted"] for answer in answers] == [2, 1, 1]
    assert [event["id"] for event in shop.feed()] == ["e1"]


def test_the_same_id_of_another_visitor_is_another_event_with_a_time_of_its_own(shop):
    shop.took(shop.visit(id="1", time=None, uuid="ann"))
    shop.took(shop.visit(id="1", time=None, uuid="bob"))
    (ann,), (bob,) = shop.feed("ann"), shop.feed("bob")

    assert ann["time"] < bob["time"]


def test_rule_28_an_event_without_an_id_is_known_by_what_it_says(shop):
    visit = shop.visit(params={"a": 1, "b": 2})

    shop.took([visit, {**visit, "params": {"b": 2, "a": 1}}, {**visit, "params": {"a": 1}}])
    shop.took(visit)

    assert len(shop.feed()) == 2


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_rule_28_the_same_ids_in_parallel_without_a_time_are_one_event_each(shop):
    processes = get_context("fork")
    accepted = processes.SimpleQueue()

    def send(number: int) -> None:
        forget_process()  # each has connections of its own
        batch = [shop.visit(id=f"e{each}", time=None, params={"sender": number}) for each in range(20)]
        accepted.put([shop.took(batch)["accepted"] for _ in range(2)])

    senders = [processes.Process(target=send, args=(number,)) for number in range(4)]
    for sender in senders:
        sender.start()
    answers = [accepted.get() for _ in senders]
    for sender in senders:
        sender.join()

    assert answers == [[20, 20]] * 4
    assert sorted(event["id"] for event in shop.feed()) == sorted(f"e{each}" for each in range(20))


def test_the_day_of_an_event_ends_at_the_accounts_midnight(shop):
    shop.tenant.admin.patch("/v1/account", {"time_zone": "America/Los_Angeles"})
    times = ["2026-01-06T07:59:59.999Z", "2026-01-06T08:00:00.000Z"]

    shop.took([shop.click(id=each, time=each) for each in times])

    days = {item["SK"]["S"].split("#")[2]: item["day"]["S"] for item in shop.items("event")}
    assert days == {times[0]: "2026-01-05", times[1]: "2026-01-06"}
    assert [item["day"]["S"] for item in shop.items("marker")] == ["2026-01-05"]


def test_what_is_stored_expires_with_the_accounts_retention(shop):
    shop.tenant.admin.patch("/v1/account", {"retention_days": 10})
    soonest = 10 * 86400 + int(time.time())

    shop.took([shop.click(time=None, id="e"), shop.exposure(id="x"), _identified(shop)])

    kept = shop.items("event", "marker", "receipt", "seen_variation", "identifier")
    assert len(kept) == 3 + 2 + 1 + 1 + 1
    assert all(soonest <= int(item["expires_at"]["N"]) <= soonest + 60 for item in kept)


def _identified(shop: Shop) -> dict[str, object]:
    return shop.visit(id="i", action="profile.identify", params={"email": "a@b.example"}, time=TIME)
