"""actrail job: what goes on in the background, and how far it is."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

from chalicelib.cli.output import Printed, command
from chalicelib.domain.job import Job, JobStatus
from chalicelib.table import accounts, jobs
from chalicelib.table.pages import every

PAGE = 100
LOOK = 1.0
"""Seconds between looks at a job that goes on."""


@click.group()
def job() -> None:
    """Background jobs of an account."""


@job.add_command
@command("list")
@click.argument("account_id")
@click.option("--status", type=click.Choice([str(status) for status in JobStatus]), help="Those alone.")
def list_jobs(account_id: str, status: str | None) -> list[dict[str, Any]]:
    """List the jobs of the account ACCOUNT_ID: those that run, that failed, that are done."""
    accounts.get(account_id)
    wanted = JobStatus(status) if status else None
    found = every(lambda cursor: jobs.listed(account_id, wanted, PAGE, cursor))
    return [
        {
            "job_id": each.id,
            "kind": each.kind,
            "status": each.status,
            "done": each.done,
            "total": each.total,
            "updated_at": each.updated_at,
        }
        for each in found
    ]


@job.add_command
@command("watch")
@click.argument("account_id")
@click.argument("job_id")
def watch(account_id: str, job_id: str) -> Printed:
    """Show how far the job JOB_ID of the account ACCOUNT_ID is, until it is over.

    Exit code 1 when it failed.
    """
    while (found := jobs.get(account_id, job_id)).status is JobStatus.RUNNING:
        of = "" if found.total is None else f" of {found.total}"
        _progress(f"{found.kind}: {found.done}{of}")
        time.sleep(LOOK)
    _progress("")
    result = {
        "job_id": found.id,
        "kind": found.kind,
        "status": found.status,
        "done": found.done,
        "result": found.result,
        "error": found.error,
    }
    return Printed(result, _text(found), exit_code=int(found.status is JobStatus.FAILED))


def _progress(text: str) -> None:
    """One line on standard error that is written over again and again, for people alone."""
    if not click.get_current_context().params["as_json"] and sys.stderr.isatty():
        click.echo(f"\r{text}\x1b[K", err=True, nl=False)


def _text(found: Job) -> str:
    said = [f"{found.kind}: {found.status}, {found.done} dealt with"]
    said += [f"{name}: {value}" for name, value in found.result.items()]
    return "\n".join([*said, *([found.error] if found.error else [])])
