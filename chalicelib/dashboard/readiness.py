"""How far campaigns are from a report to decide by, from their counts alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import counts, readiness
from chalicelib.domain.account import Readiness
from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.ids import number_in
from chalicelib.domain.readiness import Missing, What
from chalicelib.domain.statistics import sample_ratio
from chalicelib.table import counters

STARTED = (Status.LIVE, Status.PAUSED, Status.ENDED)
"""Statuses in which there is a report to wait for."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a campaign's report waits for; nothing when it is ready.

    Attributes:
        percent: how far the slowest is.
        mismatch: whether the visitors contradict the weights; of weights that were changed the report tells.
    """

    visitors: int
    missing: Sequence[Missing]
    percent: int
    mismatch: bool

    @property
    def ready(self) -> bool:
        """Whether there is enough to decide by."""
        return not self.missing

    @property
    def lines(self) -> list[str]:
        """What is missing, for people: one line for each thing, whichever variation lacks the most of it."""
        lines = []
        for what, line in _LINES.items():
            lacking = [each.needs - each.has for each in self.missing if each.what is what]
            if lacking:
                lines.append(line.format(number=max(lacking), s="" if max(lacking) == 1 else "s"))
        return lines


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    visitors: int
    converters: int


def waiting(account_id: str, campaign: Campaign, needs: Readiness, now: datetime) -> Waiting:
    """What the campaign's report waits for. 1 query."""
    wanted = {counts.visitors(each.id) for each in campaign.variations}
    wanted |= {counts.converters(_primary(campaign), each.id) for each in campaign.variations}
    return waiting_of(campaign, counters.total_of(account_id, campaign.id, wanted), needs, now)


def waiting_of(campaign: Campaign, total: Counter[str], needs: Readiness, now: datetime) -> Waiting:
    """What the report waits for, with these counts of all its days."""
    primary = _primary(campaign)
    rows = [
        _Row(
            each.id,
            total[counts.visitors(each.id)],
            total[counts.converters(primary, each.id)],
        )
        for each in campaign.variations
    ]
    missing = list(readiness.missing(campaign, needs, rows, rows if campaign.primary_id else None, now))
    percent = min((_percent(each) for each in missing), default=100)
    visitors, weights = [row.visitors for row in rows], [each.weight for each in campaign.variations]
    mismatch = not campaign.weights_since and not sample_ratio(visitors, weights).ok
    return Waiting(sum(visitors), missing, percent, mismatch)


def _primary(campaign: Campaign) -> str:
    """What the counts call the tracker of the primary goal; nothing without one."""
    return str(number_in(campaign.primary_id)) if campaign.primary_id else ""


def _percent(missing: Missing) -> int:
    return max(0, 100 * missing.has // missing.needs) if missing.needs else 100


_LINES = {
    What.PRIMARY_GOAL: "a primary goal",
    What.DAYS_LIVE: "{number:,} more day{s} live",
    What.VISITORS: "{number:,} more visitor{s} in a variation",
    What.CONVERTERS: "{number:,} more converter{s} in a variation",
}
