"""Goals: the trackers a campaign has selected."""

from __future__ import annotations

from pydantic import Field

from chalicelib.api.http import Call, answer, no_content, operation
from chalicelib.api.schema import Body, Paged, PageQuery, UtcTime, View, WriteQuery
from chalicelib.api.tracker_models import TrackerView
from chalicelib.domain.api_key import Scope
from chalicelib.domain.goal import MAX_GOALS, Goal, Role, place_among
from chalicelib.errors import CampaignArchived, Invalid, NotSelectable, PrimaryTaken, TooManyGoals
from chalicelib.table import campaigns, goals, trackers
from chalicelib.table.once import Answer


class Choice(Body):
    """What a tracker is selected as."""

    role: Role = Field(strict=False)
    position: int | None = Field(
        None, ge=0, lt=MAX_GOALS, description="0 is first; null is where it is, or last"
    )


class SelectQuery(WriteQuery):
    """Whether a second primary goal takes the place of the first."""

    replace: bool = Field(False, description="the first becomes secondary")


class GoalView(View):
    """A tracker selected in a campaign."""

    campaign_id: str
    tracker_id: str
    role: Role
    position: int
    selected_at: UtcTime


class ListedGoalView(GoalView):
    """A goal with its tracker; null if it was deleted while the campaign was archived."""

    tracker: TrackerView | None


@operation(scope=Scope.READ, query=PageQuery, answers={200: Paged[ListedGoalView]})
def list_goals(call: Call[Body, PageQuery], campaign_id: str) -> Answer:
    """List a campaign's goals, the primary first"""
    _, found = campaigns.with_goals(call.account_id, campaign_id)
    start = _start(call.query.cursor, len(found))
    end = start + call.query.limit
    there = trackers.get_many(call.account_id, [goal.tracker_id for goal in found[start:end]])
    views = []
    for goal in found[start:end]:
        tracker = there.get(goal.tracker_id)
        view = _view(goal, place_among([other for other in found if other.role is goal.role], goal))
        shown = TrackerView.showing(tracker) if tracker else None
        views.append(ListedGoalView(**view.model_dump(), tracker=shown))
    following = str(end) if end < len(found) else None
    return answer(Paged[ListedGoalView](items=views, next_cursor=following))


@operation(
    scope=Scope.EDIT,
    body=Choice,
    query=SelectQuery,
    answers={200: GoalView, 201: GoalView},
    refuses=(PrimaryTaken, TooManyGoals, NotSelectable, CampaignArchived),
)
def select_goal(call: Call[Choice, SelectQuery], campaign_id: str, tracker_id: str) -> Answer:
    """Select a tracker as a goal

    201 when it is new in the campaign, 200 when its role or place changes. A second primary goal takes the
    place of the first with replace=true only; the first becomes secondary.
    """
    wanted = goals.Selection(tracker_id, call.body.role, call.body.position, call.query.replace)
    intent = call.intent(no_content)
    selected = goals.select(call.account_id, campaign_id, wanted, call.now, intent)
    return answer(_view(selected.goal, selected.position), 201 if selected.created else 200)


@operation(scope=Scope.EDIT, query=WriteQuery, answers={204: None})
def deselect_goal(call: Call[Body, WriteQuery], campaign_id: str, tracker_id: str) -> Answer:
    """Deselect a goal

    The tracker stays, and so does the data it has collected.
    """
    goals.deselect(call.account_id, campaign_id, tracker_id, call.intent(no_content))
    return no_content()


def _start(cursor: str | None, number: int) -> int:
    """Where a page starts: all of a campaign's goals, at most 30, come with one read anyway."""
    if cursor is None:
        return 0
    if cursor.isascii() and cursor.isdigit() and len(cursor) <= len(str(MAX_GOALS)) and int(cursor) <= number:
        return int(cursor)
    raise Invalid.field("cursor", "must be the next_cursor of the same list")


def _view(goal: Goal, position: int) -> GoalView:
    return GoalView(
        campaign_id=goal.campaign_id,
        tracker_id=goal.tracker_id,
        role=goal.role,
        position=position,
        selected_at=goal.selected_at,
    )
