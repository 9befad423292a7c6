"""Jobs: what goes on in the background. Whoever goes on with one states the version it went on from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.domain.job import Job, JobKind, JobStatus
from chalicelib.domain.schedule import HOURLY
from chalicelib.errors import NotFound
from chalicelib.table import keys, stored
from chalicelib.table.once import FOR_REAL, Intent
from chalicelib.table.pages import Page, Range, page
from chalicelib.table.rows import Row
from chalicelib.table.stored import Stored
from chalicelib.table.transaction import Changed, Transaction

KEPT = timedelta(days=30)
"""How long one can look at what came of a job."""

KEPT_HOURLY = timedelta(days=2)
"""The same of a job that comes each hour."""

_AS_IS = (
    "kind", "created_at", "updated_at", "status", "arguments", "place", "done", "total", "result", "error",
    "version",
)  # fmt: skip


class JobRow(Row, discriminator="job"):
    """A job, listed in the index by its status and age."""

    kind = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    status = UnicodeAttribute()
    arguments = JSONAttribute()
    place = JSONAttribute()
    done = NumberAttribute()
    total = NumberAttribute(null=True)
    result = JSONAttribute()
    error = UnicodeAttribute(null=True)
    version = NumberAttribute()
    expires_at = NumberAttribute(null=True)


def add(transaction: Transaction, job: Job, pause: timedelta | None = None) -> None:
    """Let a transaction begin a job; one with its id that goes on lets it fail with Changed.

    So does one that is over and was begun less than a ``pause`` ago.
    """
    free = _is_over() if pause is None else _is_over() & (JobRow.created_at < job.created_at - pause)
    transaction.put(_row(job), JobRow.PK.does_not_exist() | free, otherwise=Changed())


def begin(job: Job, intent: Intent = FOR_REAL) -> Job:
    """Store a job, or the one with its id that goes on already: that one is returned. 2 write units."""
    transaction = intent.begin(job)
    add(transaction, job)
    try:
        transaction.run()
    except Changed:
        return get(job.account_id, job.id)
    return job


def find(account_id: str, job_id: str) -> Job | None:
    """The job. 1 read."""
    found = stored.find(keys.job(account_id, job_id))
    return None if found is None else _job(found)


def get(account_id: str, job_id: str) -> Job:
    """Raises NotFound. 1 read."""
    job = find(account_id, job_id)
    if job is None:
        raise NotFound("job")
    return job


def save(before: Job, after: Job, now: datetime) -> Job:
    """Store how far a job has come; return it as stored.

    Raises Changed when somebody else has gone on with it meanwhile. 2 write units a KB.
    """
    saved = replace(after, version=before.version + 1, updated_at=now)
    transaction = Transaction()
    transaction.put(_row(saved), JobRow.version == before.version, otherwise=Changed())
    transaction.run()
    return saved


def listed(account_id: str, status: JobStatus | None, limit: int, cursor: str | None) -> Page[Job]:
    """Jobs by status, those that run first, each in the order they were begun. Up to 3 queries."""
    wanted = [status] if status else [JobStatus.RUNNING, JobStatus.FAILED, JobStatus.DONE]
    places = [keys.job_by_status(account_id, each) for each in wanted]
    ranges = [Range(place.partition, place.sort, in_index=True) for place in places]
    return page(ranges, limit, cursor).mapped(_job)


def left_alone(account_id: str, since: datetime) -> Iterator[Job]:
    """Jobs that run and that nobody has gone on with since a time: their messages were lost. 1 query."""
    place = keys.job_by_status(account_id, JobStatus.RUNNING)
    running = stored.listed(place.partition, place.sort, index=keys.INDEX)
    return (job for job in map(_job, running) if job.updated_at < since)


def _is_over() -> Condition:
    return JobRow.status != JobStatus.RUNNING.value


def _row(job: Job) -> JobRow:
    row = JobRow.at(keys.job(job.account_id, job.id), **{name: getattr(job, name) for name in _AS_IS})
    if job.status is not JobStatus.RUNNING:
        kept = KEPT_HOURLY if job.kind in HOURLY else KEPT
        row.expires_at = int((job.updated_at + kept).timestamp())
    created_at = job.created_at.isoformat()
    return row.listed(keys.job_by_status(job.account_id, job.status, created_at, job.id))


def _job(stored: Stored) -> Job:
    return Job(
        account_id=stored["PK"].partition("#")[0],
        id=stored["SK"],
        kind=JobKind(stored["kind"]),
        created_at=datetime.fromisoformat(stored["created_at"]),
        updated_at=datetime.fromisoformat(stored["updated_at"]),
        arguments=orjson.loads(stored["arguments"]),
        status=JobStatus(stored["status"]),
        place=orjson.loads(stored["place"]),
        done=stored["done"],
        total=stored.get("total"),
        result=orjson.loads(stored["result"]),
        error=stored.get("error"),
        version=stored["version"],
    )
