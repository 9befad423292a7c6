"""Schedules: which period of each was last begun. A period is begun with its job, or not at all."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain.job import Job
from chalicelib.table import jobs, keys, stored
from chalicelib.table.rows import Row
from chalicelib.table.transaction import Changed, Transaction


class ScheduleRow(Row, discriminator="schedule"):
    period = UnicodeAttribute()


def last_periods(account_id: str) -> dict[str, str]:
    """The period of each schedule that was last begun, by name. 1 query."""
    partition = keys.schedule(account_id, "").partition
    return {each["SK"]: each["period"] for each in stored.listed(partition)}


def begin(name: str, period: str, job: Job) -> bool:
    """Begin a schedule's period with its job; whether nobody had begun it before. 4 write units."""
    transaction = Transaction()
    row = ScheduleRow.at(keys.schedule(job.account_id, name), period=period)
    # Periods sort by time: one that is over is not begun again.
    due = ScheduleRow.PK.does_not_exist() | (ScheduleRow.period < period)
    transaction.put(row, due, otherwise=Changed())
    jobs.add(transaction, job)
    try:
        transaction.run()
    except Changed:
        return False
    return True
