"""Any sequence of requests against a plain model of the rules: same answers, same state, nothing miscounted.

Each request is made dry first, which must give the same answer and write nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chalicelib.domain.campaign import Campaign, Status, Subtest
from chalicelib.domain.goal import Role
from chalicelib.domain.names import Name
from chalicelib.domain.tracker import Kind, Tracker
from chalicelib.errors import ActrailError
from chalicelib.table import campaign_status, campaigns, goals, removal, trackers
from chalicelib.table.once import FOR_REAL, Intent
from chalicelib.table.rows import Row
from tests import factories, invariants

DRY = Intent(dry_run=True)
NAMES = ["Cart", " cart", "Buy now"]
ANY = st.integers(0, 7)
Thing = TypeVar("Thing")


@dataclass
class Test:
    """What the model knows of a campaign."""

    __test__ = False

    stored: Campaign
    status: Status = Status.DRAFT
    was_live: bool = False
    goals: dict[str, Role] = field(default_factory=dict)
    subtests: dict[str, int] = field(default_factory=dict)

    @property
    def archived(self) -> bool:
        return self.status is Status.ARCHIVED

    @property
    def primary(self) -> str | None:
        return next((each for each, role in self.goals.items() if role is Role.PRIMARY), None)


class Requests(RuleBasedStateMachine):
    """Requests about three campaigns and whatever trackers are made, those that are gone included."""

    table: str

    def __init__(self) -> None:
        super().__init__()
        self.account = factories.new_account()
        self.tests: dict[str, Test] = {}
        self.trackers: dict[str, Tracker] = {}
        self.campaign_ids: list[str] = []
        self.tracker_ids: list[str] = ["unheard of"]
        for name in "ABC":
            campaign = factories.new_campaign(self.account, name)
            self.tests[campaign.id] = Test(campaign)
            self.campaign_ids.append(campaign.id)

    def teardown(self) -> None:
        with Row.batch_write() as batch:
            for item in invariants.read(self.table):
                batch.delete(Row(item["PK"], item["SK"]))

    @invariant()
    def nothing_is_miscounted_and_all_is_as_the_model_says(self) -> None:
        items = invariants.read(self.table)
        assert invariants.violations(items) == []
        assert _of_type("campaign", items, "id", "status") == {
            (campaign_id, test.status) for campaign_id, test in self.tests.items()
        }
        assert _of_type("goal", items, "campaign_id", "tracker_id", "role") == {
            (campaign_id, *goal) for campaign_id, test in self.tests.items() for goal in test.goals.items()
        }
        assert _of_type("tracker", items, "id", "kind", "name", "hidden", "selector", "version") == {
            (t.id, t.kind, t.name.shown, t.hidden, t.selector, t.version) for t in self.trackers.values()
        }

    @rule(
        which=ANY, kind=st.sampled_from(Kind), name=st.sampled_from(NAMES), subtest=ANY, hidden=st.booleans()
    )
    def create_tracker(self, which: int, kind: Kind, name: str, subtest: int, hidden: bool) -> None:
        test = self._test(which)
        subtest_id = _one_of((None, None, "unheard of", *(test.subtests if test else ())), subtest)
        campaign = test.stored if test else self._gone_campaign(which)
        tracker = factories.tracker_of(
            self.account, campaign, name, kind, subtest_id=subtest_id, hidden=hidden
        )
        expected = self._refused_creation(test, tracker)

        self._ask(expected, lambda intent: trackers.create(self.account, tracker, intent))

        self.tracker_ids.append(tracker.id)
        if expected == "ok" and test:
            self.trackers[tracker.id] = tracker
            if subtest_id is not None:
                test.subtests[subtest_id] += 1

    def _refused_creation(self, test: Test | None, tracker: Tracker) -> str:
        if test is None:
            return "not_found"
        if test.archived:
            return "campaign_archived"
        if tracker.subtest_id not in (None, *test.subtests):
            return "invalid"
        return "name_taken" if tracker.kind is Kind.AAT and self._taken(tracker.name) else "ok"

    @rule(
        which=ANY,
        changes=st.fixed_dictionaries(
            {},
            optional={
                "name": st.sampled_from(NAMES).map(Name.of),
                "selector": st.sampled_from(["#buy", "#sell"]),
                "hidden": st.booleans(),
                "context": st.sampled_from(["", "memo"]),
                "kind": st.sampled_from(Kind),
            },
        ),
        in_editor=st.booleans(),
    )
    def change_tracker(self, which: int, changes: dict[str, Any], in_editor: bool) -> None:
        tracker_id = self._tracker_id(which)
        before = self.trackers.get(tracker_id)
        expected = self._refused_change(before, changes, in_editor=in_editor)

        self._ask(
            expected,
            lambda intent: trackers.change(
                self.account,
                tracker_id,
                changes,
                factories.NOW,
                in_editor=in_editor,
                if_match=None,
                intent=intent,
            ),
        )

        if expected == "ok" and before and _differences(before, changes):
            self.trackers[tracker_id] = replace(before, **changes, version=before.version + 1)

    def _refused_change(self, before: Tracker | None, changes: dict[str, Any], *, in_editor: bool) -> str:
        if before is None:
            return "not_found"
        different = _differences(before, changes)
        if before.kind is Kind.AAT and different - {"context", "hidden"}:
            return "aat_immutable"
        if before.kind is Kind.WIDGET and different - {"hidden"} and not in_editor:
            return "widget_editor_only"
        if "kind" not in different:
            return "ok"
        if (before.kind, changes["kind"]) != (Kind.XAT, Kind.AAT):
            return "kind_fixed"
        return "name_taken" if self._taken(changes.get("name", before.name)) else "ok"

    @rule(which=ANY, tracker=ANY, role=st.sampled_from(Role), replaces=st.booleans())
    def select(self, which: int, tracker: int, role: Role, replaces: bool) -> None:
        campaign_id, tracker_id = self._campaign_id(which), self._tracker_id(tracker)
        test = self.tests.get(campaign_id)
        expected = self._refused_selection(test, tracker_id, role, replaces=replaces)
        selection = goals.Selection(tracker_id, role, replace=replaces)

        self._ask(
            expected,
            lambda intent: goals.select(self.account, campaign_id, selection, factories.NOW, intent),
        )

        if expected == "ok" and test:
            if role is Role.PRIMARY and test.primary is not None:
                test.goals[test.primary] = Role.SECONDARY
            test.goals[tracker_id] = role

    def _refused_selection(self, test: Test | None, tracker_id: str, role: Role, *, replaces: bool) -> str:
        tracker = self.trackers.get(tracker_id)
        if test is None or (tracker is None and tracker_id not in test.goals):
            return "not_found"
        if test.goals.get(tracker_id) is role:
            return "ok"
        if test.archived:
            return "campaign_archived"
        if role is Role.PRIMARY and test.primary not in (None, tracker_id) and not replaces:
            return "primary_taken"
        if tracker_id in test.goals or tracker is None:
            return "ok"
        foreign = tracker.kind is not Kind.AAT and tracker.campaign_id != test.stored.id
        return "not_selectable" if tracker.hidden or foreign else "ok"

    @rule(which=ANY, tracker=ANY)
    def deselect(self, which: int, tracker: int) -> None:
        campaign_id, tracker_id = self._campaign_id(which), self._tracker_id(tracker)
        test = self.tests.get(campaign_id)
        expected = "ok" if test and tracker_id in test.goals else "not_found"

        self._ask(expected, lambda intent: goals.deselect(self.account, campaign_id, tracker_id, intent))

        if expected == "ok" and test:
            del test.goals[tracker_id]

    @rule(which=ANY, status=st.sampled_from([*Status, Status.ARCHIVED]))
    def move(self, which: int, status: Status) -> None:
        campaign_id = self._campaign_id(which)
        test = self.tests.get(campaign_id)
        expected = self._refused_move(test, status)

        self._ask(
            expected,
            lambda intent: campaign_status.move(
                self.account, campaign_id, status, factories.NOW, intent=intent
            ),
        )

        if expected == "ok" and test:
            test.status, test.was_live = status, test.was_live or status is Status.LIVE

    def _refused_move(self, test: Test | None, status: Status) -> str:
        if test is None:
            return "not_found"
        if test.status is status:
            return "ok"
        if status is Status.DRAFT and test.was_live:
            return "was_live"
        return "goal_tracker_gone" if test.archived and test.goals.keys() - self.trackers.keys() else "ok"

    @rule(which=ANY, with_data=st.booleans(), in_editor=st.booleans())
    def delete_tracker(self, which: int, with_data: bool, in_editor: bool) -> None:
        tracker_id = self._tracker_id(which)
        tracker = self.trackers.get(tracker_id)
        used = [test for test in self.tests.values() if tracker_id in test.goals and not test.archived]
        expected = "in_use" if used and not with_data else "ok"
        if tracker is None:
            expected = "not_found"
        elif tracker.kind is Kind.WIDGET and not in_editor:
            expected = "widget_editor_only"

        self._ask(
            expected,
            lambda intent: removal.delete_tracker(
                self.account, tracker_id, with_data=with_data, in_editor=in_editor, intent=intent
            ),
        )

        if expected == "ok":
            del self.trackers[tracker_id]
            for test in self.tests.values() if used else ():
                test.goals.pop(tracker_id, None)

    @rule(which=ANY)
    def delete_campaign(self, which: int) -> None:
        campaign_id = self._campaign_id(which)
        made = {tracker.id for tracker in self.trackers.values() if tracker.campaign_id == campaign_id}
        others = [test for each, test in self.tests.items() if each != campaign_id and not test.archived]
        expected = "in_use" if any(made & test.goals.keys() for test in others) else "ok"
        expected = expected if campaign_id in self.tests else "not_found"

        self._ask(expected, lambda intent: removal.delete_campaign(self.account, campaign_id, intent))

        if expected == "ok":
            del self.tests[campaign_id]
            self.trackers = {each: t for each, t in self.trackers.items() if each not in made}

    @rule(which=ANY)
    def add_subtest(self, which: int) -> None:
        campaign_id = self._campaign_id(which)
        test = self.tests.get(campaign_id)
        expected = "not_found" if test is None else "campaign_archived" if test.archived else "ok"
        subtest = Subtest(factories.next_id(), "Checkout", None, factories.NOW)

        self._ask(expected, lambda intent: campaigns.add_subtest(self.account, campaign_id, subtest, intent))

        if expected == "ok" and test:
            test.subtests[subtest.id] = 0

    @rule(which=ANY, subtest=ANY)
    def remove_subtest(self, which: int, subtest: int) -> None:
        campaign_id = self._campaign_id(which)
        test = self.tests.get(campaign_id)
        subtest_id = _one_of((*(test.subtests if test else ()), "unheard of"), subtest)
        made = test.subtests.get(subtest_id) if test else None
        runs = test is not None and test.status in (Status.LIVE, Status.PAUSED)
        expected = "not_found" if made is None else "subtest_has_trackers" if made and runs else "ok"

        self._ask(
            expected, lambda intent: campaigns.remove_subtest(self.account, campaign_id, subtest_id, intent)
        )

        if expected == "ok" and test:
            del test.subtests[subtest_id]

    @rule(which=ANY)
    def list_what_a_campaign_may_select(self, which: int) -> None:
        campaign_id = self._campaign_id(which)
        listed = trackers.selectable_in(self.account, campaign_id, "", 100, None).items

        shown = [tracker for tracker in self.trackers.values() if not tracker.hidden]
        own = [each for each in shown if each.kind is Kind.AAT or each.campaign_id == campaign_id]
        assert {tracker.id for tracker in listed} == {tracker.id for tracker in own}
        assert [tracker.kind for tracker in listed] == sorted(
            (tracker.kind for tracker in own), key=list(Kind).index
        )

    def _ask(self, expected: str, call: Callable[[Intent], object]) -> None:
        before = invariants.read(self.table)
        assert _answer(lambda: call(DRY)) == expected
        assert invariants.read(self.table) == before
        assert _answer(lambda: call(FOR_REAL)) == expected

    def _campaign_id(self, which: int) -> str:
        return _one_of(self.campaign_ids, which)

    def _tracker_id(self, which: int) -> str:
        return _one_of(self.tracker_ids[::-1], which)

    def _test(self, which: int) -> Test | None:
        return self.tests.get(self._campaign_id(which))

    def _gone_campaign(self, which: int) -> Campaign:
        return factories.campaign_of(self.account, id=self._campaign_id(which))

    def _taken(self, name: Name) -> bool:
        return any(each.kind is Kind.AAT and each.name.key == name.key for each in self.trackers.values())


def _one_of(things: Sequence[Thing], which: int) -> Thing:
    return things[which % len(things)]


def _answer(call: Callable[[], object]) -> str:
    try:
        call()
    except ActrailError as error:
        return error.code
    return "ok"


def _differences(tracker: Tracker, changes: dict[str, Any]) -> set[str]:
    return {name for name, value in changes.items() if getattr(tracker, name) != value}


def _of_type(wanted: str, items: list[invariants.Item], *names: str) -> set[tuple[Any, ...]]:
    return {tuple(item[name] for name in names) for item in items if item["type"] == wanted}


def _run(table: str, examples: int, steps: int) -> None:
    class Machine(Requests):
        pass

    Machine.table = table
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            # Shrinking asks thousands of times more: what failed is printed as it came.
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_sequence_of_requests_keeps_the_rules(emulated_table):
    _run(emulated_table, examples=8, steps=40)


@pytest.mark.slow
def test_any_of_many_sequences_of_requests_keeps_the_rules(emulated_table):
    _run(emulated_table, examples=100, steps=50)
