"""Hands what is written to the table to the function that counts it, as Lambda's event source mapping does.

`python -m infra.local.triggers CHECKPOINT LIFE`, a child of `infra.local.dev`. CHECKPOINT is the file that
says how far it has come, LIFE names the emulator's process: shards of another life have the same names and
other records, so counters are told the life with the shard. A batch that fails is tried again until it
succeeds, and what follows it waits. SIGTERM makes it count what is left, and end.
"""

import json
import logging.config
import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.jobs.count import handle
from chalicelib.table.wire import Wire
from infra.local import stream
from infra.local.checkpoint import Checkpoint
from infra.local.stream import Record, Shard

BATCH = 100
"""Most records that the function gets at once, as in AWS."""

POLL = 0.25
"""Seconds between looks at a shard that had nothing more: a click is counted within about a second."""

LOOK_FOR_SHARDS = 10.0
"""Seconds between looks for shards that have come up."""

MOST_PAUSE = 5.0
TRIES_AT_THE_END = 5
PAUSE_AT_THE_END = 0.5

_log = logging.getLogger(__name__)


class Counting:
    """The state of the trigger: which shards there are, and how far each was counted."""

    def __init__(self, wire: Wire, table: str, checkpoint: Checkpoint, stopping: threading.Event) -> None:
        self._wire = wire
        self._arn = stream.arn_of(wire, table)
        self._checkpoint = checkpoint
        self._stopping = stopping
        self._shards: dict[str, Shard] = {}
        self._next_look = 0.0

    def run(self) -> None:
        """Count until the end is asked for, then what is left. Raises what keeps the end from coming."""
        while not self._stopping.is_set():
            if self._round() < BATCH:
                self._stopping.wait(POLL)
        while self._round():
            pass
        self._checkpoint.end()

    def _round(self) -> int:
        """Count what each shard has now; return how many records there were."""
        if time.monotonic() >= self._next_look:
            self._tried(self._find_shards)
            self._next_look = time.monotonic() + LOOK_FOR_SHARDS
        return sum(self._counted(shard) for shard in self._shards.values())

    def _find_shards(self) -> None:
        """Shards need no order among them, parents before children: each has counters of its own."""
        for shard_id in stream.shards_of(self._wire, self._arn):
            if shard_id not in self._shards:
                after = self._checkpoint.after.get(shard_id)
                self._shards[shard_id] = Shard(self._wire, self._arn, shard_id, after)

    def _counted(self, shard: Shard) -> int:
        records: list[Record] = self._tried(shard.read)
        for start in range(0, len(records), BATCH):
            event = event_of(records[start : start + BATCH], f"{self._checkpoint.life}-{shard.id}")
            self._tried(handle, event)
            shard.after = event["Records"][-1]["dynamodb"]["SequenceNumber"]
            self._checkpoint.advance(shard.id, shard.after)
        return len(records)

    def _tried(self, work: Any, *arguments: Any) -> Any:
        """Do the work until it succeeds, with growing pauses; a few times only once the end is asked for."""
        failures = tries_at_the_end = 0
        while True:
            try:
                return work(*arguments)
            except Exception:
                tries_at_the_end += self._stopping.is_set()
                if tries_at_the_end == TRIES_AT_THE_END:
                    raise
                _log.exception("it is tried again")
                if self._stopping.is_set():
                    time.sleep(PAUSE_AT_THE_END)
                else:
                    self._stopping.wait(min(MOST_PAUSE, 0.1 * 2**failures))
                failures += 1


def event_of(records: list[Record], shard: str) -> dict[str, Any]:
    """Return the event of a batch, in the form of a mapping with a tumbling window.

    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
    """
    start = datetime.now(UTC).replace(second=0, microsecond=0)
    return {
        "Records": records,
        "window": {"start": start.isoformat(), "end": (start + timedelta(minutes=1)).isoformat()},
        "state": {},
        "shardId": shard,
        "eventSourceARN": records[0]["eventSourceARN"],
        "isFinalInvokeForWindow": False,
        "isWindowTerminatedEarly": False,
    }


def main(checkpoint: str, life: str) -> None:
    """Count what the table that the environment names gets, until a signal asks for the end."""
    logging.config.dictConfig(json.loads(Path(__file__).with_name("logging.json").read_text()))
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    begun = Checkpoint.begin(Path(checkpoint), life)
    Counting(stream.connected(), os.environ["ACTRAIL_TABLE"], begun, stopping).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
