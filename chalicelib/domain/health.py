"""Whether trackers receive, and by what selector: the rule, for whoever shows it or raises an alarm by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.tracker import Kind
from chalicelib.domain.traffic import day_of

SILENCE = timedelta(days=1)
"""After so long without an action a tracker that is live is silent."""


class Health(StrEnum):
    """How a tracker is, in the order of what needs attention."""

    SILENT = "silent"
    NEVER = "never"
    DRIFTING = "drifting"
    RECEIVING = "receiving"
    NOT_LIVE = "not_live"


class Watched(Protocol):
    """A tracker, as far as its health depends on it."""

    @property
    def number(self) -> int:
        """What the counts call it."""

    @property
    def kind(self) -> Kind:
        """An account tracker is live with any campaign, another one with its own."""

    @property
    def campaign_id(self) -> str:
        """Where it was made."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A tracker's health, and the account's day of its last action, None without any."""

    health: Health
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Received:
    """What a tracker has received so far.

    Attributes:
        last_day: ISO date of its last action.
        actions: how many came on the days since `recent_from`.
        by_fallback: how many of those a fallback selector matched.
    """

    last_day: str
    actions: int
    by_fallback: int

    @property
    def drifts(self) -> bool:
        """Whether the selector has mostly ceased to match: more than half came by a fallback."""
        return 2 * self.by_fallback > self.actions


def recent_from(now: datetime, zone: tzinfo) -> str:
    """ISO date of the first of the days that tell how a tracker is: the account's yesterday."""
    return day_of(now - SILENCE, zone)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known of all trackers of an account at a moment.

    Attributes:
        received: what each tracker has received, by its number; none of those that never received anything.
        live: since when each campaign that is live is so, by its id.
    """

    received: Mapping[int, Received]
    live: Mapping[str, datetime]
    now: datetime
    zone: tzinfo

    def of(self, tracker: Watched) -> Condition:
        """A tracker's condition. Days are all there is to tell by: silent is one whose day ended 24 h ago."""
        received = self.received.get(tracker.number)
        last_day = date.fromisoformat(received.last_day) if received else None
        if self.live_since(tracker) is None:
            return Condition(Health.NOT_LIVE, last_day)
        if received is None:
            return Condition(Health.NEVER, None)
        if received.last_day < recent_from(self.now, self.zone):
            return Condition(Health.SILENT, last_day)
        return Condition(Health.DRIFTING if received.drifts else Health.RECEIVING, last_day)

    def live_since(self, tracker: Watched) -> datetime | None:
        """Since when a tracker has been in the tag for a campaign that is live; None when it is for none."""
        if tracker.kind is Kind.AAT:
            return min(self.live.values(), default=None)
        return self.live.get(tracker.campaign_id)

    def alarm_of(self, tracker: Watched) -> Health | None:
        """What seems to have broken: it drifts, or it is silent and was live all the time it was."""
        health, since = self.of(tracker).health, self.live_since(tracker)
        lasting = since is not None and since <= self.now - SILENCE
        alarming = health is Health.DRIFTING or (health is Health.SILENT and lasting)
        return health if alarming else None
