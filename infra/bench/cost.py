"""What a million tracked actions cost on AWS: `python -m infra.bench.cost [--json]`.

Measures, on an emulator of its own, what a tracked action of a visitor in one campaign asks for at 1, 10 and
25 events a request, from the request to its counters: requests, write units and CPU of our own functions.
Prices them with `prices.json`. A function's time on AWS is that CPU on the share of a core its memory buys,
and ``WAIT_MS`` for each request to DynamoDB, which is assumed and not measured.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chalice.test import Client
from click.testing import CliRunner

from app import app
from chalicelib.cli import main as actrail
from chalicelib.jobs.count import handle
from chalicelib.settings import settings
from infra.bench import command
from infra.bench.tally import requests_sent
from infra.local import stream, triggers
from infra.local.stream import Shard

PRICES = json.loads(Path(__file__).with_name("prices.json").read_text())
EVENTS_A_REQUEST = (1, 10, 25)
EVENTS = 1_000
COUNTED_AT_ONCE = 100
"""Events whose records come in one batch: the fewer come, the more counting costs for each."""

WAIT_MS = 5.0
CORE_OF_A_GB = 0.58
LOG_BYTES = 500
"""Of the line that each request logs."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one event takes, at so many events a request."""

    events_a_request: int
    write_units: float
    requests: float
    api_ms: float
    count_ms: float


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars a million events, by what they are for."""

    events_a_request: int
    gateway: float
    functions: float
    table: float
    logs: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.gateway + self.functions + self.table + self.logs


def bill(usage: Usage, gateway_price: float) -> Bill:
    """The bill of a million events."""
    million, invocations = 1_000_000, 1_000_000 / usage.events_a_request
    seconds = million * (usage.api_ms * 1.0 + usage.count_ms * 0.5) / 1000
    batches = million / COUNTED_AT_ONCE
    return Bill(
        usage.events_a_request,
        gateway=invocations * gateway_price,
        functions=seconds * PRICES["lambda_gb_second_arm64"]
        + (invocations + batches) * PRICES["lambda_request"],
        table=million * usage.write_units * PRICES["dynamodb_write_unit"],
        logs=invocations * LOG_BYTES / 1e9 * PRICES["cloudwatch_logs_gb"],
    )


def measure() -> list[Usage]:
    """Take events in and count them, in an account of the table that the environment names."""
    made = CliRunner().invoke(actrail, ["account", "create", "Cost", "--json"], catch_exceptions=False)
    keys = json.loads(made.stdout)
    client = Client(app)
    send = _sender(client, keys["secret_key"])
    campaign = send("/v1/campaigns", {"name": "Cost", "type": "ab"})
    tracker = {"name": "Add", "event": "click", "selector": "#add", "kind": "aat"}
    tracker = send(f"/v1/campaigns/{campaign['id']}/trackers", tracker)
    return [
        _usage(client, keys["write_key"], campaign["id"], tracker["id"], each) for each in EVENTS_A_REQUEST
    ]


def _sender(client: Client, secret_key: str) -> Any:
    headers = {"Authorization": f"Bearer {secret_key}", "Content-Type": "application/json"}

    def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = client.http.post(
            path, headers=headers, body=json.dumps(body).encode()
        ).json_body
        return answer

    return send


def _usage(client: Client, write_key: str, campaign_id: str, tracker_id: str, at_once: int) -> Usage:
    bodies = _bodies(campaign_id, tracker_id, at_once)
    _sent(client, write_key, _bodies(campaign_id, tracker_id, at_once, "warm")[:3])
    position = _records(None)
    with requests_sent() as sent:
        began = time.process_time()
        _sent(client, write_key, bodies)
        taking = time.process_time() - began
    records = _records(position[-1]["dynamodb"]["SequenceNumber"])
    with requests_sent() as counted:
        began = time.process_time()
        # Each event has left a marker as well.
        for start in range(0, len(records), 2 * COUNTED_AT_ONCE):
            handle(triggers.event_of(records[start : start + 2 * COUNTED_AT_ONCE], f"cost-{at_once}"))
        counting = time.process_time() - began
    writes, updates = sent["BatchWriteItem"], counted["UpdateItem"]
    return Usage(
        events_a_request=at_once,
        write_units=(len(records) + updates) / EVENTS,
        requests=(writes + updates) / EVENTS,
        api_ms=_milliseconds(taking, writes, 1.0),
        count_ms=_milliseconds(counting, updates, 0.5),
    )


def _milliseconds(cpu: float, requests: int, gigabytes: float) -> float:
    """A function's time an event, in milliseconds."""
    return (cpu * 1000 / (CORE_OF_A_GB * gigabytes) + requests * WAIT_MS) / EVENTS


def _bodies(campaign_id: str, tracker_id: str, at_once: int, mark: str = "") -> list[bytes]:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    events = [
        {
            "id": f"{mark}{at_once}-{number}",
            "action": "element.click",
            "uuid": f"{mark}visitor-{at_once}-{number}",
            "time": now,
            "tracker_id": tracker_id,
            "campaigns": {campaign_id: "1"},
            "params": {"url": "https://shop.example/en/shoes/42", "price": 119.95},
        }
        for number in range(EVENTS)
    ]
    return [json.dumps(events[start : start + at_once]).encode() for start in range(0, EVENTS, at_once)]


def _sent(client: Client, write_key: str, bodies: Sequence[bytes]) -> None:
    headers = {"Content-Type": "application/json"}
    for body in bodies:
        answer = client.http.post(f"/v1/events?write_key={write_key}", headers=headers, body=body)
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code} {answer.body.decode()}")


def _records(after: str | None) -> list[dict[str, Any]]:
    """The stream's records of new events and markers behind a place."""
    wire = stream.connected()
    arn = stream.arn_of(wire, settings().table)
    found: list[dict[str, Any]] = []
    for shard_id in stream.shards_of(wire, arn):
        shard = Shard(wire, arn, shard_id, after)
        while records := shard.read():
            found += records
    wire.close()
    kinds = ("event", "marker")
    return [each for each in found if each["dynamodb"].get("NewImage", {}).get("type", {}).get("S") in kinds]


def table(usages: Sequence[Usage]) -> str:
    """The figures as Markdown."""
    lines = [
        "| events at once | by | requests, ms | units | front $ | functions $ | table $ | logs $ | all $ |",
        "|--:|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for usage in usages:
        for name in ("rest", "http"):
            each = bill(usage, PRICES[f"api_gateway_{name}_request"])
            took = f"{usage.requests:.2f}, {usage.api_ms + usage.count_ms:.1f} ms"
            parts = f"{each.gateway:.2f} | {each.functions:.2f} | {each.table:.2f} | {each.logs:.2f}"
            start = f"| {usage.events_a_request} | {name.upper()} API | {took} | {usage.write_units:.2f}"
            lines.append(f"{start} | {parts} | **{each.total:.2f}** |")
    return "\n".join(lines)


if __name__ == "__main__":
    command.run(__doc__, measure, table, asdict)
