"""How a tracker is stored, what guards an account tracker's name, and where names are found.

Every tracker has one item for its name and one for each later word of it, in its campaign's partition and
listed in the index under its account, sorted by visibility, kind and name. They make every list of
trackers, and a search for what a word starts with, one range of sort keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.expressions.condition import Condition

from chalicelib.domain.ids import number_in
from chalicelib.domain.names import Name, word_starts
from chalicelib.domain.tracker import DomEvent, Kind, Tracker
from chalicelib.table import keys
from chalicelib.table.rows import Row
from chalicelib.table.stored import Stored

_STORED_AS_IS = (
    "id", "number", "event", "selector", "kind", "campaign_id", "created_at", "updated_at", "context",
    "hidden", "subtest_id", "version", "active_uses", "uses",
)  # fmt: skip


class TrackerRow(Row, discriminator="tracker"):
    """A tracker; listed in the index only while it is going."""

    id = UnicodeAttribute()
    number = NumberAttribute()
    name = UnicodeAttribute()
    name_key = UnicodeAttribute()
    event = UnicodeAttribute()
    selector = UnicodeAttribute()
    kind = UnicodeAttribute()
    campaign_id = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    context = UnicodeAttribute()
    hidden = BooleanAttribute()
    subtest_id = UnicodeAttribute(null=True)
    fallback_selectors: ListAttribute[str] = ListAttribute()
    fingerprint: MapAttribute[str, Any] = MapAttribute(null=True)
    params: MapAttribute[str, Any] = MapAttribute(null=True)
    version = NumberAttribute()
    active_uses = NumberAttribute()
    uses = NumberAttribute()
    going = BooleanAttribute(null=True)


class AatNameRow(Row, discriminator="aat_name"):
    """There is at most one of these for a name: whoever puts it first has the name."""

    tracker_id = UnicodeAttribute()


class TrackerNameRow(Row, discriminator="tracker_name"):
    """A name, or the rest of it from a later word on. ``word`` is the index of the word it starts at."""

    tracker_id = UnicodeAttribute()
    name_key = UnicodeAttribute()
    word = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Place:
    """A tracker's kind and where it was made, as its name in the index tells."""

    id: str
    kind: Kind
    campaign_id: str

    @property
    def number(self) -> int:
        """What the counts call it."""
        return number_in(self.id)


def at(account_id: str, tracker_id: str) -> TrackerRow:
    """The row to update, delete or check, wherever it stands."""
    return TrackerRow.at(keys.tracker(account_id, tracker_id))


def row_of(account_id: str, tracker: Tracker) -> TrackerRow:
    """The tracker as it is stored."""
    return TrackerRow.at(
        keys.tracker(account_id, tracker.id),
        **{name: getattr(tracker, name) for name in _STORED_AS_IS},
        name=tracker.name.shown,
        name_key=tracker.name.key,
        fallback_selectors=list(tracker.fallback_selectors),
        fingerprint=dict(tracker.fingerprint) if tracker.fingerprint is not None else None,
        params=dict(tracker.params) if tracker.params is not None else None,
        going=tracker.going or None,
    )


def tracker_of(stored: Stored) -> Tracker:
    """The stored tracker."""
    return Tracker(
        id=stored["id"],
        number=stored["number"],
        name=Name(stored["name"], stored["name_key"]),
        event=DomEvent(stored["event"]),
        selector=stored["selector"],
        kind=Kind(stored["kind"]),
        campaign_id=stored["campaign_id"],
        created_at=datetime.fromisoformat(stored["created_at"]),
        updated_at=datetime.fromisoformat(stored["updated_at"]),
        context=stored["context"],
        hidden=stored["hidden"],
        subtest_id=stored.get("subtest_id"),
        fallback_selectors=tuple(stored["fallback_selectors"]),
        fingerprint=stored.get("fingerprint"),
        params=stored.get("params"),
        version=stored["version"],
        active_uses=stored["active_uses"],
        uses=stored["uses"],
        going="going" in stored,
    )


def name_guard(account_id: str, tracker: Tracker) -> AatNameRow:
    """The item that keeps the name of an account tracker its own."""
    return AatNameRow.at(keys.aat_name(account_id, tracker.name.key), tracker_id=tracker.id)


def name_rows(account_id: str, tracker: Tracker) -> dict[str, TrackerNameRow]:
    """The items its name is found by, by their sort keys."""
    rows = {}
    for word, start in enumerate(word_starts(tracker.name.key)):
        prefix = keys.tracker_names(tracker.hidden, tracker.kind, later_words=word > 0)
        sort = f"{prefix}{tracker.name.key[start:]}#{tracker.id}"
        row = TrackerNameRow.at(
            keys.campaign_tracker_name(account_id, tracker.campaign_id, sort),
            tracker_id=tracker.id,
            name_key=tracker.name.key,
            word=word,
        )
        rows[sort] = row.listed(keys.account_tracker_name(account_id, sort))
    return rows


def place_of(name: Stored) -> Place:
    """What a stored name tells of its tracker."""
    kind = Kind(keys.kind_named(name["SK"]))
    return Place(name["tracker_id"], kind, name["PK"].rpartition("#")[2])


def is_there() -> Condition:
    """The tracker exists and is not being deleted."""
    return TrackerRow.PK.exists() & TrackerRow.going.does_not_exist()
