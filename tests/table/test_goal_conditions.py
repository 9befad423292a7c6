"""Goals under others' hands.

What was read may be outdated when it is written. Each test lets somebody else act between the two, right
before the first write is sent: the condition in the write decides, and not the read.
"""

from __future__ import annotations

import pytest

from chalicelib.domain.campaign import Status
from chalicelib.domain.goal import MAX_GOALS, Role
from chalicelib.domain.tracker import Kind
from chalicelib.errors import (
    NotFound,
    NotSelectable,
    PrimaryTaken,
    TooManyGoals,
)
from chalicelib.table import campaign_status, campaigns, goals, removal, trackers
from chalicelib.table.once import FOR_REAL
from tests import factories
from tests.factories import NOW
from tests.table import faults
from tests.table.meanwhile import change, intents, refused_after, select

pytestmark = pytest.mark.usefixtures("sound")


@intents
@pytest.mark.parametrize(
    ("action", "refused"),
    [
        (lambda account, tracker: removal.delete_tracker(account, tracker.id), NotFound),
        (lambda account, tracker: change(account, tracker, hidden=True), NotSelectable),
    ],
    ids=["deleted", "hidden"],
)
def test_a_tracker_that_is_deleted_or_hidden_while_it_is_selected_is_no_goal(
    account, campaign, other, action, refused, intent
):
    aat = factories.new_tracker(account, campaign, kind=Kind.AAT)

    refusal = refused_after(lambda: action(account, aat), lambda: select(account, other, aat, intent=intent))

    assert isinstance(refusal, refused)
    assert campaigns.with_goals(account, other.id) == (other, [])


@intents
def test_a_tracker_that_begins_to_go_while_it_is_selected_is_no_goal(account, campaign, other, intent):
    aat = factories.new_tracker(account, campaign, kind=Kind.AAT)
    select(account, campaign, aat)

    def begin_to_delete() -> None:
        with faults.crash_at(2, answered=False), pytest.raises(faults.Crash):
            removal.delete_tracker(account, aat.id, with_data=True)

    refusal = refused_after(begin_to_delete, lambda: select(account, other, aat, intent=intent))

    assert isinstance(refusal, NotFound)
    removal.sweep(account)


@pytest.mark.parametrize("role", Role)
def test_a_goal_whose_campaign_is_archived_while_it_is_deselected_is_released_once(
    account, campaign, other, role
):
    aat = factories.new_tracker(account, campaign, kind=Kind.AAT)
    select(account, other, aat, role)

    with faults.just_before("TransactWriteItems", lambda: factories.archived(account, other)):
        goals.deselect(account, other.id, aat.id)

    assert campaigns.with_goals(account, other.id)[1] == []
    assert trackers.get(account, aat.id) == aat


@pytest.mark.parametrize("before", Role)
@pytest.mark.parametrize("after", Role)
def test_a_goal_whose_role_changes_while_it_is_deselected_leaves_no_role_behind(
    account, campaign, before, after
):
    tracker = factories.new_tracker(account, campaign)
    select(account, campaign, tracker, before)

    with faults.just_before("TransactWriteItems", lambda: select(account, campaign, tracker, after)):
        goals.deselect(account, campaign.id, tracker.id)

    assert campaigns.get(account, campaign.id).primary_id is None


def test_a_goal_that_is_deselected_while_it_is_moved_is_selected_anew(account, campaign):
    tracker = factories.new_tracker(account, campaign)
    select(account, campaign, tracker)

    with faults.just_before("TransactWriteItems", lambda: goals.deselect(account, campaign.id, tracker.id)):
        selected = select(account, campaign, tracker, Role.PRIMARY)

    assert selected.created
    assert campaigns.get(account, campaign.id).primary_id == tracker.id


def test_a_use_that_the_index_shows_late_is_removed_with_its_tracker_all_the_same(account, campaign, other):
    aat = factories.new_tracker(account, campaign, kind=Kind.AAT)
    select(account, other, aat)

    with faults.nothing_found("Query", times=2):
        removal.delete_tracker(account, aat.id, with_data=True)

    assert trackers.find(account, aat.id) is None
    assert campaigns.with_goals(account, other.id)[1] == []


@intents
@pytest.mark.parametrize("replaces", [False, True])
def test_a_primary_goal_that_is_chosen_meanwhile_is_replaced_only_on_request(
    account, campaign, replaces, intent
):
    first, second = (factories.new_tracker(account, campaign) for _ in range(2))

    def call() -> object:
        return select(account, campaign, second, Role.PRIMARY, replace=replaces, intent=intent)

    with faults.just_before("TransactWriteItems", lambda: select(account, campaign, first, Role.PRIMARY)):
        if replaces:
            call()
        else:
            with pytest.raises(PrimaryTaken) as refusal:
                call()
            assert refusal.value.details == {"tracker_id": first.id}

    primary = second if replaces and intent is FOR_REAL else first
    assert campaigns.get(account, campaign.id).primary_id == primary.id


@intents
def test_the_thirtieth_goal_is_the_last_and_may_still_change_its_role(account, campaign, intent):
    made = [factories.tracker_of(account, campaign, f"Tracker {index}") for index in range(MAX_GOALS + 2)]
    factories.load(account, *made)
    for tracker in made[: MAX_GOALS - 1]:
        select(account, campaign, tracker)

    refusal = refused_after(
        lambda: select(account, campaign, made[-2]),
        lambda: select(account, campaign, made[-1], intent=intent),
    )
    # Somebody else's goal becomes primary while this one gives up being it.
    select(account, campaign, made[0], Role.PRIMARY)
    with faults.just_before(
        "TransactWriteItems", lambda: select(account, campaign, made[1], Role.PRIMARY, replace=True)
    ):
        select(account, campaign, made[0], Role.SECONDARY, position=0, intent=intent)

    assert isinstance(refusal, TooManyGoals)
    stored, selected = campaigns.with_goals(account, campaign.id)
    assert (stored.goal_count, stored.primary_id, len(selected)) == (MAX_GOALS, made[1].id, MAX_GOALS)


def test_a_goal_that_is_selected_while_its_campaign_is_archived_does_not_count(account, campaign, other):
    first, second = (factories.new_tracker(account, campaign, f"{n}", Kind.AAT) for n in range(2))
    select(account, other, first)

    with faults.just_before("TransactWriteItems", lambda: select(account, other, second)):
        campaign_status.move(account, other.id, Status.ARCHIVED, NOW)

    assert [trackers.get(account, each.id).active_uses for each in (first, second)] == [0, 0]
    assert campaigns.get(account, campaign.id).foreign_uses == 0


def test_places_of_goals_stay_exact_however_often_goals_are_moved_to_the_same_place(account, campaign):
    made = [factories.new_tracker(account, campaign, f"Tracker {n}") for n in range(3)]
    order = [select(account, campaign, tracker).goal.tracker_id for tracker in made]

    for _ in range(60):
        moved = order.pop()
        order.insert(1, moved)
        placed = select(account, campaign, trackers.get(account, moved), position=1)
        assert placed.position == 1

    stored = campaigns.with_goals(account, campaign.id)[1]
    assert [goal.tracker_id for goal in stored] == order
