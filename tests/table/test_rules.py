"""Random sequences of requests against a plain model of the rules: same answers, same state, right counts.

Each request is made dry first, which must give the same answer and write nothing. Requests are drawn evenly
by hand: a stateful test of Hypothesis, tried first, leaves out kinds of requests by turns, and of 3,000
requests not one selected a goal.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from chalicelib.domain.campaign import Status, Subtest
from chalicelib.domain.goal import Role
from chalicelib.domain.names import Name
from chalicelib.domain.tracker import Kind
from chalicelib.errors import ActrailError
from chalicelib.table import campaign_status, campaigns, goals, removal, trackers
from chalicelib.table.once import FOR_REAL, Intent
from chalicelib.table.rows import Row
from tests import factories, invariants
from tests.table.model import Model, ModelCampaign, differences

DRY = Intent(dry_run=True)
NAMES = ["Cart", " cart", "Buy now", "Pay", "See more", "Sell"]
KINDS = [Kind.XAT, Kind.WIDGET, Kind.AAT, Kind.AAT, Kind.AAT]
STATUSES = [*Status, Status.ARCHIVED, Status.LIVE, Status.LIVE]
Thing = TypeVar("Thing")


class Requests:
    """Requests about a few campaigns and trackers, some of which are gone or were never there."""

    def __init__(self, table: str, seed: int) -> None:
        self.table = table
        self.random = random.Random(seed)
        self.account = factories.new_account()
        self.model = Model()
        self.campaign_ids: list[str] = []
        self.tracker_ids = ["unheard"]
        self.answers: Counter[tuple[str, str]] = Counter()
        self.items: list[invariants.Item] = []
        for _ in range(3):
            self.create_campaign()

    def create_campaign(self) -> None:
        campaign = factories.new_campaign(self.account)
        self.model.campaigns[campaign.id] = ModelCampaign(campaign)
        self.campaign_ids.append(campaign.id)

    def create_tracker(self) -> None:
        campaign_id = self._campaign_id()
        campaign = self.model.campaigns.get(campaign_id)
        subtest_id = self._one_of([None, None, None, *(campaign.subtests if campaign else ()), "unheard"])
        tracker = factories.tracker_of(
            self.account,
            factories.campaign_of(self.account, id=campaign_id),
            self._one_of(NAMES),
            self._one_of(KINDS),
            subtest_id=subtest_id,
            hidden=self._seldom(),
        )
        expected = self.model.creation(tracker)

        self._ask(expected, lambda intent: trackers.create(self.account, tracker, intent))

        if expected == "ok" and campaign:
            self.tracker_ids.append(tracker.id)
            self.model.trackers[tracker.id] = tracker
            if subtest_id is not None:
                campaign.subtests[subtest_id] += 1

    def change_tracker(self) -> None:
        tracker_id, in_editor = self._tracker_id(), self._seldom()
        possible: dict[str, Any] = {
            "name": Name.of(self._one_of(NAMES)),
            "selector": self._one_of(["#buy", "#sell"]),
            "hidden": self._seldom(),
            "context": self._one_of(["", "memo"]),
            "kind": self._one_of([Kind.AAT, Kind.AAT, Kind.XAT, Kind.WIDGET]),
            "subtest_id": self._one_of([None, *self._subtests_beside(tracker_id), "unheard"]),
        }
        changes = {name: value for name, value in possible.items() if self._seldom()}
        expected = self.model.change(tracker_id, changes, in_editor=in_editor)

        def change(intent: Intent) -> object:
            return trackers.change(
                self.account,
                tracker_id,
                changes,
                factories.NOW,
                in_editor=in_editor,
                if_match=None,
                intent=intent,
            )

        self._ask(expected, change)

        if expected == "ok" and (different := differences(self.model.trackers[tracker_id], changes)):
            before = self.model.trackers[tracker_id]
            self.model.trackers[tracker_id] = replace(before, **changes, version=before.version + 1)
            if "subtest_id" in different and changes["subtest_id"]:
                self.model.campaigns[before.campaign_id].subtests[changes["subtest_id"]] += 1

    def select(self) -> None:
        campaign_id, tracker_id = self._campaign_id(), self._tracker_id()
        role, replaces = self._one_of(list(Role)), self._seldom()
        expected = self.model.selection(campaign_id, tracker_id, role, replaces=replaces)
        wanted = goals.Selection(tracker_id, role, replace=replaces)

        self._ask(
            expected, lambda intent: goals.select(self.account, campaign_id, wanted, factories.NOW, intent)
        )

        if expected == "ok":
            campaign = self.model.campaigns[campaign_id]
            if role is Role.PRIMARY and campaign.primary is not None:
                campaign.goals[campaign.primary] = Role.SECONDARY
            campaign.goals[tracker_id] = role

    def deselect(self) -> None:
        campaign_id = self._campaign_id()
        campaign = self.model.campaigns.get(campaign_id)
        tracker_id = self._one_of([*(campaign.goals if campaign else ()), self._tracker_id()])
        expected = self.model.deselection(campaign_id, tracker_id)

        self._ask(expected, lambda intent: goals.deselect(self.account, campaign_id, tracker_id, intent))

        if expected == "ok":
            del self.model.campaigns[campaign_id].goals[tracker_id]

    def move(self) -> None:
        campaign_id, status = self._campaign_id(), self._one_of(STATUSES)
        expected = self.model.move(campaign_id, status)

        self._ask(
            expected,
            lambda intent: campaign_status.move(
                self.account, campaign_id, status, factories.NOW, intent=intent
            ),
        )

        if expected == "ok":
            campaign = self.model.campaigns[campaign_id]
            campaign.status, campaign.was_live = status, campaign.was_live or status is Status.LIVE

    def delete_tracker(self) -> None:
        tracker_id, with_data, in_editor = self._tracker_id(), self._seldom(), self._seldom()
        expected = self.model.tracker_deletion(tracker_id, with_data=with_data, in_editor=in_editor)
        used = self.model.users(tracker_id)

        def delete(intent: Intent) -> None:
            removal.delete_tracker(
                self.account, tracker_id, with_data=with_data, in_editor=in_editor, intent=intent
            )

        self._ask(expected, delete)

        if expected == "ok":
            del self.model.trackers[tracker_id]
            for campaign in self.model.campaigns.values() if used else ():
                campaign.goals.pop(tracker_id, None)

    def delete_campaign(self) -> None:
        campaign_id = self._campaign_id()
        expected = self.model.campaign_deletion(campaign_id)

        self._ask(expected, lambda intent: removal.delete_campaign(self.account, campaign_id, intent))

        if expected == "ok":
            for tracker_id in self.model.made_in(campaign_id):
                del self.model.trackers[tracker_id]
            del self.model.campaigns[campaign_id]
            self.create_campaign()

    def add_subtest(self) -> None:
        campaign_id = self._campaign_id()
        subtest = Subtest(factories.next_id(), "Checkout", None, factories.NOW)
        expected = self.model.subtest_creation(campaign_id)

        self._ask(expected, lambda intent: campaigns.add_subtest(self.account, campaign_id, subtest, intent))

        if expected == "ok":
            self.model.campaigns[campaign_id].subtests[subtest.id] = 0

    def remove_subtest(self) -> None:
        campaign_id = self._campaign_id()
        campaign = self.model.campaigns.get(campaign_id)
        subtest_id = self._one_of(list(campaign.subtests if campaign else ()) or ["unheard"])
        expected = self.model.subtest_deletion(campaign_id, subtest_id)

        self._ask(
            expected, lambda intent: campaigns.remove_subtest(self.account, campaign_id, subtest_id, intent)
        )

        if expected == "ok" and campaign:
            del campaign.subtests[subtest_id]

    def one(self) -> None:
        """Make one request of any kind, those that find something to do more often."""
        kinds = [
            *[self.create_tracker] * 8,
            *[self.select] * 16,
            *[self.change_tracker] * 6,
            *[self.move] * 8,
            *[self.delete_tracker] * 4,
            *[self.add_subtest, self.remove_subtest] * 2,
            self.deselect,
            self.delete_campaign,
        ]
        self._one_of(kinds)()

    def assert_all_is_as_the_model_says(self) -> None:
        self.items = items = invariants.read(self.table)
        assert invariants.violations(items) == []
        assert _of_type("campaign", items, "id", "status") == {
            (campaign_id, campaign.status) for campaign_id, campaign in self.model.campaigns.items()
        }
        assert {item["id"]: _made_in_each(item) for item in items if item["type"] == "campaign"} == {
            campaign_id: campaign.subtests for campaign_id, campaign in self.model.campaigns.items()
        }
        assert _of_type("goal", items, "campaign_id", "tracker_id", "role") == {
            (each, *goal)
            for each, campaign in self.model.campaigns.items()
            for goal in campaign.goals.items()
        }
        assert _of_type("tracker", items, "id", "kind", "name", "hidden", "selector", "version") == {
            (each.id, each.kind, each.name.shown, each.hidden, each.selector, each.version)
            for each in self.model.trackers.values()
        }
        campaign_id = self._campaign_id()
        listed = trackers.selectable_in(self.account, campaign_id, "", 100, None).items
        own = [each for each in self.model.trackers.values() if self.model.selectable(each, campaign_id)]
        assert sorted(tracker.id for tracker in listed) == sorted(tracker.id for tracker in own)

    def _ask(self, expected: str, call: Callable[[Intent], object]) -> None:
        assert _answer(lambda: call(DRY)) == expected
        assert invariants.read(self.table) == self.items
        assert _answer(lambda: call(FOR_REAL)) == expected
        self.answers[call.__qualname__.split(".")[1], expected] += 1

    def _subtests_beside(self, tracker_id: str) -> list[str]:
        tracker = self.model.trackers.get(tracker_id)
        return list(self.model.campaigns[tracker.campaign_id].subtests) if tracker else []

    def _campaign_id(self) -> str:
        return self._one_of(self.campaign_ids if self._hardly() else list(self.model.campaigns))

    def _tracker_id(self) -> str:
        there = list(self.model.trackers)
        return self._one_of(self.tracker_ids if self._hardly() or not there else there)

    def _one_of(self, things: Sequence[Thing]) -> Thing:
        return self.random.choice(things)

    def _seldom(self) -> bool:
        return self.random.random() < 0.3

    def _hardly(self) -> bool:
        return self.random.random() < 0.1


def _answer(call: Callable[[], object]) -> str:
    try:
        call()
    except ActrailError as error:
        return error.code
    return "ok"


def _of_type(wanted: str, items: list[invariants.Item], *names: str) -> set[tuple[Any, ...]]:
    return {tuple(item[name] for name in names) for item in items if item["type"] == wanted}


def _made_in_each(campaign: invariants.Item) -> dict[str, int]:
    return {subtest_id: subtest["trackers_made"] for subtest_id, subtest in campaign["subtests"].items()}


def run(table: str, seed: int, requests: int) -> Counter[tuple[str, str]]:
    """Make some requests and look at everything after each; how often each kind got which answer."""
    asked = Requests(table, seed)
    for _ in range(requests):
        asked.assert_all_is_as_the_model_says()
        asked.one()
    asked.assert_all_is_as_the_model_says()
    with Row.batch_write() as batch:
        for item in invariants.read(table):
            batch.delete(Row(item["PK"], item["SK"]))
    return asked.answers


@pytest.mark.slow
def test_any_sequence_of_requests_keeps_the_rules_and_meets_every_refusal(emulated_table):
    answers: Counter[tuple[str, str]] = Counter()
    for seed in (4, 5):
        answers += run(emulated_table, seed, requests=150)

    refusals = {code for _, code in answers}
    assert refusals == {
        "ok", "not_found", "name_taken", "aat_immutable", "kind_fixed", "widget_editor_only", "in_use",
        "primary_taken", "not_selectable", "campaign_archived", "goal_tracker_gone", "was_live",
        "subtest_has_trackers", "invalid",
    }  # fmt: skip
