"""Subscriptions: who gets a campaign's report again and again, and by which way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from urllib.parse import urlsplit

from chalicelib.domain.schedule import Every, Schedule
from chalicelib.errors import Invalid

MAX_SUBSCRIPTIONS = 100
"""Of an account."""

MAX_ADDRESS = 512
_MAIL = re.compile(
    r"(?!.*=\?)[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}",
    re.IGNORECASE | re.ASCII,
)
"""With the characters of RFC 5322's dot-atom, but nothing that a header would decode (RFC 2047)."""

_ASCII = re.compile(r"[!-~]+")


class Channel(StrEnum):
    """By which way a report goes."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class Rhythm(StrEnum):
    """How often a report goes: each day, or each week on Monday."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Somebody who gets a campaign's report.

    Attributes:
        secret: what webhooks are signed with; empty for mails.
        last_sent: the period whose report was sent last because it was due; empty before the first.
        sent_at: when a report was sent last, due or asked for.
        problem: why the last report could not be sent; empty once one was.
    """

    id: str
    campaign_id: str
    channel: Channel
    address: str
    every: Rhythm
    created_at: datetime
    secret: str = ""
    last_sent: str = ""
    sent_at: datetime | None = None
    problem: str = ""

    def due(self, schedule: Schedule, now: datetime, zone: tzinfo) -> str | None:
        """The period whose report is due; None when it was sent, or began before the subscription.

        Periods sort by time.
        """
        every = Every.DAY if self.every is Rhythm.DAY else Every.WEEK
        of = Schedule(schedule.kind, every, schedule.hour)
        period = of.period(now, zone)
        return period if period > max(self.last_sent, of.period(self.created_at, zone)) else None


def checked_address(channel: Channel, address: str, *, local: bool) -> str:
    """The address, if mails or calls can go there. Raises Invalid.

    Calls go to other machines over TLS; on a ``local`` system they may stay on it.
    """
    if channel is Channel.EMAIL:
        if not _MAIL.fullmatch(address):
            raise Invalid.field("address", "must be a mail address")
        return address
    if not _can_be_called(address, "http" if local else "https"):
        raise Invalid.field("address", "must be an https:// address without a user's name")
    return address


def _can_be_called(address: str, least: str) -> bool:
    try:
        parts = urlsplit(address)
        (parts.hostname or "").encode("idna")
        usable = bool(parts.hostname) and not parts.username and parts.port != 0
        return usable and parts.scheme in ("https", least) and _ASCII.fullmatch(address) is not None
    except ValueError:  # of the port or the host's name, too
        return False
