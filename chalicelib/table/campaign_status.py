"""Changes of a campaign's status. Archiving gives back the uses of its goals' trackers, all or nothing.

A campaign has at most 30 goals: the campaign itself, and edge, tracker and origin of each, are 91 of the
100 actions a transaction takes. The version pins the set of goals that was read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.goal import Goal
from chalicelib.errors import ActrailError, GoalTrackerGone
from chalicelib.table import campaign_rows, campaigns, goal_rows, tracker_rows, trackers
from chalicelib.table.campaign_rows import CampaignRow
from chalicelib.table.goal_rows import GoalRow
from chalicelib.table.once import FOR_REAL, Intent
from chalicelib.table.tracker_rows import TrackerRow
from chalicelib.table.transaction import Changed, Transaction, until_settled


def move(
    account_id: str,
    campaign_id: str,
    status: Status,
    now: datetime,
    if_match: int | None = None,
    intent: Intent = FOR_REAL,
) -> Campaign:
    """The campaign in another status. Raises NotFound, StaleVersion, WasLive, GoalTrackerGone.

    1 query, 2 write units; into the archive and back 4 more a goal, 6 for one made in another campaign.
    """

    intent.recall()

    def attempt() -> Campaign:
        before, goals = campaigns.with_goals(account_id, campaign_id)
        campaigns.must_match(before, if_match)
        if before.status is status:
            _confirm(intent.begin(before), account_id, before)
            return before
        after = before.moved_to(status, now)
        transaction = intent.begin(after)
        campaigns.write_change(transaction, account_id, before, after)
        if after.archived != before.archived:
            _count_uses(transaction, account_id, goals, counted=not after.archived)
        transaction.run()
        return after

    return until_settled(attempt)


def _confirm(transaction: Transaction, account_id: str, campaign: Campaign) -> None:
    """Nothing changes, which is an answer to remember too: the request may come again after others."""
    row = campaign_rows.at(account_id, campaign.id)
    transaction.check(row, CampaignRow.status == campaign.status.value, otherwise=Changed())
    transaction.run()


def _count_uses(transaction: Transaction, account_id: str, goals: Sequence[Goal], *, counted: bool) -> None:
    """Let the transaction count the goals as uses, or no longer."""
    by = 1 if counted else -1
    for goal in goals:
        flipped = [GoalRow.counted.set(counted)]
        not_yet = GoalRow.counted == (not counted)
        transaction.update(goal_rows.at(account_id, goal), flipped, not_yet, otherwise=Changed())
        transaction.update(
            tracker_rows.at(account_id, goal.tracker_id),
            [TrackerRow.active_uses.add(by)],
            tracker_rows.is_there() if counted else TrackerRow.PK.exists(),
            otherwise=lambda _: _gone(account_id, goals),
        )
    for origin_id, number in Counter(goal.origin_id for goal in goals if goal.foreign).items():
        transaction.update(
            campaign_rows.at(account_id, origin_id),
            [CampaignRow.foreign_uses.add(by * number)],
            campaign_rows.is_there() if counted else CampaignRow.PK.exists(),
            otherwise=lambda _: _gone(account_id, goals),
        )


def _gone(account_id: str, goals: Sequence[Goal]) -> ActrailError:
    """Names the goals whose trackers are gone, or go with the campaign they were made in."""
    there = trackers.get_many(account_id, [goal.tracker_id for goal in goals])
    origins = campaigns.get_many(account_id, sorted({goal.origin_id for goal in goals}))
    missing = [
        goal.tracker_id for goal in goals if goal.tracker_id not in there or goal.origin_id not in origins
    ]
    return GoalTrackerGone(missing) if missing else Changed()
