"""What a report costs, whatever the number of events behind it.

`python -m infra.bench.report [--json] [--sizes 1000 10000 ...]` starts an emulator, has the real handler
count so many events for a campaign of its own each, and asks the app for the reports, in turn. It prints the
DynamoDB requests of each besides the key's read, the median of wall time and of this process's CPU, and the
ratio of the largest to the smallest. Only intake is left out: records come as the stream would bring them.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from chalice.test import Client
from click.testing import CliRunner

from app import app
from chalicelib.cli import main as actrail
from chalicelib.jobs.count import handle
from chalicelib.observability import logger
from chalicelib.table import keys
from infra.bench.tally import requests_sent
from infra.local import emulator, isolation

SIZES = (1_000, 10_000, 100_000, 1_000_000)
REPEATS = 40
DAYS = 14
VARIATIONS = 2
GOALS = 3
EVENTS_OF_A_VISITOR = 20
BATCH = 1_000
"""Records that the handler gets at once: ten times what it gets in AWS, to come to a million sooner."""


@dataclass
class Measured:
    """The reports of one campaign: requests of each, and milliseconds of all."""

    events: int
    path: str
    requests: int = 0
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def row(self) -> dict[str, float]:
        """The figures, times as medians."""
        return {
            "events": self.events,
            "requests": self.requests,
            "wall_ms": round(median(self.wall), 2),
            "cpu_ms": round(median(self.cpu), 2),
        }


class Account:
    """An account on a new table of the emulator that the environment names, asked over the app."""

    def __init__(self) -> None:
        CliRunner().invoke(actrail, ["table", "create"], catch_exceptions=False)
        made = CliRunner().invoke(actrail, ["account", "create", "Bench", "--json"], catch_exceptions=False)
        self._key = json.loads(made.output)["secret_key"]
        self.id = json.loads(made.output)["account_id"]
        self._client = Client(app)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The parsed answer. Raises RuntimeError when it is none of success."""
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        raw = b"" if body is None else json.dumps(body).encode()
        answer = self._client.http.request(method, path, headers=headers, body=raw)
        if answer.status_code >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.body.decode()}")
        return answer.json_body

    def counted_campaign(self, events: int) -> str:
        """The path of the report of a new campaign with so many events, counted by the handler."""
        campaign = self.call("POST", "/v1/campaigns", {"name": f"{events} events", "type": "ab"})
        path = f"/v1/campaigns/{campaign['id']}"
        numbers = []
        for index in range(GOALS):
            new = {"name": f"Goal {index} of {events}", "event": "click", "selector": "a", "kind": "aat"}
            tracker = self.call("POST", f"{path}/trackers", new)
            self.call("PUT", f"{path}/goals/{tracker['id']}", {"role": "secondary"})
            numbers.append(str(tracker["number"]))
        records = _records(self.id, campaign["id"], numbers, events)
        while batch := list(islice(records, BATCH)):
            handle({"Records": batch, "shardId": "shardId-1", "state": {}})
        return f"{path}/report"


def measure(sizes: Sequence[int] = SIZES, repeats: int = REPEATS) -> list[dict[str, float]]:
    """A row for each size, in an emulator of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with emulator.running(folder, folder / "emulator.log") as started:
            os.environ["AWS_ENDPOINT_URL"] = started.endpoint
            account = Account()
            measured = [Measured(size, account.counted_campaign(size)) for size in sizes]
            for _ in range(repeats):
                for each in measured:
                    _measure_one(account, each)
    return [each.row() for each in measured]


def _measure_one(account: Account, measured: Measured) -> None:
    with requests_sent() as sent:
        wall, cpu = time.perf_counter(), time.process_time()
        report = account.call("GET", measured.path)
        measured.wall.append((time.perf_counter() - wall) * 1000)
        measured.cpu.append((time.process_time() - cpu) * 1000)
    measured.requests = sent.total() - 1
    counted = sum(row["actions"] for goal in report["goals"] for row in goal["variations"])
    exposed = sum(variation["visitors"] for variation in report["variations"])
    if counted + exposed != measured.events:
        raise RuntimeError(f"{counted} actions and {exposed} visitors are not {measured.events} events")


def _records(account: str, campaign: str, trackers: list[str], events: int) -> Iterator[dict[str, Any]]:
    """New markers and events of visitors who see a variation and then act, spread over the last days."""
    today = datetime.now(UTC)
    sequence = 0
    for visitor in range(events // EVENTS_OF_A_VISITOR):
        uuid, variation = f"visitor-{visitor}", str(visitor % VARIATIONS)
        day = (today - timedelta(days=DAYS - 1 - visitor * EVENTS_OF_A_VISITOR * DAYS // events)).date()
        tracker = trackers[visitor // VARIATIONS % GOALS]
        new = [
            (keys.exposure(account, campaign, variation, uuid), "marker"),
            (keys.conversion(account, campaign, tracker, variation, uuid), "marker"),
            *((keys.event(account, uuid, "", str(n)), "event") for n in range(EVENTS_OF_A_VISITOR - 1)),
        ]
        for key, kind in new:
            sequence += 1
            item: dict[str, Any] = {
                "PK": {"S": key.partition},
                "SK": {"S": key.sort},
                "type": {"S": kind},
                "day": {"S": day.isoformat()},
                "expires_at": {"N": "4102444800"},
            }
            if kind == "event":
                item |= {"tracker": {"N": tracker}, "campaigns": {"M": {campaign: {"S": variation}}}}
            yield {"eventName": "INSERT", "dynamodb": {"NewImage": item, "SequenceNumber": str(sequence)}}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="events behind each report")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="reports of each size")
    options = parser.parse_args()
    isolation.forget_accounts()
    logger.setLevel("ERROR")
    rows = measure(options.sizes, options.repeats)
    ratio = round(rows[-1]["wall_ms"] / rows[0]["wall_ms"], 3)
    if options.json:
        print(json.dumps({"rows": rows, "ratio": ratio}))
        return
    for row in rows:
        print("  ".join(f"{name} {value:>10}" for name, value in row.items()))
    print(
        f"time at {rows[-1]['events']} events to time at {rows[0]['events']}: {ratio} (target: at most 1.2)"
    )


if __name__ == "__main__":
    main()
