"""What intake declares of itself, for the OpenAPI document alone.

Intake's routes are plain functions, since the models that describe a route would double the time its first
request waits. Nothing of this is imported before somebody asks for the document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, RootModel

from chalicelib.api import editor, editor_script, intake, reception, segment, tag
from chalicelib.api.http import Operation
from chalicelib.api.schema import AnyQuery, Body, UtcTime
from chalicelib.domain.api_key import Scope
from chalicelib.domain.event import MOST_ACTION, MOST_CAMPAIGNS, MOST_ID, MOST_LABEL, MOST_UUID, Reason
from chalicelib.domain.tracker import MAX_FALLBACK_SELECTORS
from chalicelib.errors import (
    ActrailError,
    Forbidden,
    Malformed,
    NotFound,
    TooLarge,
    TooManyRequests,
    Unauthorized,
)

PRINTABLE = "^[^\\x00-\\x1f\\x7f]*$"


class NewEvent(BaseModel):
    """Something that happened. What it does not have may be sent too, and is left out."""

    id: str | None = Field(None, max_length=MOST_ID, pattern=PRINTABLE)
    action: str = Field(max_length=MOST_ACTION, pattern=r"^[a-zA-Z0-9\-_]+\.[a-zA-Z0-9.\-_]+$")
    label: str | None = Field(None, max_length=MOST_LABEL, pattern=PRINTABLE)
    time: UtcTime | None = Field(None, description="missing or in the future, it is that of receipt")
    uuid: str = Field(min_length=1, max_length=MOST_UUID, pattern=PRINTABLE, description="the visitor")
    params: dict[str, Any] | None = None
    tracker_id: str | None = Field(None, max_length=MOST_ID, pattern=PRINTABLE)
    campaigns: Annotated[dict[str, str], Field(max_length=MOST_CAMPAIGNS)] | None = Field(
        None, description="what the visitor is in: campaign to variation"
    )
    fallback: int | None = Field(
        None,
        ge=0,
        le=MAX_FALLBACK_SELECTORS,
        description="which of the tracker's fallback selectors matched, from 1 on",
    )


class EventList(BaseModel):
    """Events, and when they were sent."""

    events: list[NewEvent] = Field(max_length=intake.MOST_EVENTS)
    sent_at: UtcTime | None = None
    writeKey: str | None = None  # noqa: N815 - the name that SDKs in use send


class NewEvents(RootModel[NewEvent | list[NewEvent] | EventList]):
    """An event, several, or an object that has them."""


class RejectedEvent(BaseModel):
    """Why an event was not stored."""

    index: int
    id: str | None
    code: Reason
    message: str


class Taken(BaseModel):
    """What became of the events: all but the rejected ones are stored."""

    accepted: int
    rejected: list[RejectedEvent]


class SegmentCall(BaseModel):
    """A call of Segment's tracking API; see its spec for what each kind has besides."""

    type: Literal["track", "page", "screen", "identify", "group", "alias"] | None = Field(
        None, description="what the call is, where the address does not say it"
    )
    messageId: str | None = Field(None, max_length=MOST_ID, pattern=PRINTABLE)  # noqa: N815 - Segment's name
    anonymousId: str | None = Field(None, max_length=MOST_UUID, pattern=PRINTABLE)  # noqa: N815
    userId: str | None = Field(None, max_length=MOST_UUID, pattern=PRINTABLE)  # noqa: N815
    timestamp: UtcTime | None = None
    event: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None


class SegmentBatch(BaseModel):
    """Calls of Segment's tracking API."""

    batch: list[SegmentCall] = Field(max_length=intake.MOST_EVENTS)
    writeKey: str | None = None  # noqa: N815


class SegmentTaken(Taken):
    """What became of the calls: all but the rejected ones are stored."""

    success: Literal[True]


class TagQuery(AnyQuery):
    """Whose options the tag takes."""

    site_id: str | None = Field(None, description="a site of the account, where it has several")


def _contract(
    handler: Callable[..., Any],
    answers: Mapping[int, type[BaseModel] | None],
    *refuses: type[ActrailError],
    body: type[BaseModel] = Body,
    query: type[BaseModel] = AnyQuery,
    media_type: str = "application/json",
) -> Operation:
    scope = Scope.COLLECT if Unauthorized in refuses else None
    return Operation(handler, scope, answers, body, query, refuses, False, media_type)


_REFUSES = (Malformed, Unauthorized, Forbidden, TooLarge, TooManyRequests)

CONTRACTS: Mapping[str, Operation] = {
    "intake:collect": _contract(intake.collect, {200: Taken}, *_REFUSES, body=NewEvents),
    "segment:collect_call": _contract(segment.collect_call, {200: SegmentTaken}, *_REFUSES, body=SegmentCall),
    "segment:collect_calls": _contract(
        segment.collect_calls, {200: SegmentTaken}, *_REFUSES, body=SegmentBatch
    ),
    "tag:get_tag": _contract(
        tag.get_tag, {200: None, 304: None}, NotFound, query=TagQuery, media_type="text/javascript"
    ),
    "editor_script:get_editor": _contract(
        editor_script.get_editor, {200: None, 304: None}, media_type="text/javascript"
    ),
    "editor:preflight": _contract(editor.preflight, {204: None}),
    "reception:preflight": _contract(reception.preflight, {204: None}),
}
