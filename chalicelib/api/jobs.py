"""Jobs: what goes on in the background, and exports, which do."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from chalicelib.api.http import Call, answer, operation
from chalicelib.api.schema import Body, Paged, PageQuery, Query, UtcTime, View
from chalicelib.aws import files, queue
from chalicelib.aws.queue import Message
from chalicelib.domain.api_key import Scope
from chalicelib.domain.ids import new_id
from chalicelib.domain.job import Job, JobKind, JobStatus
from chalicelib.errors import IdempotencyKeyReused
from chalicelib.table import jobs
from chalicelib.table.once import Answer


class JobsQuery(PageQuery):
    """Which jobs."""

    status: JobStatus | None = None


class JobView(View):
    """Something that is done in the background: how far it has come, and in the end what came of it."""

    id: str
    kind: JobKind
    status: JobStatus
    done: int = Field(description="how many things it has dealt with")
    total: int | None = Field(description="how many there are; null until that is known")
    created_at: UtcTime
    updated_at: UtcTime
    result: dict[str, Any]
    error: str | None

    @classmethod
    def showing(cls, job: Job) -> JobView:
        """The job, with links to its files in place of their names."""
        view = cls.of(job)
        if names := job.result.get("files"):
            view.result = {**job.result, "files": [files.link(name) for name in names]}
        return view


def accepted(job: Job) -> Answer:
    """The answer that a job was begun."""
    return answer(JobView.showing(job), 202)


def begun(job: Job) -> Answer:
    """The answer that a job was begun; it is put on the queue."""
    queue.send(Message(job.account_id, job.id))
    return accepted(job)


@operation(scope=Scope.READ, query=JobsQuery, answers={200: Paged[JobView]})
def list_jobs(call: Call[Body, JobsQuery]) -> Answer:
    """List jobs: those that run, then those that failed, then those that are done

    Each group in the order in which they were begun. What is over is kept for 30 days.
    """
    page = jobs.listed(call.account_id, call.query.status, call.query.limit, call.query.cursor)
    views = page.mapped(JobView.of)
    return answer(Paged[JobView](items=views.items, next_cursor=views.next_cursor))


@operation(scope=Scope.READ, answers={200: JobView})
def get_job(call: Call[Body, Query], job_id: str) -> Answer:
    """Get a job

    Links to its files work for a quarter of an hour.
    """
    return answer(JobView.showing(jobs.get(call.account_id, job_id)))


@operation(scope=Scope.ADMIN, answers={202: JobView}, refuses=(IdempotencyKeyReused,))
def export_account(call: Call[Body, Query]) -> Answer:
    """Export everything the account has

    As files of JSON lines, compressed with gzip. They are kept for 7 days.
    """
    job = Job.begun(call.account_id, new_id(call.now), JobKind.ACCOUNT_EXPORT, call.now)
    return begun(jobs.begin(job, call.intent(accepted)))
