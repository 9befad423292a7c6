"""The account's feed: what came last, what was refused, and nothing of whoever was erased."""

from __future__ import annotations

import pytest

from chalicelib.jobs import count
from chalicelib.table import feed, keys, recent, wire
from tests.api.callers import Tenant
from tests.dashboard.people import Person

CLICK = {"action": "cart.add", "uuid": "ann-7", "label": "Tea <b>"}


@pytest.fixture
def arrive(acme):
    """Sends events, and has the stream tell of them as a batch."""
    sequence = iter(range(1000, 10_000_000, 7))

    def send(*events: dict[str, object]) -> None:
        acme.collect.post("/v1/events", {"writeKey": acme.collect.key, "events": list(events)})
        uuids = sorted({str(event["uuid"]) for event in events})
        items = [item for uuid in uuids for item in wire.query_all(keys.profile(acme.id, uuid), *keys.EVENTS)]
        records = [
            {"eventName": "INSERT", "dynamodb": {"NewImage": item, "SequenceNumber": str(next(sequence))}}
            for item in items
        ]
        count.handle({"Records": records, "shardId": "shard", "state": {}})

    return send


def test_what_arrives_is_listed_newest_first_with_its_visitor(analyst, arrive):
    arrive(
        {**CLICK, "time": "2026-01-05T10:00:00Z"},
        {**CLICK, "uuid": "bob", "label": "Later", "time": "2026-01-05T10:01:00Z"},
    )

    seen = analyst.see("/feed")

    assert seen.text.index("Later") < seen.text.index("Tea <b>")
    assert "/profiles/ann-7" in seen.values("href")
    assert "<b>" not in seen.html


def test_each_exposure_names_its_own_campaign_though_other_visitors_use_the_same_ids(analyst, api, arrive):
    campaign = api.moved(api.new_campaign("Summer"), "live")
    for variation, uuid in (("0", "ann"), ("1", "bob")):
        exposure = {"campaign_id": campaign["id"], "variation_id": variation}
        arrive({"id": "1", "action": "campaign.exposure", "uuid": uuid, "params": exposure})

    seen = analyst.see("/feed").text

    names = [each["name"] for each in campaign["variations"]]
    assert f"ann Summer {names[0]}" in seen
    assert f"bob Summer {names[1]}" in seen


def test_as_many_batches_as_there_is_room_for_are_all_listed_and_the_oldest_make_room(analyst, arrive):
    for minute in range(recent.SLOTS + 3):
        uuid = f"visitor-{minute:02}"
        arrive({**CLICK, "uuid": uuid, "time": f"2026-01-05T10:{minute:02}:00Z"})

    seen = analyst.see("/feed").text

    assert [f"visitor-{minute:02}" in seen for minute in range(35)] == [False] * 3 + [True] * recent.SLOTS


def test_a_script_that_has_it_all_is_told_nothing_until_something_new_comes(analyst, arrive):
    arrive({**CLICK, "time": "2026-01-05T10:00:00Z"})
    [again] = [each for each in analyst.see("/feed").values("hx-get") if "known=" in each]

    same = analyst.see(again, part=True)
    arrive({**CLICK, "time": "2026-01-05T10:05:00Z"})
    new = analyst.see(again, part=True)

    assert same.status == 204
    assert new.status == 200
    assert new.html.count("data-row") == 2


def test_what_was_refused_is_listed_with_its_reason(acme, analyst):
    acme.collect.post("/v1/events", {"writeKey": acme.collect.key, "action": "bad", "uuid": "u"})

    text = analyst.see("/feed").text

    assert "Refused in the last 7 days" in text
    assert "invalid_action 1" in text
    assert "Nothing has come in the last 24 hours" in text


def test_a_batch_leaves_its_last_events_in_one_item(acme, arrive, analyst):
    arrive(*({**CLICK, "time": f"2026-01-05T10:{minute:02}:00Z"} for minute in range(recent.MOST + 5)))

    kept = wire.query_all(keys.recent(acme.id).partition, "0", keys.LAST)

    assert [len(item["events"]["L"]) for item in kept] == [recent.MOST]
    assert analyst.see("/feed").html.count("data-row") == recent.MOST


def test_an_erased_visitor_is_no_longer_remembered_and_others_are(acme, arrive, analyst):
    stays = {**CLICK, "uuid": "bob", "label": "Stays"}
    arrive({**CLICK, "time": "2026-01-05T10:00:00Z"}, {**stays, "time": "2026-01-05T10:01:00Z"})

    feed.forget(acme.id, "ann-7")

    text = analyst.see("/feed").text
    assert "ann-7" not in text
    assert "Stays" in text


def test_a_feed_has_nothing_of_other_accounts(client, arrive):
    stranger = Person.signed_in(Tenant.signed_up(client, "Globex").edit)
    arrive({**CLICK, "time": "2026-01-05T10:00:00Z"})

    assert "ann-7" not in stranger.see("/feed").html
