"""How a goal is stored: under its campaign, and listed in the index as a use of its tracker."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.goal import Goal, Role
from chalicelib.table import keys
from chalicelib.table.rows import Row
from chalicelib.table.stored import Stored


class GoalRow(Row, discriminator="goal"):
    """The edge between a campaign and a tracker. ``rank`` is a decimal, kept exactly as text."""

    campaign_id = UnicodeAttribute()
    tracker_id = UnicodeAttribute()
    role = UnicodeAttribute()
    rank = UnicodeAttribute()
    origin_id = UnicodeAttribute()
    selected_at = UTCDateTimeAttribute()
    counted = BooleanAttribute()


def at(account_id: str, goal: Goal) -> GoalRow:
    """The row to update, delete or check, wherever it stands."""
    return GoalRow.at(keys.goal(account_id, goal.campaign_id, goal.tracker_id))


def row_of(account_id: str, goal: Goal) -> GoalRow:
    """The goal as it is stored and listed."""
    row = GoalRow.at(
        keys.goal(account_id, goal.campaign_id, goal.tracker_id),
        campaign_id=goal.campaign_id,
        tracker_id=goal.tracker_id,
        role=goal.role,
        rank=str(goal.rank),
        origin_id=goal.origin_id,
        selected_at=goal.selected_at,
        counted=goal.counted,
    )
    return row.listed(keys.use(account_id, goal.tracker_id, goal.campaign_id))


def goal_of(stored: Stored) -> Goal:
    """The stored goal."""
    return Goal(
        campaign_id=stored["campaign_id"],
        tracker_id=stored["tracker_id"],
        role=Role(stored["role"]),
        rank=Decimal(stored["rank"]),
        origin_id=stored["origin_id"],
        selected_at=datetime.fromisoformat(stored["selected_at"]),
        counted=stored["counted"],
    )
