"""Crashes: wherever an operation is cut off, what it left is in order, and somebody finishes it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import pytest
from boto3.dynamodb.types import TypeSerializer

from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.goal import Role
from chalicelib.domain.names import Name
from chalicelib.domain.tracker import Kind, Tracker
from chalicelib.errors import NotFound, NotSelectable
from chalicelib.table import campaign_status, campaigns, goals, removal, trackers, wire
from chalicelib.table.once import Intent
from chalicelib.table.rows import Row
from tests import factories, invariants
from tests.table import faults

DRY = Intent(dry_run=True)
_STORED = TypeSerializer()


@dataclass(frozen=True)
class Shop:
    """Two campaigns that use each other's account trackers, a third that rests, and one that uses nothing."""

    account: str
    first: Campaign
    second: Campaign
    resting: Campaign
    free: Campaign
    aat: Tracker
    xat: Tracker
    widget: Tracker
    foreign: Tracker


Operation = Callable[[Shop], object]
ENDED_BY_NOBODY: list[Operation] = [
    lambda shop: campaign_status.move(shop.account, shop.second.id, Status.ARCHIVED, factories.NOW),
    lambda shop: campaign_status.move(shop.account, shop.resting.id, Status.ENDED, factories.NOW),
    lambda shop: _change(shop, kind=Kind.AAT),
    lambda shop: _change(shop, name=Name.of("Quite another name")),
    lambda shop: _change(shop, hidden=True),
    lambda shop: goals.deselect(shop.account, shop.second.id, shop.aat.id),
    lambda shop: removal.delete_tracker(shop.account, shop.widget.id, in_editor=True),
]
ENDED_BY_THE_SWEEP: list[Operation] = [
    lambda shop: removal.delete_tracker(shop.account, shop.aat.id, with_data=True),
    lambda shop: removal.delete_tracker(shop.account, shop.xat.id, with_data=True),
    lambda shop: removal.delete_campaign(shop.account, shop.first.id),
    lambda shop: removal.delete_campaign(shop.account, shop.free.id),
]
SINGLE = ["archive", "unarchive", "promote", "rename", "hide", "deselect", "delete an unused tracker"]
SEVERAL = ["delete an AAT", "delete an XAT", "delete a campaign", "delete an empty campaign"]


@pytest.fixture
def shop(emulated_table: str) -> Shop:
    account = factories.new_account()
    first, second, resting, free = (factories.new_campaign(account, name) for name in "ABCD")
    aat = factories.new_tracker(account, first, "Add to cart", Kind.AAT)
    xat = factories.new_tracker(account, first, "See prices")
    widget = factories.new_tracker(account, first, "Banner", Kind.WIDGET)
    foreign = factories.new_tracker(account, second, "Checkout", Kind.AAT)
    for campaign, tracker, role in [
        (first, aat, Role.PRIMARY),
        (first, xat, Role.SECONDARY),
        (first, foreign, Role.SECONDARY),
        (second, aat, Role.PRIMARY),
        (second, foreign, Role.SECONDARY),
        (resting, aat, Role.PRIMARY),
        (resting, foreign, Role.SECONDARY),
    ]:
        factories.new_goal(account, campaign, tracker, role)
    factories.archived(account, resting)
    return Shop(account, first, second, resting, free, aat, xat, widget, foreign)


@pytest.mark.parametrize("answered", [False, True], ids=["never arrived", "answer lost"])
@pytest.mark.parametrize("operation", ENDED_BY_NOBODY, ids=SINGLE)
def test_what_takes_one_transaction_is_done_or_not_and_may_be_asked_for_again(
    emulated_table, shop, operation, answered
):
    before, after, writes = _uninterrupted(emulated_table, partial(operation, shop))
    assert writes == 1
    assert before != after

    with faults.crash_at(0, answered=answered), pytest.raises(faults.Crash):
        operation(shop)

    assert invariants.read(emulated_table) == (after if answered else before)
    _again(operation, shop)
    assert invariants.read(emulated_table) == after


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answered", "resumed"),
    [(True, "again"), (False, "sweep")],
    ids=["answer lost, again", "never arrived, sweep"],
)
@pytest.mark.parametrize("operation", ENDED_BY_THE_SWEEP, ids=SEVERAL)
def test_what_takes_several_transactions_is_finished_by_the_same_call_and_by_the_sweep(
    emulated_table, shop, operation, resumed, answered
):
    if operation is ENDED_BY_THE_SWEEP[2]:
        goals.deselect(shop.account, shop.second.id, shop.aat.id)
    before, after, writes = _uninterrupted(emulated_table, partial(operation, shop))
    assert writes > 1

    for number in range(writes):
        _restore(emulated_table, before)
        with faults.crash_at(number, answered=answered), pytest.raises(faults.Crash):
            operation(shop)
        left = invariants.read(emulated_table)
        assert invariants.violations(left, going=True) == []
        _assert_nothing_going_is_shown(shop, left)
        started = left != before
        removal.sweep(shop.account) if resumed == "sweep" and started else _again(operation, shop)
        assert invariants.read(emulated_table) == after
        assert invariants.violations(after) == []


@pytest.mark.parametrize("number", range(2, 6))
def test_what_others_do_between_a_crash_and_the_sweep_does_not_get_in_its_way(emulated_table, shop, number):
    with faults.crash_at(number, answered=False), pytest.raises(faults.Crash):
        removal.delete_tracker(shop.account, shop.aat.id, with_data=True)

    campaign_status.move(shop.account, shop.second.id, Status.ARCHIVED, factories.NOW)
    removal.delete_campaign(shop.account, shop.first.id)
    assert invariants.violations(invariants.read(emulated_table), going=True) == []
    swept = removal.sweep(shop.account)

    assert swept == 1
    assert invariants.violations(invariants.read(emulated_table)) == []
    assert trackers.find(shop.account, shop.aat.id) is None
    assert _goals_of(shop, shop.second) == [shop.foreign.id]


def test_a_name_is_free_as_soon_as_its_tracker_is_going(emulated_table, shop):
    with faults.crash_at(2, answered=False), pytest.raises(faults.Crash):
        removal.delete_tracker(shop.account, shop.aat.id, with_data=True)

    namesake = factories.new_tracker(shop.account, shop.second, shop.aat.name.shown, Kind.AAT)
    removal.sweep(shop.account)

    assert trackers.get(shop.account, namesake.id) == namesake
    assert invariants.violations(invariants.read(emulated_table)) == []


def test_the_sweep_of_all_accounts_finishes_each_and_nothing_twice(emulated_table, shop):
    other = factories.new_account()
    campaign = factories.new_campaign(other)
    factories.new_goal(other, campaign, factories.new_tracker(other, campaign))
    for operation in (
        lambda: removal.delete_campaign(other, campaign.id),
        lambda: removal.delete_tracker(shop.account, shop.aat.id, with_data=True),
    ):
        with faults.crash_at(2, answered=False), pytest.raises(faults.Crash):
            operation()

    assert removal.sweep_all() == 2
    assert removal.sweep_all() == 0
    assert invariants.violations(invariants.read(emulated_table)) == []


def _change(shop: Shop, **changes: object) -> Tracker:
    return trackers.change(shop.account, shop.xat.id, changes, factories.NOW, in_editor=False, if_match=None)


def _again(operation: Operation, shop: Shop) -> None:
    """The same call by a client that got no answer: what is gone already is as good as deleted now."""
    with suppress(NotFound):
        operation(shop)


def _uninterrupted(
    table: str, operation: Callable[[], object]
) -> tuple[list[invariants.Item], list[invariants.Item], int]:
    """The table before the operation, to which it is put back, the table after it, and its writes."""
    before = invariants.read(table)
    with faults.crash_at(1000, answered=False) as writes:
        operation()
    after = invariants.read(table)
    _restore(table, before)
    assert invariants.read(table) == before
    return before, after, len(writes)


def _restore(table: str, items: list[invariants.Item]) -> None:
    found = invariants.read(table)
    keys = [(item["PK"], item["SK"]) for item in items]
    with Row.batch_write() as batch:
        for item in found:
            if (item["PK"], item["SK"]) not in keys:
                batch.delete(Row(item["PK"], item["SK"]))
    wire.write_all([_stored(item) for item in items if item not in found])


def _stored(item: invariants.Item) -> wire.Item:
    return {name: _STORED.serialize(value) for name, value in item.items()}


def _assert_nothing_going_is_shown(shop: Shop, items: list[invariants.Item]) -> None:
    going = {item["id"]: item for item in items if item.get("going")}
    there = [item["id"] for item in items if item["type"] == "campaign" and item["id"] not in going]
    shown = trackers.listed(shop.account, None, None, "", 100, None).items
    for campaign_id in there:
        shown += trackers.made_in(shop.account, campaign_id, 100, None).items
        shown += trackers.selectable_in(shop.account, campaign_id, "", 100, None).items
    assert not going.keys() & {tracker.id for tracker in shown}
    assert not going.keys() & {each.id for each in campaigns.listed(shop.account, None, 100, None).items}
    for item in going.values():
        selected = goals.Selection(item["id"] if item["type"] == "tracker" else shop.aat.id, Role.SECONDARY)
        with pytest.raises((NotFound, NotSelectable)):
            goals.select(shop.account, shop.free.id, selected, factories.NOW, DRY)
        with pytest.raises(NotFound):
            (trackers if item["type"] == "tracker" else campaigns).get(shop.account, item["id"])


def _goals_of(shop: Shop, campaign: Campaign) -> list[str]:
    """Ids of the trackers that are goals of the campaign."""
    return [goal.tracker_id for goal in campaigns.with_goals(shop.account, campaign.id)[1]]
