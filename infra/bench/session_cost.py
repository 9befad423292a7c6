"""What a session costs besides what its visitor does in it: its start and end, and the notes of both.

Part of ``python -m infra.bench.cost``. Units are those of the items' sizes, as DynamoDB bills them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.job import Job, JobKind, JobStatus
from chalicelib.domain.session_end import END, QUIET, START, end_id
from chalicelib.jobs import session_ends
from chalicelib.table import begun_sessions
from infra.bench.cost_ground import Ground
from infra.bench.meter import Cost, metered_wire

SESSIONS = 100
LONG = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SessionUsage:
    """What one session takes of the table.

    Attributes:
        said_by: who says its end: the ``browser``, or the hourly ``job`` in its place.
        events: write units of what is sent, the start and, of a browser, the end.
        notes: write units of the notes; of a job also those of the end that it makes.
        index: write units of the index, which lists a session until its end is known.
        reads: read units of the job that looks for it and for its last event.
    """

    said_by: str
    events: float
    notes: float
    index: float
    reads: float

    @property
    def write_units(self) -> float:
        """All that is written."""
        return self.events + self.notes + self.index


def measure(ground: Ground) -> list[SessionUsage]:
    """Begin and end sessions of visitors of their own, by their browsers and by the job."""
    return [_usage(ground, "browser"), _usage(ground, "job")]


def _usage(ground: Ground, said_by: str) -> SessionUsage:
    begun = datetime.now(UTC) - LONG
    ground.new_records()
    actions = (START, END) if said_by == "browser" else (START,)
    with metered_wire() as sent:
        ground.take_in(_bodies(said_by, begun, actions))
    inserts = [each["dynamodb"] for each in ground.new_records()]
    with metered_wire() as noted:
        begun_sessions.note(inserts)
    ended = _ended(ground, begun + 2 * QUIET) if said_by == "job" else Cost()
    return SessionUsage(
        said_by,
        events=sent.write_units / SESSIONS,
        notes=(noted.write_units + ended.write_units) / SESSIONS,
        index=(noted.index_write_units + ended.index_write_units) / SESSIONS,
        reads=ended.read_units / SESSIONS,
    )


def _ended(ground: Ground, now: datetime) -> Cost:
    """What it takes to end all sessions. Raises RuntimeError when some are left."""
    job = Job.begun(ground.account_id, "session_ends", JobKind.SESSION_ENDS, now)
    with metered_wire() as cost:
        while job.status is JobStatus.RUNNING:
            job = session_ends.step(job, now)
    if job.done != SESSIONS:
        raise RuntimeError(f"{job.done} of {SESSIONS} sessions were ended")
    return cost


def _bodies(name: str, begun: datetime, actions: tuple[str, ...]) -> list[bytes]:
    """A request for each session."""
    return [
        json.dumps(
            [
                {
                    "id": end_id(f"{name}-{number}") if action == END else f"{name}-{number}",
                    "action": action,
                    "uuid": f"{name}-visitor-{number}",
                    "time": (begun + LONG if action == END else begun).isoformat(),
                }
                for action in actions
            ]
        ).encode()
        for number in range(SESSIONS)
    ]
