"""What was counted of a campaign, and what must be known to report it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chalicelib.domain.account import Readiness
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.goal import Goal
from chalicelib.domain.tracker import Tracker

Days = Mapping[str, Counter[str]]
"""Counts by ISO date, in the account's time zone."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Everything a report is made from.

    Attributes:
        goals: in their order.
        trackers: those of the goals that are there, by id.
        days: all the campaign's days with counts, in their order.
    """

    campaign: Campaign
    goals: Sequence[Goal]
    trackers: Mapping[str, Tracker]
    zone: ZoneInfo
    readiness: Readiness
    days: Days
