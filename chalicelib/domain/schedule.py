"""The table of schedules: what is done for every account again and again, and when.

Times are those of the account, but for hours, which are UTC's. What was not done when it was due, since
nothing ran, is done once as soon as something runs again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from chalicelib.domain.job import JobKind


class Every(StrEnum):
    """How often."""

    HOUR = "%Y%m%d%H"
    DAY = "%Y%m%d"
    WEEK = "%GW%V"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job that an account gets again and again: each hour, day or week, from an hour of its day on."""

    kind: JobKind
    every: Every
    hour: int = 0

    def period(self, now: datetime, zone: tzinfo) -> str:
        """The hour, day or week that is due at a moment. Sorts by time; of each there is one job."""
        if self.every is Every.HOUR:  # UTC's: where clocks go back, an hour of the account comes twice
            return now.astimezone(UTC).strftime(self.every)
        # The hour is taken off in local time: a day with 23 or 25 hours is one day.
        local = now.astimezone(zone).replace(tzinfo=None) - timedelta(hours=self.hour)
        return local.strftime(self.every)

    def job_id(self, period: str) -> str:
        """The id of the period's job."""
        return f"{self.kind}_{period}"


REPORTS = Schedule(JobKind.REPORTS, Every.DAY, hour=8)
SCHEDULES = (
    Schedule(JobKind.ROLL_UP, Every.DAY, hour=2),
    Schedule(JobKind.PROOF, Every.DAY, hour=4),
    REPORTS,
    Schedule(JobKind.HEALTH, Every.HOUR),
    Schedule(JobKind.SESSION_ENDS, Every.HOUR),
)
"""Every job that comes by itself. What expires does so by the table's own TTL."""

HOURLY = frozenset(each.kind for each in SCHEDULES if each.every is Every.HOUR)
"""The jobs of which there are 24 a day."""
