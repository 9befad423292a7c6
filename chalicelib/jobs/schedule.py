"""Queues what is due: the handler of the one clock there is, which ticks every few minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws import queue
from chalicelib.aws.queue import Message
from chalicelib.domain.account import Account
from chalicelib.domain.job import Job
from chalicelib.domain.schedule import SCHEDULES
from chalicelib.observability import logger
from chalicelib.table import accounts, jobs, removal, schedules

LOST_AFTER = timedelta(minutes=45)
"""A job that nobody has gone on with for so long has lost its message: a message that failed comes again
after half an hour."""


def handle(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Begin what is due in every account, and go on with what was left alone."""
    return tick(datetime.now(UTC))


def tick(now: datetime) -> dict[str, int]:
    """Begin what is due; how much that was, of how many accounts. 4 reads an account where nothing is."""
    begun = resent = number = 0
    for account_id in accounts.all_ids():
        number += 1
        begun += _begin_due(accounts.get(account_id), now)
        resent += _go_on(account_id, now)
    logger.info("tick", extra={"accounts": number, "begun": begun, "resent": resent})
    return {"accounts": number, "begun": begun, "resent": resent}


def _begin_due(account: Account, now: datetime) -> int:
    last = schedules.last_periods(account.id)
    begun = 0
    for schedule in SCHEDULES:
        period = schedule.period(now, account.zone)
        if period <= last.get(schedule.kind, ""):
            continue
        job = Job.begun(account.id, schedule.job_id(period), schedule.kind, now)
        if schedules.begin(schedule.kind, period, job):
            queue.send(Message(account.id, job.id))
            begun += 1
    return begun


def _go_on(account_id: str, now: datetime) -> int:
    """Finish deletions that were cut off, and send messages of jobs anew that have lost theirs."""
    removal.sweep(account_id)
    left = list(jobs.left_alone(account_id, now - LOST_AFTER))
    for job in left:
        queue.send(Message(account_id, job.id))
    return len(left)
