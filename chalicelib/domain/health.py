"""Whether trackers receive anything: the rule, for whoever shows it and for whoever raises an alarm by it."""

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
class Pulse:
    """What is known of all trackers of an account at a moment.

    Attributes:
        last_days: ISO date of each tracker's last action, by its number.
        live: since when each campaign that is live is so, by its id.
    """

    last_days: Mapping[int, str]
    live: Mapping[str, datetime]
    now: datetime
    zone: tzinfo

    def of(self, tracker: Watched) -> Condition:
        """A tracker's condition. Days are all there is to tell by: silent is one whose day ended 24 h ago."""
        last = self.last_days.get(tracker.number)
        last_day = date.fromisoformat(last) if last else None
        if self.live_since(tracker) is None:
            return Condition(Health.NOT_LIVE, last_day)
        if last is None:
            return Condition(Health.NEVER, None)
        silent = last < day_of(self.now - SILENCE, self.zone)
        return Condition(Health.SILENT if silent else Health.RECEIVING, last_day)

    def live_since(self, tracker: Watched) -> datetime | None:
        """Since when a tracker has been in the tag for a campaign that is live; None when it is for none."""
        if tracker.kind is Kind.AAT:
            return min(self.live.values(), default=None)
        return self.live.get(tracker.campaign_id)

    def is_alarming(self, tracker: Watched) -> bool:
        """Whether something seems to have broken: it is silent, and was live all the time it was."""
        since = self.live_since(tracker)
        lasting = since is not None and since <= self.now - SILENCE
        return lasting and self.of(tracker).health is Health.SILENT
