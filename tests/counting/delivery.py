"""The table's stream as Lambda delivers it: in shards, each in its order, at least once, cut anyhow."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any
from zlib import crc32

from chalicelib.errors import Unavailable
from chalicelib.jobs.count import handle
from infra.local import stream
from infra.local.stream import Record, Shard

SHARDS = 3


class Delivery:
    """The records of the emulator's stream, which has one shard, spread over several by partition key.

    Half of an example's shards are of a later generation: shards split and end, and others take over.
    """

    def __init__(self, table: str) -> None:
        streams = stream.connected()
        arn = stream.arn_of(streams, table)
        [shard_id] = stream.shards_of(streams, arn)
        self._shard = Shard(streams, arn, shard_id, None)
        self._wire = streams

    def close(self) -> None:
        self._wire.close()

    def new_records(self) -> list[Record]:
        """What has come since the last call."""
        found: list[Record] = []
        while records := self._shard.read():
            found += records
        return found

    def deliver_all(self, chaos: Random) -> None:
        """Deliver until nothing is left, with whatever the counting itself writes."""
        shards: dict[str, list[Record]] = defaultdict(list)
        acknowledged: dict[str, int] = defaultdict(int)
        while True:
            waiting = [name for name, records in shards.items() if acknowledged[name] < len(records)]
            if not waiting or chaos.random() < 0.2:
                new = self.new_records()
                for record in new:
                    shards[_shard_of(record, chaos.random() < 0.5)].append(record)
                if not waiting and not new:
                    return
                continue
            name = chaos.choice(waiting)
            acknowledged[name] = _delivered(name, shards[name], acknowledged[name], chaos)


def _delivered(name: str, records: list[Record], start: int, chaos: Random) -> int:
    """Deliver some records; up to where they are acknowledged, which may be where it began."""
    if start and chaos.random() < 0.1:
        first = chaos.randrange(start)
        _handled(name, records[first : chaos.randint(first + 1, start)])
    end = chaos.randint(start + 1, len(records))
    done = _handled(name, records[start:end])
    return end if done and chaos.random() < 0.7 else start


def _handled(name: str, records: list[Record]) -> bool:
    event: dict[str, Any] = {"Records": records, "shardId": name, "state": {}}
    try:
        return handle(event) == {"state": {}}
    except Unavailable:
        return False


def _shard_of(record: Record, later: bool) -> str:
    partition = record["dynamodb"]["Keys"]["PK"]["S"]
    return f"shardId-{crc32(partition.encode()) % SHARDS}-{'later' if later else 'earlier'}"
