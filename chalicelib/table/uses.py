"""Where trackers are used, for answers that say what is in the way."""

from __future__ import annotations

from chalicelib.domain import counts
from chalicelib.domain.goal import Goal
from chalicelib.errors import Use
from chalicelib.table import campaigns, counters, keys, stored
from chalicelib.table.goal_rows import goal_of
from chalicelib.table.pages import Page, Range, page

MOST_SHOWN = 100


def goals_of(account_id: str, tracker_id: str) -> list[Goal]:
    """Every goal the tracker is, archived campaigns' too. 1 query of the index, a moment behind."""
    partition, sort = keys.use(account_id, tracker_id, "")
    found = stored.listed(partition, sort, index=keys.INDEX)
    return [goal_of(each) for each in found]


def counted(account_id: str, tracker_id: str) -> list[Goal]:
    """The goals it is of campaigns that are not archived: they go with it. 1 query of the index."""
    return [goal for goal in goals_of(account_id, tracker_id) if goal.counted]


def listed(account_id: str, tracker_id: str, limit: int, cursor: str | None) -> Page[Use]:
    """Where the tracker is a goal, archived campaigns included. 1 query, 1 batch read."""
    partition, sort = keys.use(account_id, tracker_id, "")
    goals = page([Range(partition, sort, in_index=True)], limit, cursor).mapped(goal_of)
    return Page(described(account_id, goals.items), goals.next_cursor)


def would_lose(account_id: str, tracker_number: int, goals: list[Goal]) -> dict[str, int]:
    """What goes with the goals: how many they are, and what they have counted. 1 query a goal."""
    lost = {"goals": len(goals), "converters": 0, "actions": 0}
    for goal in goals:
        total = counters.total_of(account_id, goal.campaign_id)
        lost["converters"] += counts.converters_of(total, tracker_number)
        lost["actions"] += counts.actions_of(total, tracker_number)
    return lost


def described(account_id: str, goals: list[Goal]) -> list[Use]:
    """The goals with the names and statuses of their campaigns. 1 batch read a hundred."""
    found = campaigns.get_many(account_id, sorted({goal.campaign_id for goal in goals}))
    return [
        Use(
            campaign_id=goal.campaign_id,
            name=found[goal.campaign_id].name,
            status=found[goal.campaign_id].status,
            role=goal.role,
            tracker_id=goal.tracker_id,
        )
        for goal in goals
        if goal.campaign_id in found
    ]
