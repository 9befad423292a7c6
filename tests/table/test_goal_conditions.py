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
from chalicelib.table import campaign_status, campaigns, removal, trackers
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
