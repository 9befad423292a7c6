"""Accounts (the tenants) and their sites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from chalicelib.errors import Invalid

_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9-]{1,63}(:\d{1,5})?")
_ORIGIN = re.compile(r"https?://[a-z0-9.\-_]{1,253}(:\d{1,5})?")
_PATTERN = re.compile(r"[a-zA-Z0-9.\-_*]{1,32}")


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a report waits for: days live, and visitors and unique converters a variation."""

    days: int = 14
    visitors: int = 5000
    converters: int = 300


@dataclass(frozen=True, slots=True)
class Account:
    """The tenant. ``time_zone`` is an IANA name: its midnight ends sessions and days of reports."""

    id: str
    name: str
    created_at: datetime
    time_zone: str = "UTC"
    retention_days: int = 395
    readiness: Readiness = field(default_factory=Readiness)
    version: int = 1

    @property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Site:
    """A domain of the account. ``origins`` limit its write keys in browsers; no origin, no limit.

    ``options`` are those of its tag that differ from the defaults of ``domain.tag.SiteOptions``.
    """

    id: str
    domain: str
    created_at: datetime
    origins: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    options: Mapping[str, str | bool] = field(default_factory=dict)
    version: int = 1


def checked_time_zone(name: str) -> str:
    """Raises Invalid when the IANA database has no such zone."""
    if name not in available_timezones():
        raise Invalid.field("time_zone", "must be an IANA time zone such as Europe/Berlin")
    return name


def checked_domain(text: str) -> str:
    """A host name in lower case, with its port if it has one. Raises Invalid otherwise."""
    domain = text.strip().lower()
    if not _DOMAIN.fullmatch(domain):
        raise Invalid.field("domain", "must be a host name such as shop.example.com")
    return domain


def checked_origins(origins: list[str]) -> tuple[str, ...]:
    """Origins as browsers send them, each once. Raises Invalid naming the first that is none."""
    return _each_checked("origins", [origin.lower() for origin in origins], _ORIGIN, "an origin")


def checked_patterns(field_name: str, patterns: list[str]) -> tuple[str, ...]:
    """Patterns of actions, ``*`` for any text, each once. Raises Invalid naming the first bad one."""
    return _each_checked(field_name, patterns, _PATTERN, "an action such as cart.add or cart.*")


def _each_checked(name: str, texts: list[str], rule: re.Pattern[str], what: str) -> tuple[str, ...]:
    for index, text in enumerate(texts):
        if not rule.fullmatch(text):
            raise Invalid.field(f"{name}.{index}", f"must be {what}")
    return tuple(dict.fromkeys(texts))
