"""The counting takes every record that the stream can bring, and spends little on it."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any

import pytest

from chalicelib.cli.table import RESOURCES
from chalicelib.jobs.count import additions, handle
from chalicelib.table import counters, keys, recent
from chalicelib.table.counters import MOST_COUNTS, Addition
from infra.bench.tally import requests_sent
from tests import clients
from tests.counting.delivery import Delivery
from tests.counting.shop import Shop

STREAM = {"GetRecords", "GetShardIterator"}
KEY = {"PK": {"S": "p"}, "SK": {"S": "s"}}


def batch(*records: dict[str, Any], shard: str = "shardId-1") -> dict[str, Any]:
    return {"Records": list(records), "shardId": shard, "state": {}}


def test_records_of_everything_in_the_table_are_taken_and_only_new_events_and_markers_count(
    shop: Shop, delivery: Delivery
):
    edit = shop.tenant.edit
    delivery.new_records()
    shop.tenant.admin.post("/v1/sites", {"domain": "shop.example.com"})
    edit.post("/v1/campaigns", {"name": "Third", "type": "multipage"}, once="key")
    edit.new_goal(shop.campaigns[0], shop.xat)
    shop.send(
        {"action": "no", "uuid": "u"}, {"action": "profile.identify", "uuid": "u", "params": {"email": "e"}}
    )
    shop.send({"id": "dated later", "action": "cart.add", "uuid": "u"})
    edit.delete(f"/v1/trackers/{shop.aat['id']}")
    records = delivery.new_records()

    answer = handle(batch(*records))

    kinds = {
        (record["eventName"], (record["dynamodb"].get("NewImage") or KEY).get("type", {}).get("S"))
        for record in records
    }
    assert {("INSERT", "once"), ("INSERT", "goal"), ("INSERT", "rejections"), ("REMOVE", None)} <= kinds
    assert {("INSERT", "receipt"), ("INSERT", "identifier"), ("INSERT", "event")} <= kinds
    assert {name for name, _ in kinds} == {"INSERT", "MODIFY", "REMOVE"}
    assert answer == {"state": {}}
    assert shop.counted(0) == shop.counted(1) == {}


@pytest.mark.parametrize(
    "record",
    [
        {"eventName": "INSERT", "dynamodb": {"NewImage": KEY, "SequenceNumber": "1"}},
        {
            "eventName": "REMOVE",
            "dynamodb": {"OldImage": {**KEY, "type": {"S": "marker"}}, "SequenceNumber": "1"},
            "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
        },
    ],
    ids=["not ours", "expired"],
)
def test_what_is_not_ours_and_what_expired_changes_nothing(counting_table: str, record: dict[str, Any]):
    with requests_sent() as sent:
        handle(batch(record))

    assert not sent


def test_the_last_call_of_a_window_brings_no_records_and_gets_its_state_back():
    event = {**batch(), "state": {"some": "state"}, "isFinalInvokeForWindow": True}

    assert handle(event) == {"state": {"some": "state"}}


def test_a_batch_with_more_counts_than_one_update_takes_is_counted_once(counting_table: str):
    number = 2 * MOST_COUNTS + 1
    added = [
        Addition("a", "many", "2026-01-05", (f"c.{each}.0",), str(each)) for each in range(1, number + 1)
    ]

    for _ in range(2):
        counters.add("shardId-1", added)
    counters.add("shardId-1", [*added[-3:], Addition("a", "many", "2026-01-05", ("m",), str(number + 1))])

    counted = counters.days_of("a", "many")["2026-01-05"]
    assert counted == Counter({**{each.names[0]: 1 for each in added}, "m": 1})


def test_a_record_that_counts_twice_is_never_cut_in_two(counting_table: str):
    actions = [(f"a.{each}.0", f"f.{each}.0") for each in range(MOST_COUNTS)]
    added = [
        Addition("a", "cut", "2026-01-05", names, str(each))
        for each, names in enumerate([("m",), *actions], start=1)
    ]

    for _ in range(2):
        counters.add("shardId-1", added)

    counted = counters.days_of("a", "cut")["2026-01-05"]
    assert counted == Counter(["m", *(name for names in actions for name in names)])


def test_a_batch_of_few_counts_is_one_update_however_many_records_it_has(counting_table: str):
    names = ("a.1.0", "f.1.0")
    added = [Addition("a", "few", "2026-01-05", names, str(each)) for each in range(1, 5 * MOST_COUNTS)]

    with requests_sent() as sent:
        counters.add("shardId-1", added)

    assert sent == {"UpdateItem": 1}
    assert counters.days_of("a", "few")["2026-01-05"] == dict.fromkeys(names, len(added))


@pytest.mark.parametrize("fallback", [None, 1])
def test_counting_costs_at_most_a_fifth_of_a_write_unit_for_each_event_of_a_batch_of_100(
    shop: Shop, delivery: Delivery, counting_table: str, fallback: int | None
):
    delivery.new_records()
    time = "2026-01-05T12:00:00"
    fields = {"time": time} | ({"fallback": fallback} if fallback else {})
    clicks = [
        shop.click(f"visitor-{each}", shop.aat["id"], "1", id=str(each), **fields) for each in range(100)
    ]
    shop.send(*clicks)
    records = delivery.new_records()

    with requests_sent() as sent:
        for start in range(0, len(records), 100):
            handle(batch(*records[start : start + 100]))

    assert len(records) == 200
    # The first batch of an account in a process asks which item of the feed's memory is the oldest.
    assert sent.pop("Query") == 1
    assert set(sent) == {"UpdateItem", "BatchWriteItem"}
    # The feed's memory of the last events is an item of hardly more than a KB a batch.
    units = sent["UpdateItem"] * _units_of_largest_counter(shop, counting_table) + 2 * sent["BatchWriteItem"]
    assert units <= 0.2 * len(clicks)


def test_the_functions_role_allows_what_it_asks_of_the_table_and_nothing_else(shop: Shop, delivery: Delivery):
    session = {"uuid": "ann", "time": "2026-01-05T12:00:00"}
    delivery.new_records()
    shop.send({"id": "s", "action": "session.start", **session}, shop.exposure("ann", "1", id="e1"))
    shop.send({"id": "s-end", "action": "session.end", **session}, shop.exposure("ann", "2", id="e2"))
    recent.forget()

    with requests_sent() as sent:
        delivery.deliver_all(Random(1))

    asked = {f"dynamodb:{name}" for name in sent if name not in STREAM}
    assert asked == set(_allowed("CountRole", "Count"))


def test_a_redelivered_batch_writes_nothing(shop: Shop, delivery: Delivery):
    delivery.new_records()
    shop.send(shop.click("ann", shop.aat["id"], "1", id="1"))
    records = delivery.new_records()
    handle(batch(*records))
    before = shop.counted()

    for count in range(1, len(records) + 1):
        handle(batch(*records[:count]))

    assert shop.counted() == before != {}


def test_an_event_that_counts_in_one_campaign_more_writes_no_counter_of_the_others(
    shop: Shop, delivery: Delivery
):
    delivery.new_records()
    shop.send(shop.click("ann", shop.aat["id"], "1", id="1", time="2026-01-05T12:00"))
    shop.send(shop.click("ann", shop.aat["id"], "1", "2", id="1", time="2026-01-05T12:00"))
    changes = [record["dynamodb"] for record in delivery.new_records()]

    added = additions([change for change in changes if change["NewImage"]["type"]["S"] == "event"])

    assert [each.campaign_id for each in added] == [campaign["id"] for campaign in shop.campaigns]


def test_records_come_back_from_the_stream_for_what_the_counting_itself_writes(
    shop: Shop, delivery: Delivery
):
    shop.send(shop.exposure("ann", "0", id="0"), shop.exposure("ann", "1", id="1"))

    delivery.deliver_all(Random(5))

    assert shop.counted()["m"] == 1


def _units_of_largest_counter(shop: Shop, table: str) -> int:
    """Write units of an update of it: by size, 1 KB a unit."""
    partition = keys.counts(shop.tenant.id, shop.campaigns[0]["id"]).partition
    items = clients.dynamodb().query(
        TableName=table,
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": partition}},
    )["Items"]
    sizes = [
        sum(len(name) + len(next(iter(value.values()))) for name, value in item.items()) for item in items
    ]
    return -(-max(sizes) // 1024)


def _allowed(role: str, sid: str) -> list[str]:
    """The actions of a statement of a role, as the template has it."""
    properties = json.loads(RESOURCES.read_text())["Resources"][role]["Properties"]
    statements = [each for policy in properties["Policies"] for each in policy["PolicyDocument"]["Statement"]]
    [actions] = [each["Action"] for each in statements if each["Sid"] == sid]
    return list(actions)
