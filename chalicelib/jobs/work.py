"""Does jobs: the handler of their queue. A message that comes again goes on where the job is.

A job is worked on in steps, each of which may be done again, until it is done or the function's time is over;
then a new message hands it on. What fails comes again after a while, a few times, and is then given up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.aws import queue
from chalicelib.aws.queue import Message
from chalicelib.domain.job import Job, JobKind, JobStatus
from chalicelib.jobs import erase, export, health, prove, purge, reports, roll_up, session_ends
from chalicelib.observability import logger
from chalicelib.table import jobs
from chalicelib.table.transaction import Changed

MARGIN = 45_000
"""Milliseconds that a step may take: with less left, the rest is for the next message."""

MOST_TRIES = 5
"""As often as the queue delivers a message; see infra/resources.json."""

Step = Callable[[Job, datetime], Job]
TimeLeft = Callable[[], int]
"""Milliseconds before the function is ended."""

STEPS: Mapping[JobKind, Step] = {
    JobKind.TRACKER_REMOVAL: purge.tracker_data,
    JobKind.CAMPAIGN_REMOVAL: purge.campaign_data,
    JobKind.PROFILE_ERASURE: erase.step,
    JobKind.ACCOUNT_EXPORT: export.step,
    JobKind.ROLL_UP: roll_up.step,
    JobKind.PROOF: prove.step,
    JobKind.REPORTS: reports.step,
    JobKind.HEALTH: health.step,
    JobKind.SESSION_ENDS: session_ends.step,
}


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Do the jobs of a batch of messages; name those that failed, which come again."""
    failed = [
        {"itemIdentifier": record["messageId"]}
        for record in event["Records"]
        if not _done(record, context.get_remaining_time_in_millis)
    ]
    return {"batchItemFailures": failed}


def work_on(message: Message, time_left: TimeLeft) -> Job | None:
    """Go on with a job until it is done or time is over; the job as it then is, None where there is none.

    Whoever meets somebody else who goes on with the same job leaves it to them.
    """
    job = jobs.find(*message)
    while job is not None and job.status is not JobStatus.DONE:
        if time_left() < MARGIN:
            queue.send(message)
            return job
        now = datetime.now(UTC)
        try:
            job = jobs.save(job, STEPS[job.kind](job.running(), now), now)
        except Changed:
            return jobs.find(*message)
    return job


def _done(record: Mapping[str, Any], time_left: TimeLeft) -> bool:
    logger.set_correlation_id(record["messageId"])
    try:
        message = queue.read(record["body"])
        work_on(message, time_left)
    except Exception as error:  # noqa: BLE001 - other messages of the batch are not to fail with this one
        logger.exception("a job failed")
        if int(record["attributes"]["ApproximateReceiveCount"]) >= MOST_TRIES:
            _give_up(record["body"], error)
        return False
    return True


def _give_up(body: str, error: Exception) -> None:
    """Note in a job that it failed for good. It goes on when its message is sent again."""
    try:
        job = jobs.find(*queue.read(body))
        if job is not None and job.status is JobStatus.RUNNING:
            jobs.save(job, job.failed(f"{type(error).__name__}: {error}"), datetime.now(UTC))
    except Exception:  # noqa: BLE001 - its message is on its way to the queue of failures anyway
        logger.exception("a job could not be marked as failed")
