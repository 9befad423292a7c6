"""Profiles: what is known of a visitor, and what they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Identifier:
    """What else a visitor is known by. ``kind`` is ``email`` or ``user_id``."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class SeenVariation:
    """A variation of a campaign that the visitor saw, and when they last began to."""

    campaign_id: str
    variation_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """A visitor. Times are those of the first and the last event that is kept; None where none is left."""

    uuid: str
    first_seen: datetime | None
    last_seen: datetime | None
    identifiers: tuple[Identifier, ...]
    variations: tuple[SeenVariation, ...]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it is stored.

    Attributes:
        campaigns: those that it counts in, with their variations.
        fallback: which of the tracker's fallback selectors matched, from 1 on; None when its selector did.
    """

    id: str
    action: str
    label: str
    time: datetime
    uuid: str
    params: Mapping[str, Any]
    tracker_id: str | None
    campaigns: Mapping[str, str]
    fallback: int | None
