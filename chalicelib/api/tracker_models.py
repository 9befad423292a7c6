"""Trackers as they are sent, asked for and shown."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from chalicelib.api.schema import (
    Body,
    NameText,
    Paged,
    PageQuery,
    Query,
    SelectorText,
    UtcTime,
    View,
    WriteQuery,
    changed,
)
from chalicelib.api.validation import DELETE_DATA, STORED_ID
from chalicelib.domain.names import MAX_LENGTH, Name
from chalicelib.domain.selector import checked_selector
from chalicelib.domain.tracker import (
    MAX_CONTEXT,
    MAX_FALLBACK_SELECTORS,
    DomEvent,
    Kind,
    Tracker,
)


class Side(StrEnum):
    """From where trackers are looked at."""

    EDITOR = "editor"
    GOALS = "goals"


class Fingerprint(Body):
    """What the element was when it was pointed at."""

    tag: str | None = Field(None, max_length=64)
    text: str | None = Field(None, max_length=200)
    href: str | None = Field(None, max_length=2000)


class TrackerChanges(Body):
    """What to change of a tracker: of an AAT its context and whether it is hidden, of an XAT everything."""

    name: NameText = changed()
    event: DomEvent = changed(strict=False)
    selector: SelectorText = changed()
    kind: Kind = changed(strict=False)
    context: str | None = changed(max_length=MAX_CONTEXT, description="a memo")
    hidden: bool = changed()
    subtest_id: str | None = changed(pattern=STORED_ID)
    fallback_selectors: list[SelectorText] = changed(max_length=MAX_FALLBACK_SELECTORS)
    fingerprint: Fingerprint | None = changed()
    params: dict[str, int] | None = changed(description="of hover, visible and scroll")

    def checked(self) -> dict[str, Any]:
        """The fields that were sent, each checked and as the domain has it."""
        checks: dict[str, Any] = {
            "name": lambda: Name.of(self.name),
            "selector": lambda: checked_selector(self.selector),
            "context": lambda: self.context or "",
            "fallback_selectors": self._checked_fallbacks,
            "fingerprint": self._plain_fingerprint,
        }
        return {name: checks[name]() if name in checks else value for name, value in self.given().items()}

    def _checked_fallbacks(self) -> tuple[str, ...]:
        return tuple(
            checked_selector(text, f"fallback_selectors.{index}")
            for index, text in enumerate(self.fallback_selectors)
        )

    def _plain_fingerprint(self) -> dict[str, str] | None:
        return self.fingerprint.model_dump(exclude_none=True) if self.fingerprint else None


class NewTracker(TrackerChanges):
    """A tracker to make."""

    name: NameText
    event: DomEvent = Field(strict=False)
    selector: SelectorText
    kind: Kind = Field(strict=False)


class MadeInQuery(PageQuery):
    """Which trackers of a campaign: those made in it, or those it may select, searched by name."""

    view: Side = Side.EDITOR
    q: str = Field("", max_length=MAX_LENGTH, description="what a word of the name starts with")


class NameQuery(Query):
    """A name to look for."""

    name: str = Field("", description="compared trimmed, Unicode-normalised and case-insensitively")


class TrackersQuery(PageQuery):
    """Which trackers of the account."""

    kind: Kind | None = None
    hidden: bool | None = None
    q: str = Field("", max_length=MAX_LENGTH, description="what a word of the name starts with")


class ChangeQuery(WriteQuery):
    """From where a tracker is changed: widget trackers change in the editor only."""

    view: Side | None = None

    @property
    def in_editor(self) -> bool:
        """Whether the visual editor asks."""
        return self.view is Side.EDITOR


class DeleteQuery(ChangeQuery):
    """Whether a tracker in use may go, and its data with it."""

    confirm: str | None = Field(None, pattern=DELETE_DATA, description="delete-data")


class TrackerView(View):
    """An action tracker. ``campaign_id`` is where it was made: its test ID."""

    id: str
    number: int
    name: str
    event: DomEvent
    selector: str
    kind: Kind
    context: str
    hidden: bool
    campaign_id: str
    subtest_id: str | None
    fallback_selectors: list[str]
    fingerprint: dict[str, str] | None
    params: dict[str, int] | None
    active_uses: int
    version: int
    created_at: UtcTime
    updated_at: UtcTime

    @classmethod
    def showing(cls, tracker: Tracker) -> TrackerView:
        """The tracker, its name as it was given."""
        fields = {name: getattr(tracker, name) for name in cls.model_fields}
        return cls.model_validate(fields | {"name": tracker.name.shown})


class NameView(View):
    """A name and the account tracker that has it, if any."""

    name: str
    tracker_id: str | None


class UseView(View):
    """Where a tracker is a goal."""

    campaign_id: str
    name: str
    status: str
    role: str


class UsesView(Paged[UseView]):
    """Where a tracker is a goal, and what goes when it is deleted with its data."""

    would_lose: dict[str, int] = Field(
        description="goals of campaigns that are not archived, and what they have counted"
    )
