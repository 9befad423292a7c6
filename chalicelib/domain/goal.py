"""Goals: trackers selected in a campaign, at most one of them primary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from enum import StrEnum

MAX_GOALS = 30


class Role(StrEnum):
    """What a goal is for; the order is that of lists and reports."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


@dataclass(frozen=True, slots=True)
class Goal:
    """A tracker selected in a campaign.

    Attributes:
        rank: sorts the goals of a role; between any two ranks there is another.
        origin_id: campaign the tracker was made in.
        counted: whether it counts as a use of the tracker: not while the campaign is archived.
    """

    campaign_id: str
    tracker_id: str
    role: Role
    rank: Decimal
    origin_id: str
    selected_at: datetime
    counted: bool = True

    @property
    def foreign(self) -> bool:
        """Whether the tracker was made in another campaign."""
        return self.origin_id != self.campaign_id


def in_order(goals: Sequence[Goal]) -> list[Goal]:
    """Primary first, then by rank; equal ranks (two made at once) by tracker."""
    return sorted(goals, key=lambda goal: (goal.role, goal.rank, goal.tracker_id))


def rank_at(goals: Sequence[Goal], position: int | None, now: datetime) -> Decimal:
    """A rank that puts a goal at a position (0 is first) among goals of its role; None is last.

    Each move to the very same spot halves what is left there: with 200 digits, 13 of them for the
    milliseconds that ranks start from, 600 times.
    """
    ranks = [goal.rank for goal in in_order(goals)]
    if position is None or position >= len(ranks):
        latest = Decimal(int(now.timestamp() * 1000))
        return max(latest, ranks[-1] + 1) if ranks else latest
    if position == 0:
        return ranks[0] - 1
    with localcontext(prec=200):
        return (ranks[position - 1] + ranks[position]) / 2


def place_among(others: Sequence[Goal], goal: Goal) -> int:
    """The position of a goal among the others of its role, 0 for the first."""
    return in_order([*others, goal]).index(goal)
