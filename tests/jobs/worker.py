"""The queue's side of background work, as Lambda's poller plays it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner

from chalicelib.cli import main
from chalicelib.settings import settings
from infra.local import background
from tests.api.callers import Caller


@dataclass
class Context:
    """What a function is told: the time it has left, which gets shorter whenever it asks."""

    milliseconds: int = 300_000
    step: int = 0

    def get_remaining_time_in_millis(self) -> int:
        self.milliseconds -= self.step
        return self.milliseconds


def drain() -> None:
    """Do everything that is on the queue."""
    while background.deliver(settings().queue, threading.Event(), 0):
        pass


def finished(caller: Caller, job_id: str) -> dict[str, Any]:
    """The job, once the queue is empty."""
    drain()
    job: dict[str, Any] = caller.get(f"/v1/jobs/{job_id}").body
    assert job["status"] == "done", job
    assert job["done"] == job["total"]
    return job


def recounted(campaign_id: str) -> str:
    """What ``actrail recount`` says of a campaign."""
    command = ["recount", campaign_id, "--pause", "0"]
    return CliRunner().invoke(main, command, catch_exceptions=False).stdout
