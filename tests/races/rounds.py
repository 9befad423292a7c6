"""The six races between requests that are each allowed and together are not.

A round is prepared straight in the table, its contenders go through any door, and its judge knows which
outcomes can follow from some order of the requests one after the other. Whether the table kept its
invariants is the checker's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.goal import Goal, Role
from chalicelib.domain.tracker import Kind, Tracker
from chalicelib.table import campaigns, trackers
from tests import factories
from tests.races.arena import Contender, Race, Round
from tests.races.doors import Door, Outcome


def same_name(number: int) -> Round:
    """Four account trackers with the same name, written differently, are made in two campaigns."""
    account = factories.new_account(with_key=True)
    first, second = _campaigns(account, 2)
    made = [
        factories.tracker_of(account, first, "Add to cart", Kind.AAT),
        factories.tracker_of(account, second, " add to cart", Kind.AAT),
        factories.tracker_of(account, first, "ADD TO CART ", Kind.AAT),
        factories.tracker_of(account, second, "Add to cart", Kind.AAT),
    ]

    def create(door: Door, index: int) -> Outcome:
        return door.create(account, made[index])

    return Round([partial(create, index=index) for index in range(4)], partial(_one_has_the_name, account))


def promotion(number: int) -> Round:
    """Two XATs become AATs while two AATs of the same name are made."""
    account = factories.new_account(with_key=True)
    (campaign,) = _campaigns(account, 1)
    xats = [factories.tracker_of(account, campaign) for _ in range(2)]
    factories.load(account, *xats)
    aats = [factories.tracker_of(account, campaign, "add to CART", Kind.AAT) for _ in range(2)]
    contenders: list[Contender] = [
        lambda door: door.promote(account, xats[0].id),
        lambda door: door.create(account, aats[0]),
        lambda door: door.promote(account, xats[1].id),
        lambda door: door.create(account, aats[1]),
    ]
    return Round(contenders, partial(_one_has_the_name, account))


def deletion_and_selection(number: int) -> Round:
    """An account tracker is deleted, every other time with its data, while three campaigns select it."""
    with_data = number % 2 == 0
    account = factories.new_account(with_key=True)
    first, second, third = _campaigns(account, 3)
    aat = factories.tracker_of(account, first, kind=Kind.AAT)
    factories.load(account, aat)
    contenders: list[Contender] = [
        lambda door: door.delete_tracker(account, aat.id, with_data=with_data),
        lambda door: door.select(account, first.id, aat.id, Role.SECONDARY),
        lambda door: door.select(account, second.id, aat.id, Role.PRIMARY),
        lambda door: door.select(account, third.id, aat.id, Role.SECONDARY),
    ]

    def judge(outcomes: Sequence[Outcome]) -> None:
        deleted, *selected = [outcome.code for outcome in outcomes]
        assert set(selected) <= {"ok", "not_found"}
        assert deleted == "ok" or (deleted == "in_use" and not with_data)
        assert (trackers.find(account, aat.id) is None) == (deleted == "ok")
        if not with_data:
            assert ("ok" in selected) == (deleted == "in_use")

    return Round(contenders, judge)


def origin_and_selection(number: int) -> Round:
    """A campaign is deleted while others select an account tracker made in it, and one more is made."""
    account = factories.new_account(with_key=True)
    origin, second, third = _campaigns(account, 3)
    aat = factories.tracker_of(account, origin, kind=Kind.AAT)
    factories.load(account, aat)
    late = factories.tracker_of(account, origin, "Checkout", Kind.AAT)
    contenders: list[Contender] = [
        lambda door: door.delete_campaign(account, origin.id),
        lambda door: door.select(account, second.id, aat.id, Role.SECONDARY),
        lambda door: door.select(account, third.id, aat.id, Role.PRIMARY),
        lambda door: door.create(account, late),
    ]

    def judge(outcomes: Sequence[Outcome]) -> None:
        deleted, *selected, made = [outcome.code for outcome in outcomes]
        assert set(selected) <= {"ok", "not_found", "not_selectable"}
        assert ("ok" in selected) == (deleted == "in_use")
        assert deleted in {"ok", "in_use"}
        assert made in {"ok", "not_found"}
        assert made == "ok" or deleted == "ok"
        assert (campaigns.find(account, origin.id) is None) == (deleted == "ok")

    return Round(contenders, judge)


def archive_and_deletion(number: int) -> Round:
    """A campaign goes into or comes out of the archive while its goal's tracker and origin are deleted.

    Every other time the campaign itself is deleted as well, else it moves back at the same time.
    """
    before, after = (Status.ARCHIVED, Status.ENDED) if number % 2 else (Status.ENDED, Status.ARCHIVED)
    account, origin, user, aat = _used_elsewhere(before)
    user_goes = number % 4 < 2
    contenders: list[Contender] = [
        lambda door: door.move(account, user.id, after),
        lambda door: door.delete_tracker(account, aat.id, with_data=False),
        lambda door: door.delete_campaign(account, origin.id),
        lambda door: (
            door.delete_campaign(account, user.id) if user_goes else door.move(account, user.id, before)
        ),
    ]

    def judge(outcomes: Sequence[Outcome]) -> None:
        moved, tracker_deleted, origin_deleted, last = [outcome.code for outcome in outcomes]
        assert tracker_deleted in {"ok", "in_use", "not_found"}
        assert origin_deleted in {"ok", "in_use"}
        assert tracker_deleted != "not_found" or origin_deleted == "ok"
        assert moved in {"ok", "goal_tracker_gone"} | ({"not_found"} if user_goes else set())
        assert last == "ok" or (last == "goal_tracker_gone" and not user_goes)
        assert (campaigns.find(account, user.id) is None) == user_goes
        assert (campaigns.find(account, origin.id) is None) == (origin_deleted == "ok")

    return Round(contenders, judge)


def two_primaries(number: int) -> Round:
    """Four trackers become the primary goal of one campaign; every other time each may replace another."""
    replace = number % 2 == 0
    account = factories.new_account(with_key=True)
    (campaign,) = _campaigns(account, 1)
    made = [factories.tracker_of(account, campaign, f"Tracker {index}") for index in range(4)]
    factories.load(account, *made)

    def select(door: Door, tracker_id: str) -> Outcome:
        return door.select(account, campaign.id, tracker_id, Role.PRIMARY, replace=replace)

    def judge(outcomes: Sequence[Outcome]) -> None:
        refused = [outcome for outcome in outcomes if outcome.code != "ok"]
        stored, goals = campaigns.with_goals(account, campaign.id)
        assert len(goals) == len(outcomes) - len(refused) == (4 if replace else 1)
        assert [refusal.code for refusal in refused] == ["primary_taken"] * (0 if replace else 3)
        assert all(refusal.details["tracker_id"] == stored.primary_id for refusal in refused)

    return Round([partial(select, tracker_id=tracker.id) for tracker in made], judge)


def _campaigns(account: str, number: int) -> list[Campaign]:
    made = [factories.campaign_of(account) for _ in range(number)]
    factories.load(account, *made)
    return made


def _used_elsewhere(status: Status) -> tuple[str, Campaign, Campaign, Tracker]:
    """An account, a campaign, another one in a status, and the AAT of the first that is its primary goal."""
    account = factories.new_account(with_key=True)
    counted = status is not Status.ARCHIVED
    origin = factories.campaign_of(account, foreign_uses=int(counted))
    aat = factories.tracker_of(account, origin, kind=Kind.AAT, uses=1, active_uses=int(counted))
    user = factories.campaign_of(account, status=status, goal_count=1, primary_id=aat.id)
    goal = Goal(user.id, aat.id, Role.PRIMARY, Decimal(1), origin.id, factories.NOW, counted)
    factories.load(account, origin, aat, user, goal)
    return account, origin, user, aat


def _one_has_the_name(account: str, outcomes: Sequence[Outcome]) -> None:
    (owner,) = trackers.listed(account, Kind.AAT, None, "", 50, None).items
    refused = [outcome for outcome in outcomes if outcome.code != "ok"]

    assert [refusal.code for refusal in refused] == ["name_taken"] * (len(outcomes) - 1)
    assert all(refusal.details["tracker_id"] == owner.id for refusal in refused)


RACES: list[Race] = [
    same_name,
    promotion,
    deletion_and_selection,
    origin_and_selection,
    archive_and_deletion,
    two_primaries,
]
