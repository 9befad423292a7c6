"""Trackers: made in a campaign, listed where they may be used, edited as their kind allows."""

from __future__ import annotations

from datetime import datetime

from chalicelib.api.http import Call, answer, no_content, operation
from chalicelib.api.jobs import JobView, accepted, begun
from chalicelib.api.schema import (
    Body,
    Paged,
    PageQuery,
    Query,
    WriteQuery,
)
from chalicelib.api.tracker_models import (
    ChangeQuery,
    DeleteQuery,
    MadeInQuery,
    NameQuery,
    NameView,
    NewTracker,
    Side,
    TrackerChanges,
    TrackersQuery,
    TrackerView,
    UsesView,
    UseView,
)
from chalicelib.domain.api_key import Scope
from chalicelib.domain.ids import numbered_id
from chalicelib.domain.job import Job, JobKind, removal_id
from chalicelib.domain.names import Name
from chalicelib.domain.tracker import (
    Kind,
    Tracker,
    checked_params,
)
from chalicelib.errors import (
    AatImmutable,
    CampaignArchived,
    Forbidden,
    IdempotencyKeyReused,
    InUse,
    Invalid,
    KindFixed,
    NameTaken,
    StaleVersion,
    WidgetEditorOnly,
)
from chalicelib.table import accounts, campaigns, removal, trackers, uses
from chalicelib.table.once import Answer
from chalicelib.table.pages import Page


def _answer(tracker: Tracker, status: int = 200) -> Answer:
    return answer(TrackerView.showing(tracker), status, tracker.version)


def _listed(page: Page[Tracker]) -> Answer:
    views = page.mapped(TrackerView.showing)
    return answer(Paged[TrackerView](items=views.items, next_cursor=views.next_cursor))


@operation(scope=Scope.READ, query=MadeInQuery, answers={200: Paged[TrackerView]}, editor=True)
def list_campaign_trackers(call: Call[Body, MadeInQuery], campaign_id: str) -> Answer:
    """List a campaign's trackers

    view=editor: those made in it, hidden ones too. view=goals: those it may select, XATs first, then widget
    trackers, then the account's AATs; q keeps those with a word that starts with it.
    """
    query = call.query
    if call.session and query.view is not Side.EDITOR:
        raise Forbidden(Scope.READ)
    campaigns.get(call.account_id, campaign_id)
    if query.view is Side.EDITOR:
        return _listed(trackers.made_in(call.account_id, campaign_id, query.limit, query.cursor))
    return _listed(trackers.selectable_in(call.account_id, campaign_id, query.q, query.limit, query.cursor))


@operation(scope=Scope.READ, query=NameQuery, answers={200: NameView}, editor=True)
def get_name_holder(call: Call[Body, NameQuery], campaign_id: str) -> Answer:
    """Tell which account tracker has a name

    tracker_id is null while the name is free: a tracker of the campaign may take it to the whole account.
    """
    campaigns.get(call.account_id, campaign_id)
    holder = trackers.name_holder(call.account_id, Name.of(call.query.name))
    return answer(NameView(name=call.query.name, tracker_id=holder))


@operation(
    scope=Scope.EDIT,
    body=NewTracker,
    query=WriteQuery,
    answers={201: TrackerView},
    refuses=(NameTaken, CampaignArchived, IdempotencyKeyReused),
    editor=True,
)
def create_tracker(call: Call[NewTracker, WriteQuery], campaign_id: str) -> Answer:
    """Make a tracker in a campaign

    An AAT's name is unique in the account, compared trimmed, Unicode-normalised and case-insensitively.
    """
    fields = call.body.checked()
    fields["params"] = checked_params(call.body.event, call.body.params)
    number = 0 if call.dry_run else accounts.take_number(call.account_id)
    tracker = Tracker(
        id=numbered_id(call.account_id, number),
        number=number,
        campaign_id=campaign_id,
        created_at=call.now,
        updated_at=call.now,
        **fields,
    )
    trackers.create(call.account_id, tracker, call.intent(lambda tracker: _answer(tracker, 201)))
    return _answer(tracker, 201)


@operation(scope=Scope.READ, query=TrackersQuery, answers={200: Paged[TrackerView]})
def list_trackers(call: Call[Body, TrackersQuery]) -> Answer:
    """List the account's trackers, by kind and name"""
    query = call.query
    return _listed(
        trackers.listed(call.account_id, query.kind, query.hidden, query.q, query.limit, query.cursor)
    )


@operation(scope=Scope.READ, answers={200: TrackerView}, editor=True)
def get_tracker(call: Call[Body, Query], tracker_id: str) -> Answer:
    """Get a tracker"""
    return _answer(trackers.get(call.account_id, tracker_id))


@operation(
    scope=Scope.EDIT,
    body=TrackerChanges,
    query=ChangeQuery,
    answers={200: TrackerView},
    refuses=(
        AatImmutable,
        KindFixed,
        NameTaken,
        CampaignArchived,
        StaleVersion,
        WidgetEditorOnly,
        Invalid,
    ),
    versioned=True,
    editor=True,
)
def change_tracker(call: Call[TrackerChanges, ChangeQuery], tracker_id: str) -> Answer:
    """Change a tracker

    A saved AAT changes in context and hidden only. {"kind": "aat"} makes an XAT an AAT, and there is no way
    back. Widget trackers change with view=editor.
    """
    tracker = trackers.change(
        call.account_id,
        tracker_id,
        call.body.checked(),
        call.now,
        in_editor=call.query.in_editor,
        if_match=call.if_match,
        intent=call.intent(_answer),
    )
    return _answer(tracker)


@operation(
    scope=Scope.EDIT,
    query=DeleteQuery,
    answers={202: JobView, 204: None},
    refuses=(InUse, WidgetEditorOnly),
    editor=True,
)
def delete_tracker(call: Call[Body, DeleteQuery], tracker_id: str) -> Answer:
    """Delete a tracker

    One that a campaign uses, unless archived, goes with confirm=delete-data only: with its goals at once, and
    with what it has counted in the background.
    """
    job = removal.delete_tracker(
        call.account_id,
        tracker_id,
        with_data=call.query.confirm is not None,
        in_editor=call.query.in_editor,
        intent=call.intent(no_content),
        job_of=lambda tracker: _removal(call.account_id, tracker, call.now),
    )
    if job is None:
        return no_content()
    return accepted(job) if call.dry_run else begun(job)


@operation(scope=Scope.READ, query=PageQuery, answers={200: UsesView}, editor=True)
def list_uses(call: Call[Body, PageQuery], tracker_id: str) -> Answer:
    """List where a tracker is a goal, archived campaigns included, and what would be lost with it"""
    tracker = trackers.get(call.account_id, tracker_id)
    page = uses.listed(call.account_id, tracker_id, call.query.limit, call.query.cursor)
    counted = uses.counted(call.account_id, tracker_id)
    return answer(
        UsesView(
            items=page.mapped(UseView.of).items,
            next_cursor=page.next_cursor,
            would_lose=uses.would_lose(call.account_id, tracker.number, counted),
        )
    )


def _removal(account_id: str, tracker: Tracker, now: datetime) -> Job:
    """The job that removes what a tracker has counted: an AAT everywhere, others where they were made."""
    arguments = {"tracker": str(tracker.number)}
    if tracker.kind is not Kind.AAT:
        arguments["campaign_id"] = tracker.campaign_id
    job_id = removal_id("tracker", tracker.id)
    return Job.begun(account_id, job_id, JobKind.TRACKER_REMOVAL, now, **arguments)
