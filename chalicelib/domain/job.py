"""Jobs: what is done in the background, in steps that may be done again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class JobKind(StrEnum):
    """What a job does."""

    TRACKER_REMOVAL = "tracker_removal"
    CAMPAIGN_REMOVAL = "campaign_removal"
    PROFILE_ERASURE = "profile_erasure"
    ACCOUNT_EXPORT = "account_export"
    ROLL_UP = "roll_up"
    PROOF = "proof"
    REPORTS = "reports"
    HEALTH = "health"
    SESSION_ENDS = "session_ends"


class JobStatus(StrEnum):
    """Where a job is in its life. One that failed runs again when its message is sent again."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done in the background.

    Attributes:
        arguments: what it is told; gone once it is done, since it may name a person.
        place: how far it has come, for whoever goes on with it.
        done: how many things it has dealt with.
        total: how many there are; None until that is known.
        result: what came of it, for whoever asked for it.
        error: what it last failed with.
        version: grows by one with every step.
    """

    account_id: str
    id: str
    kind: JobKind
    created_at: datetime
    updated_at: datetime
    arguments: Mapping[str, str] = field(default_factory=dict)
    status: JobStatus = JobStatus.RUNNING
    place: Mapping[str, Any] = field(default_factory=dict)
    done: int = 0
    total: int | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None
    version: int = 1

    @classmethod
    def begun(cls, account_id: str, job_id: str, kind: JobKind, now: datetime, **arguments: str) -> Job:
        """A new job."""
        return cls(account_id, job_id, kind, now, now, arguments)

    def advanced(self, place: Mapping[str, Any], done: int = 0, total: int | None = None) -> Job:
        """The job, further on: at another place, with ``done`` more things dealt with."""
        return replace(self, place=place, done=self.done + done, total=total or self.total)

    def finished(self, result: Mapping[str, Any] | None = None) -> Job:
        """The job at its end."""
        return replace(
            self,
            status=JobStatus.DONE,
            total=self.done,
            place={},
            arguments={},
            result=result or self.result,
            error=None,
        )

    def running(self) -> Job:
        """The job, gone on with."""
        return replace(self, status=JobStatus.RUNNING, error=None)

    def with_result(self, result: Mapping[str, Any]) -> Job:
        """The job with what has come of it so far."""
        return replace(self, result=result)

    def failed(self, error: str) -> Job:
        """The job, given up. It knows where it was."""
        return replace(self, status=JobStatus.FAILED, error=error)


def removal_id(what: str, item_id: str) -> str:
    """The id of the one job that removes the data of a tracker or campaign, however often it is asked for."""
    return f"{what}_removal_{item_id}"
