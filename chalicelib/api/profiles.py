"""Profiles: what is known of a visitor, and the feed of what they did."""

from __future__ import annotations

import hashlib
from typing import Any

from pydantic import Field

from chalicelib.api.http import Call, answer, operation
from chalicelib.api.jobs import JobView, begun
from chalicelib.api.schema import Body, Paged, PageQuery, Query, UtcTime, View
from chalicelib.domain.api_key import Scope
from chalicelib.domain.event import MOST_ACTION
from chalicelib.domain.job import Job, JobKind
from chalicelib.table import jobs, profiles
from chalicelib.table.once import Answer


class FeedQuery(PageQuery):
    """Which part of a feed."""

    action: str | None = Field(None, max_length=MOST_ACTION, description="only events of this action")


class IdentifierView(View):
    """What else a visitor is known by."""

    kind: str
    value: str


class SeenVariationView(View):
    """A variation that the visitor saw."""

    campaign_id: str
    variation_id: str
    at: UtcTime


class ProfileView(View):
    """A visitor. Times are those of the first and the last event that is kept."""

    uuid: str
    first_seen: UtcTime | None
    last_seen: UtcTime | None
    identifiers: list[IdentifierView]
    variations: list[SeenVariationView]


class EventView(View):
    """Something a visitor did."""

    id: str
    action: str
    label: str
    time: UtcTime
    uuid: str
    params: dict[str, Any]
    tracker_id: str | None
    campaigns: dict[str, str] = Field(description="what it counts in: campaign to variation")
    fallback: int | None = Field(
        description="which of the tracker's fallback selectors matched, from 1 on; null when its selector did"
    )


@operation(scope=Scope.READ, answers={200: ProfileView})
def get_profile(call: Call[Body, Query], uuid: str) -> Answer:
    """Get a profile"""
    return answer(ProfileView.of(profiles.get(call.account_id, uuid, call.now)))


@operation(scope=Scope.READ, query=FeedQuery, answers={200: Paged[EventView]})
def list_profile_events(call: Call[Body, FeedQuery], uuid: str) -> Answer:
    """List a profile's events, newest first

    A page of one action's events may have fewer than limit, or none, and yet a next one.
    """
    wanted = call.query
    page = profiles.events(call.account_id, uuid, wanted.action, wanted.limit, wanted.cursor, call.now)
    views = page.mapped(EventView.of)
    return answer(Paged[EventView](items=views.items, next_cursor=views.next_cursor))


@operation(scope=Scope.EDIT, answers={202: JobView})
def erase_profile(call: Call[Body, Query], uuid: str) -> Answer:
    """Erase a person

    Everything that is kept of the visitor goes, in the background; what they did stays counted. The job's
    result is the receipt. Whatever is sent of the visitor from then on is kept anew.
    """
    profiles.get(call.account_id, uuid, call.now)
    digest = hashlib.sha256(uuid.encode()).hexdigest()[:32]
    job = Job.begun(call.account_id, f"erasure_{digest}", JobKind.PROFILE_ERASURE, call.now, uuid=uuid)
    return begun(jobs.begin(job))
