"""The checker finds each kind of damage: a checker that finds nothing would prove nothing."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import boto3
import pytest

from chalicelib.domain.campaign import CampaignType
from chalicelib.domain.goal import Role
from chalicelib.domain.tracker import Kind
from tests import factories, invariants

Damage = dict[str, Any]


@pytest.fixture(scope="module")
def pristine(module_table: str) -> list[invariants.Item]:
    """A table with one of everything, all as it should be."""
    account = factories.new_account()
    shop = factories.new_campaign(account, "Shop", type=CampaignType.MULTIPAGE)
    subtest = factories.new_subtest(account, shop)
    other = factories.new_campaign(account, "Other")
    aat = factories.new_tracker(account, shop, "Add to cart", Kind.AAT, subtest_id=subtest.id)
    factories.new_tracker(account, shop, "Hidden one", Kind.WIDGET, hidden=True)
    factories.new_goal(account, shop, aat, Role.PRIMARY)
    factories.new_goal(account, other, aat)
    old = factories.new_campaign(account, "Old")
    factories.new_goal(account, old, aat)
    factories.archived(account, old)
    return invariants.read(module_table)


@pytest.fixture
def content(pristine: list[invariants.Item]) -> list[invariants.Item]:
    """The same, to be damaged."""
    return deepcopy(pristine)


def test_a_table_that_was_written_by_the_table_layer_alone_has_no_violations(content):
    found = invariants.violations(content)

    assert found == []


@pytest.mark.parametrize(
    ("damaged", "damage", "finding"),
    [
        ({"type": "tracker", "kind": "aat"}, {"active_uses": 1}, "active_uses is 1 and not 2"),
        ({"type": "tracker", "kind": "aat"}, {"uses": 2}, "uses is 2 and not 3"),
        ({"type": "tracker", "kind": "aat"}, {"name": "Buy"}, "name guards"),
        ({"type": "tracker", "kind": "aat"}, {"name": "Buy"}, "names: "),
        ({"type": "tracker", "kind": "aat"}, {"name_key": "buy"}, "name_key is 'buy'"),
        ({"type": "tracker", "kind": "aat"}, {"kind": "xat"}, "xat of another campaign"),
        ({"type": "tracker", "kind": "aat"}, {"campaign_id": "gone"}, "its campaign does not exist"),
        ({"type": "tracker", "kind": "aat"}, {"GSI1PK": "x"}, "GSI1PK is 'x'"),
        ({"type": "tracker", "kind": "aat"}, {"going": True}, "GSI1PK is ''"),
        ({"type": "tracker", "kind": "aat"}, {"going": True}, "is still going"),
        ({"type": "tracker", "kind": "aat"}, None, "its tracker does not exist"),
        ({"type": "tracker", "kind": "widget"}, {"kind": "aat"}, "name guards"),
        ({"type": "tracker", "kind": "widget"}, {"hidden": False}, "names: "),
        ({"type": "tracker", "kind": "widget"}, {"number": 1}, "its number is 1"),
        ({"type": "aat_name"}, {"tracker_id": "another"}, "name guards"),
        ({"type": "aat_name"}, None, "name guards"),
        ({"type": "tracker_name", "word": 0}, None, "names: "),
        ({"type": "tracker_name", "word": 2}, None, "names: "),
        ({"type": "tracker_name", "word": 2}, {"word": 1}, "names: "),
        ({"type": "tracker_name", "word": 0}, {"GSI1SK": "NAME#shown#aat#x"}, "names: "),
        ({"type": "tracker_name", "word": 0}, {"tracker_id": "another"}, "names: "),
        ({"type": "campaign", "name": "Shop"}, {"foreign_uses": 0}, "foreign_uses is 0 and not 1"),
        ({"type": "campaign", "name": "Shop"}, {"goal_count": 2}, "goal_count is 2 and not 1"),
        ({"type": "campaign", "name": "Shop"}, {"primary_id": None}, "primary_id is None"),
        ({"type": "campaign", "name": "Other"}, {"primary_id": "x"}, "primary_id is x"),
        ({"type": "campaign", "name": "Other"}, {"status": "archived"}, "counted is True"),
        ({"type": "campaign", "name": "Other"}, {"status": "live"}, "GSI1PK is"),
        ({"type": "campaign", "name": "Old"}, {"status": "ended"}, "counted is False"),
        ({"type": "campaign", "name": "Other"}, None, "its campaign"),
        ({"type": "campaign", "name": "Other"}, None, "places in the list of campaigns"),
        ({"type": "campaign", "name": "Shop"}, None, "its campaign does not exist"),
        ({"type": "listed_campaign"}, None, "places in the list of campaigns"),
        ({"type": "listed_campaign"}, {"SK": "another"}, "places in the list of campaigns"),
        ({"type": "goal", "role": "primary"}, {"role": "secondary"}, "the primary goals []"),
        ({"type": "goal", "role": "secondary"}, {"role": "primary"}, "primary_id is None"),
        ({"type": "goal", "role": "primary"}, {"tracker_id": "x"}, "SK is"),
        ({"type": "goal", "role": "primary"}, {"origin_id": "x"}, "origin is x"),
        ({"type": "goal", "role": "primary"}, {"GSI1SK": "USE#x"}, "GSI1SK is"),
        ({"type": "goal", "role": "primary"}, None, "goal_count is 1 and not 0"),
        ({"type": "account"}, None, "an account that does not exist"),
        ({"type": "account"}, {"type": "surprise"}, "unknown type surprise"),
    ],
)
def test_each_kind_of_damage_is_found(content, damaged, damage, finding):
    item = next(item for item in content if damaged.items() <= item.items())
    content.remove(item)
    if damage is not None:
        content.append(item | damage)

    found = invariants.violations(content)

    assert any(finding in violation for violation in found), found


def test_more_trackers_in_a_subtest_than_it_knows_of_are_found(content):
    shop = next(item for item in content if item.get("name") == "Shop")
    (subtest,) = shop["subtests"].values()
    subtest["trackers_made"] = 0

    found = invariants.violations(content)

    assert [finding for finding in found if "more trackers than 0 were made in it" in finding] == found


def test_a_second_account_tracker_of_the_same_name_is_found(content):
    aat = next(item for item in content if item.get("kind") == "aat")
    content.append(aat | {"id": "twin", "PK": aat["PK"].replace(aat["id"], "twin"), "name": "ADD to cart "})

    found = invariants.violations(content)

    assert any("2 account trackers are named 'add to cart'" in finding for finding in found)
    assert any(f"number {aat['number']} is given 2 times" in finding for finding in found)


def test_what_a_deletion_has_yet_to_remove_is_wrong_only_where_none_is_under_way(emulated_table):
    account = factories.new_account()
    tracker = factories.new_tracker(account, factories.new_campaign(account))
    place = {"GSI1PK": f"{account}#GOING", "GSI1SK": f"TRACKER#{tracker.id}"}
    content = [
        item | ({"going": True} | place if item["type"] == "tracker" else {})
        for item in invariants.read(emulated_table)
        if item["type"] != "tracker_name"
    ]

    assert invariants.violations(content, going=True) == []
    assert invariants.violations(content) == [f"tracker {tracker.id} is still going"]


def test_the_checker_reads_the_whole_table(emulated_table):
    account = factories.new_account()
    names = {f"Campaign {number:02} {'x' * 100}" for number in range(20)}
    for name in names:
        factories.new_campaign(account, name)

    read = invariants.read(emulated_table)

    count = boto3.client("dynamodb").scan(TableName=emulated_table, Select="COUNT")["Count"]
    assert len(read) == count == 41
    assert {item["name"] for item in read if item["type"] == "campaign"} == names
