"""Whether trackers receive anything, told from the counts of the account's campaigns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.tracker import Kind, Tracker
from chalicelib.domain.traffic import day_of
from chalicelib.table import campaigns, counters

MOST_CAMPAIGNS = 100
"""How many of the newest campaigns are looked at."""


class Health(StrEnum):
    """How a tracker is, in the order of what needs attention."""

    SILENT = "silent"
    NEVER = "never"
    RECEIVING = "receiving"
    NOT_LIVE = "not_live"


@dataclass(frozen=True, slots=True)
class Condition:
    """A tracker's health, and the account's day of its last action, None without any."""

    health: Health
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known of all trackers of an account.

    Attributes:
        last_days: ISO date of each tracker's last action, by its number.
        live: campaigns that are live.
        silent_before: a last action before this ISO date is more than 24 hours ago.
    """

    last_days: Mapping[int, str]
    live: frozenset[str]
    silent_before: str

    def of(self, tracker: Tracker) -> Condition:
        """A tracker's condition. An account tracker is live with any campaign, another one with its own."""
        last = self.last_days.get(tracker.number)
        last_day = date.fromisoformat(last) if last else None
        if not (self.live if tracker.kind is Kind.AAT else tracker.campaign_id in self.live):
            return Condition(Health.NOT_LIVE, last_day)
        if last is None:
            return Condition(Health.NEVER, None)
        health = Health.SILENT if last < self.silent_before else Health.RECEIVING
        return Condition(health, last_day)


def pulse(account: Account, now: datetime) -> Pulse:
    """What is known of all trackers. 1 query, 1 batch read, and 1 query a campaign that was live."""
    listed = campaigns.listed(account.id, None, MOST_CAMPAIGNS, None).items
    started = [each for each in listed if each.first_live_at is not None]
    return Pulse(
        last_days=_last_days(account.id, started),
        live=frozenset(each.id for each in listed if each.status is Status.LIVE),
        silent_before=day_of(now - timedelta(days=1), account.zone),
    )


def _last_days(account_id: str, started: Iterable[Campaign]) -> dict[int, str]:
    """ISO dates of last actions by the number of the tracker."""
    last: dict[int, str] = {}
    for campaign in started:
        for day, counted in counters.days_of(account_id, campaign.id).items():
            for name in counted:
                family, _, rest = name.partition(".")
                if family == "a":
                    number = int(rest.partition(".")[0])
                    last[number] = max(last.get(number, ""), day)
    return last
