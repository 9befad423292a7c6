"""Goals: selecting trackers in a campaign, and what each selection counts for.

A goal is an edge between a campaign and a tracker. Selecting one is a single transaction over the edge,
the tracker (whose ``active_uses`` guard it against deletion), the campaign the tracker was made in (whose
``foreign_uses`` guard that one) and the campaign it is selected in (whose row holds the primary goal, the
number of goals and the version).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.goal import MAX_GOALS, Goal, Role, place_among, rank_at
from chalicelib.domain.tracker import Kind, Tracker
from chalicelib.errors import ActrailError, NotFound, NotSelectable, PrimaryTaken, TooManyGoals
from chalicelib.table import campaign_rows, campaigns, goal_rows, tracker_rows, trackers
from chalicelib.table.campaign_rows import CampaignRow
from chalicelib.table.goal_rows import GoalRow
from chalicelib.table.once import FOR_REAL, Intent
from chalicelib.table.tracker_rows import TrackerRow
from chalicelib.table.transaction import Changed, Transaction, until_settled


@dataclass(frozen=True, slots=True)
class Selection:
    """What a caller asks for: a tracker in a role, at a position (None: where it is, or last).

    ``replace`` lets a new primary goal take the place of the first, which becomes secondary.
    """

    tracker_id: str
    role: Role
    position: int | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Selected:
    """A goal as it was selected: its position among those of its role, and whether it is new."""

    goal: Goal
    position: int
    created: bool


def select(
    account_id: str, campaign_id: str, wanted: Selection, now: datetime, intent: Intent = FOR_REAL
) -> Selected:
    """Select a tracker, or change the role and place of one that is selected.

    Raises NotFound, CampaignArchived, PrimaryTaken, TooManyGoals, NotSelectable.
    1 query, 1 read, 6 write units (8 for a tracker made in another campaign).
    """

    def attempt() -> Selected:
        campaign, goals = campaigns.with_goals(account_id, campaign_id)
        selected = next((goal for goal in goals if goal.tracker_id == wanted.tracker_id), None)
        others = [g for g in goals if g.role is wanted.role and g.tracker_id != wanted.tracker_id]
        if selected is None:
            tracker = trackers.get(account_id, wanted.tracker_id)
            rank = rank_at(others, wanted.position, now)
            goal = Goal(campaign_id, tracker.id, wanted.role, rank, tracker.campaign_id, now)
            _add(intent.begin(goal), account_id, campaign, goal, wanted)
            return Selected(goal, place_among(others, goal), created=True)
        moved = _moved(selected, others, wanted, now)
        if moved != selected:
            _move(intent.begin(moved), account_id, campaign, selected, moved, wanted)
        return Selected(moved, place_among(others, moved), created=False)

    return until_settled(attempt)


def deselect(account_id: str, campaign_id: str, tracker_id: str, intent: Intent = FOR_REAL) -> None:
    """Raises NotFound. An archived campaign's goal may go too. 1 query, 1 read, 4 to 8 write units."""

    def attempt() -> None:
        _, goals = campaigns.with_goals(account_id, campaign_id)
        goal = next((goal for goal in goals if goal.tracker_id == tracker_id), None)
        if goal is None:
            raise NotFound("goal")
        transaction = intent.begin()
        remove(transaction, account_id, goal, trackers.find(account_id, tracker_id))
        transaction.run()

    until_settled(attempt)


def remove(transaction: Transaction, account_id: str, goal: Goal, tracker: Tracker | None) -> None:
    """Let a transaction remove a goal and what it counts for, if it still is as it was read.

    ``tracker`` is None when it was deleted while the campaign was archived.
    """
    actions: list[Action] = [CampaignRow.version.add(1), CampaignRow.goal_count.add(-1)]
    if goal.role is Role.PRIMARY:
        actions.append(CampaignRow.primary_id.remove())
    own_campaign = campaign_rows.at(account_id, goal.campaign_id)
    transaction.update(own_campaign, actions, CampaignRow.PK.exists(), otherwise=Changed())
    transaction.delete(goal_rows.at(account_id, goal), _as_read(goal), otherwise=Changed())
    if tracker is not None:
        released = [TrackerRow.uses.add(-1)]
        if goal.counted:
            released.append(TrackerRow.active_uses.add(-1))
        row = tracker_rows.at(account_id, goal.tracker_id)
        transaction.update(row, released, TrackerRow.PK.exists(), otherwise=Changed())
    if goal.counted and goal.foreign:
        origin = campaign_rows.at(account_id, goal.origin_id)
        released = [CampaignRow.foreign_uses.add(-1)]
        transaction.update(origin, released, CampaignRow.PK.exists(), otherwise=Changed())


def _add(
    transaction: Transaction, account_id: str, campaign: Campaign, goal: Goal, wanted: Selection
) -> None:
    _change_campaign(transaction, account_id, campaign, goal, wanted, adds=True)
    chosen = [TrackerRow.active_uses.add(1), TrackerRow.uses.add(1)]
    own_or_aat = (TrackerRow.kind == Kind.AAT.value) | (TrackerRow.campaign_id == goal.campaign_id)
    selectable = tracker_rows.is_there() & (TrackerRow.hidden == False) & own_or_aat  # noqa: E712
    row = tracker_rows.at(account_id, goal.tracker_id)
    transaction.update(row, chosen, selectable, otherwise=_not_selectable)
    if goal.foreign:
        origin = campaign_rows.at(account_id, goal.origin_id)
        transaction.update(
            origin,
            [CampaignRow.foreign_uses.add(1)],
            campaign_rows.is_there(),
            otherwise=NotSelectable("The campaign this tracker was made in is being deleted."),
        )
    transaction.put(goal_rows.row_of(account_id, goal), GoalRow.PK.does_not_exist(), otherwise=Changed())
    transaction.run()


def _move(
    transaction: Transaction,
    account_id: str,
    campaign: Campaign,
    before: Goal,
    after: Goal,
    wanted: Selection,
) -> None:
    _change_campaign(transaction, account_id, campaign, after, wanted, adds=False)
    changed = [GoalRow.role.set(after.role), GoalRow.rank.set(str(after.rank))]
    transaction.update(goal_rows.at(account_id, before), changed, _as_read(before), otherwise=Changed())
    transaction.run()


def _change_campaign(
    transaction: Transaction,
    account_id: str,
    campaign: Campaign,
    goal: Goal,
    wanted: Selection,
    *,
    adds: bool,
) -> None:
    """Let the transaction change the campaign, whose row has its primary goal and the number of them."""
    actions: list[Action] = [CampaignRow.version.add(1)]
    condition = campaign_rows.is_open()
    if adds:
        actions.append(CampaignRow.goal_count.add(1))
        condition &= CampaignRow.goal_count < MAX_GOALS
    replaced = None
    if goal.role is Role.PRIMARY:
        free = CampaignRow.primary_id.does_not_exist() | (CampaignRow.primary_id == goal.tracker_id)
        if wanted.replace and campaign.primary_id not in (None, goal.tracker_id):
            replaced = campaign.primary_id
            free = CampaignRow.primary_id == replaced
        condition &= free
        actions.append(CampaignRow.primary_id.set(goal.tracker_id))
    elif campaign.primary_id == goal.tracker_id:
        condition &= CampaignRow.primary_id == goal.tracker_id
        actions.append(CampaignRow.primary_id.remove())
    row = campaign_rows.at(account_id, campaign.id)
    refusal = campaign_rows.unless_open(lambda stored: _goal_refusal(stored, goal, wanted, adds=adds))
    transaction.update(row, actions, condition, otherwise=refusal)
    if replaced is not None:
        old = replace(goal, tracker_id=replaced)
        was_primary = GoalRow.role == Role.PRIMARY.value
        second = [GoalRow.role.set(Role.SECONDARY)]
        transaction.update(goal_rows.at(account_id, old), second, was_primary, otherwise=Changed())


def _moved(goal: Goal, others: list[Goal], wanted: Selection, now: datetime) -> Goal:
    """The goal in the role and at the position wanted; without a position it stays where it is."""
    if goal.role is wanted.role and wanted.position is None:
        return goal
    return replace(goal, role=wanted.role, rank=rank_at(others, wanted.position, now))


def _as_read(goal: Goal) -> Condition:
    return (GoalRow.role == goal.role.value) & (GoalRow.counted == goal.counted)


def _goal_refusal(stored: CampaignRow, goal: Goal, wanted: Selection, *, adds: bool) -> ActrailError | None:
    """None when nothing is in the way any more, which is to say: read again."""
    taken = stored.primary_id not in (None, goal.tracker_id)
    if goal.role is Role.PRIMARY and taken and not wanted.replace:
        return PrimaryTaken(stored.primary_id)
    return TooManyGoals(MAX_GOALS) if adds and stored.goal_count >= MAX_GOALS else None


def _not_selectable(stored: TrackerRow | None) -> ActrailError:
    if stored is None or stored.going:
        return NotFound("tracker")
    if stored.hidden:
        return NotSelectable("The tracker is hidden. Show it again to select it.")
    return NotSelectable("A campaign-exclusive tracker is selectable only in the campaign it was made in.")
