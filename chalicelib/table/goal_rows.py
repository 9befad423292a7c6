"""How a goal is stored: under its campaign, and listed in the index as a use of its tracker."""

from __future__ import annotations

from decimal import Decimal

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.goal import Goal, Role
from chalicelib.table import keys
from chalicelib.table.rows import Row


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


def goal_of(row: GoalRow) -> Goal:
    """The stored goal."""
    return Goal(
        campaign_id=row.campaign_id,
        tracker_id=row.tracker_id,
        role=Role(row.role),
        rank=Decimal(row.rank),
        origin_id=row.origin_id,
        selected_at=row.selected_at,
        counted=row.counted,
    )
