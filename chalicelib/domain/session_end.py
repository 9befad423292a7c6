"""When a session ended whose end nobody said: by the tag's own rule, from what was stored of it.

The tag ends a session when its visitor is back, or has the page open still. Of others no browser says it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

START, END = "session.start", "session.end"
IDLE = timedelta(minutes=30)
"""After so long without an event a session is over, as it is at midnight in the account's time zone."""

QUIET = timedelta(hours=2)
"""After so long without an event nobody is expected to say the end of a session but we."""

LONGEST = timedelta(hours=25)
"""No session is longer: it is over at midnight, and a day has 25 hours at most."""

_SUFFIX = "-end"


class Happened(NamedTuple):
    """An event of a visitor, as far as it makes a session last."""

    time: datetime
    id: str
    action: str


def end_id(session_id: str) -> str:
    """The id of a session's end, the tag's or ours: a session has the id of its start."""
    return session_id + _SUFFIX


def session_ended_by(event_id: str) -> str | None:
    """The session that an event of this id ends; None where the id says nothing of it."""
    return event_id.removesuffix(_SUFFIX) if event_id.endswith(_SUFFIX) else None


def last_of(session_id: str, events: Iterable[Happened], zone: tzinfo) -> datetime | None:
    """The time of a session's last event, from its start on; None without its start, or if its end is said.

    ``events`` are the visitor's in the order of their times, and no more of them are taken than it needs.
    Another session's start is none of it.
    """
    last: datetime | None = None
    for event in events:
        if event.id == end_id(session_id):
            return None
        if last is None:
            last = event.time if event.id == session_id and event.action == START else None
            continue
        if event.time - last >= IDLE or _day(event.time, zone) != _day(last, zone) or event.action == START:
            break
        last = event.time
    return last


def _day(time: datetime, zone: tzinfo) -> str:
    return time.astimezone(zone).date().isoformat()
