"""The goals of a campaign: what may be selected, what is, and how that changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.api import goals as api
from chalicelib.dashboard import collected
from chalicelib.dashboard.lists import rows_wanted
from chalicelib.dashboard.operations import done
from chalicelib.dashboard.pages import Shown, page
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.api_key import Scope
from chalicelib.domain.goal import MAX_GOALS, Goal, Role
from chalicelib.domain.tracker import Tracker
from chalicelib.errors import PrimaryTaken
from chalicelib.table import campaigns, trackers

CHANGED = ("goals-changed", "close-dialog")


@dataclass(frozen=True, slots=True)
class Selected:
    """A goal with its tracker, None once that was deleted, and its place among those of its role."""

    goal: Goal
    tracker: Tracker | None
    position: int
    last: bool


@page()
def show(visit: Visit, campaign_id: str) -> Shown:
    """What may be selected beside what is."""
    values = {"step": "goals", **_selected(visit, campaign_id), **_selectable(visit, campaign_id)}
    return Shown("campaign/page.html", values, "campaign/selected.html")


@page(part_of="/campaigns/{campaign_id}/goals")
def selectable(visit: Visit, campaign_id: str) -> Shown:
    """What may be selected: found by a search, or the next ones of it."""
    campaign, goals = campaigns.with_goals(visit.account_id, campaign_id)
    values = {
        "campaign": campaign,
        "roles": {goal.tracker_id: goal.role for goal in goals},
        "collected": collected.in_campaign(visit.account_id, campaign_id),
        **_selectable(visit, campaign_id),
    }
    part = "campaign/selectable_rows.html" if values["cursor"] else "campaign/selectable.html"
    return Shown(part, values)


@page(Scope.EDIT)
def select(visit: Visit, campaign_id: str, tracker_id: str) -> Shown:
    """The goals with one more, or with one in another role or place."""
    role, position = visit.field("role"), visit.field("position")
    replaces = visit.field("replace") == "true"
    body = {"role": role, "position": int(position) if position.isdecimal() else None}
    try:
        done(
            visit,
            api.select_goal,
            body,
            query={"replace": replaces},
            campaign_id=campaign_id,
            tracker_id=tracker_id,
        )
    except PrimaryTaken as error:
        return _ask_to_replace(visit, campaign_id, tracker_id, error.details["tracker_id"])
    return Shown("campaign/selected.html", _selected(visit, campaign_id), events=CHANGED)


@page(Scope.EDIT)
def deselect(visit: Visit, campaign_id: str, tracker_id: str) -> Shown:
    """The goals without one. Its tracker keeps its data."""
    done(visit, api.deselect_goal, campaign_id=campaign_id, tracker_id=tracker_id)
    return Shown("campaign/selected.html", _selected(visit, campaign_id), events=CHANGED)


def _ask_to_replace(visit: Visit, campaign_id: str, tracker_id: str, primary_id: str) -> Shown:
    found = trackers.get_many(visit.account_id, [tracker_id, primary_id])
    values = {
        "campaign_id": campaign_id,
        "tracker": found[tracker_id],
        "primary": found.get(primary_id),
    }
    elsewhere = {"HX-Retarget": "#dialog", "HX-Reswap": "innerHTML"}
    return Shown("campaign/replace.html", values, events=("goals-restore",), headers=elsewhere)


def _selected(visit: Visit, campaign_id: str) -> dict[str, Any]:
    campaign, goals = campaigns.with_goals(visit.account_id, campaign_id)
    there = trackers.get_many(visit.account_id, [goal.tracker_id for goal in goals])
    sections = {}
    for role in Role:
        of_role = [goal for goal in goals if goal.role is role]
        sections[role.value] = [
            Selected(goal, there.get(goal.tracker_id), position, position == len(of_role) - 1)
            for position, goal in enumerate(of_role)
        ]
    return {
        "campaign": campaign,
        "sections": sections,
        "roles": {goal.tracker_id: goal.role for goal in goals},
        "most_goals": MAX_GOALS,
        "collected": collected.in_campaign(visit.account_id, campaign_id),
    }


def _selectable(visit: Visit, campaign_id: str) -> dict[str, Any]:
    q, cursor = visit.query.get("q", "").strip()[:128], visit.query.get("cursor")
    listed = trackers.selectable_in(visit.account_id, campaign_id, q, rows_wanted(visit), cursor)
    return {
        "trackers": listed.items,
        "next_cursor": listed.next_cursor,
        "q": q,
        "cursor": cursor,
        "after": visit.query.get("after", ""),
    }
