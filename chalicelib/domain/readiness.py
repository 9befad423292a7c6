"""When a report is ready to decide by, and what it still waits for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.account import Readiness
from chalicelib.domain.campaign import Campaign


class What(StrEnum):
    """What a report can lack."""

    DAYS_LIVE = "days_live"
    VISITORS = "visitors"
    PRIMARY_GOAL = "primary_goal"
    CONVERTERS = "converters"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing a report still waits for: how much there is and how much it takes, of which variation."""

    what: What
    has: int
    needs: int
    variation_id: str | None = None


class Counted(Protocol):
    """A variation and its visitors."""

    @property
    def id(self) -> str: ...
    @property
    def visitors(self) -> int: ...


class Converted(Protocol):
    """A variation and its unique converters on the primary goal."""

    @property
    def id(self) -> str: ...
    @property
    def converters(self) -> int: ...


def missing(
    campaign: Campaign,
    needs: Readiness,
    variations: Sequence[Counted],
    primary: Sequence[Converted] | None,
    now: datetime,
) -> Iterator[Missing]:
    """Everything that the report lacks, nothing when it is ready.

    A variation without weight that nobody saw takes no part in the test, and is not waited for.
    ``primary`` is None without a primary goal.
    """
    days = campaign.seconds_live(now) // int(timedelta(days=1).total_seconds())
    if days < needs.days:
        yield Missing(What.DAYS_LIVE, days, needs.days)
    weights = {variation.id: variation.weight for variation in campaign.variations}
    waited_for = {each.id for each in variations if each.visitors or weights[each.id]}
    for counted in variations:
        if counted.id in waited_for and counted.visitors < needs.visitors:
            yield Missing(What.VISITORS, counted.visitors, needs.visitors, counted.id)
    if primary is None:
        yield Missing(What.PRIMARY_GOAL, 0, 1)
        return
    for converted in primary:
        if converted.id in waited_for and converted.converters < needs.converters:
            yield Missing(What.CONVERTERS, converted.converters, needs.converters, converted.id)
