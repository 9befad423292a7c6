"""Trackers: what to track (an event on elements), for whom (account or campaign) and since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.names import Name
from chalicelib.errors import AatImmutable, Invalid, KindFixed, WidgetEditorOnly

MAX_FALLBACK_SELECTORS = 2
MAX_CONTEXT = 2000
FREE_FOR_AATS = frozenset({"context", "hidden"})
"""What a saved account tracker may change in."""


class Kind(StrEnum):
    """Whose tracker it is: one campaign's, a widget's of one campaign, or the account's.

    The order is that of goal set-up.
    """

    XAT = "xat"
    WIDGET = "widget"
    AAT = "aat"


class DomEvent(StrEnum):
    """What the visitor does with the element."""

    CLICK = "click"
    MOUSEDOWN = "mousedown"
    SUBMIT = "submit"
    CHANGE = "change"
    HOVER = "hover"
    VISIBLE = "visible"
    SCROLL = "scroll"


PARAMS: Mapping[DomEvent, Mapping[str, tuple[int, int, int]]] = {
    DomEvent.HOVER: {"milliseconds": (100, 60_000, 1000)},
    DomEvent.VISIBLE: {"percent": (1, 100, 50), "milliseconds": (0, 60_000, 1000)},
    DomEvent.SCROLL: {"percent": (1, 100, 50)},
}
"""Params an event takes, each with its least, its greatest and its default value."""


@dataclass(frozen=True, slots=True)
class Tracker:
    """An action tracker as it is stored.

    Attributes:
        number: small integer, unique in the account; what the tag calls it.
        fallback_selectors: at most two, tried in order where ``selector`` matches nothing.
        fingerprint: what the element was when it was pointed at (tag, text, href).
        params: of the events scroll, visible and hover, see PARAMS.
        campaign_id: origin: the campaign it was made in, the "test ID".
        version: grows by one with every change; its ETag.
        active_uses: in how many non-archived campaigns it is a goal.
        uses: in how many campaigns it is a goal, archived ones included.
        going: it is being deleted and cannot come back.
    """

    id: str
    number: int
    name: Name
    event: DomEvent
    selector: str
    kind: Kind
    campaign_id: str
    created_at: datetime
    updated_at: datetime
    context: str = ""
    hidden: bool = False
    subtest_id: str | None = None
    fallback_selectors: tuple[str, ...] = ()
    fingerprint: Mapping[str, str] | None = None
    params: Mapping[str, int] | None = None
    version: int = 1
    active_uses: int = 0
    uses: int = 0
    going: bool = False

    def __post_init__(self) -> None:
        if len(self.fallback_selectors) > MAX_FALLBACK_SELECTORS:
            raise Invalid.field("fallback_selectors", f"at most {MAX_FALLBACK_SELECTORS}")
        if len(self.context) > MAX_CONTEXT:
            raise Invalid.field("context", f"must have at most {MAX_CONTEXT} characters")


def checked_params(event: DomEvent, params: Mapping[str, int] | None) -> Mapping[str, int] | None:
    """The event's params, defaults filled in; None for events that take none. Raises Invalid."""
    known = PARAMS.get(event, {})
    for name, value in (params or {}).items():
        if name not in known:
            raise Invalid.field(f"params.{name}", f"'{event}' takes no such param")
        least, most, _ = known[name]
        if not least <= value <= most:
            raise Invalid.field(f"params.{name}", f"must be {least} to {most}")
    defaults = {name: default for name, (_, _, default) in known.items()}
    return {**defaults, **(params or {})} if known else None


def edited(tracker: Tracker, changes: Mapping[str, Any], now: datetime, *, in_editor: bool) -> Tracker:
    """The tracker with some fields changed, one version on. The same tracker when nothing differs.

    Raises AatImmutable, KindFixed or WidgetEditorOnly as the kind demands. The storing write states the
    kind and version it was decided for, so that a race cannot get around the decision.
    """
    different = {name for name, value in changes.items() if getattr(tracker, name) != value}
    if not different:
        return tracker
    if tracker.kind is Kind.AAT and different - FREE_FOR_AATS:
        raise AatImmutable(sorted(different - FREE_FOR_AATS))
    if tracker.kind is Kind.WIDGET and different - {"hidden"} and not in_editor:
        raise WidgetEditorOnly
    if "kind" in different and (tracker.kind, changes["kind"]) != (Kind.XAT, Kind.AAT):
        raise KindFixed(tracker.kind, changes["kind"])
    changed = replace(tracker, **changes)
    return replace(
        changed,
        params=checked_params(changed.event, _kept_params(tracker, changed)),
        version=tracker.version + 1,
        updated_at=now,
    )


def _kept_params(before: Tracker, after: Tracker) -> Mapping[str, int] | None:
    """Params go with the event they belong to."""
    moved_on = before.event is not after.event and before.params == after.params
    return None if moved_on else after.params
