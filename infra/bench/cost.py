"""What a million tracked actions and sessions cost on AWS: `python -m infra.bench.cost [--json]`.

Measures, on an emulator of its own, what a tracked action of a visitor in one campaign asks for at 1, 10 and
25 events a request, from the request to its counters: requests, write units and CPU of our own functions;
and what a session's start and end take of the table.
Prices them with `prices.json`. A function's time on AWS is that CPU on the share of a core its memory buys,
and ``WAIT_MS`` for each request to DynamoDB, which is assumed and not measured.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from chalicelib.jobs.count import handle
from infra.bench import command, session_cost
from infra.bench.cost_ground import Ground
from infra.bench.session_cost import SessionUsage
from infra.bench.tally import requests_sent
from infra.local import triggers

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


def session_bill(usage: SessionUsage) -> float:
    """Dollars of the table for a million sessions."""
    units = {"write": usage.write_units, "read": usage.reads}
    return sum(1_000_000 * number * float(PRICES[f"dynamodb_{kind}_unit"]) for kind, number in units.items())


def measure() -> list[Usage | SessionUsage]:
    """Take events in and count them, in an account of the table that the environment names."""
    ground = Ground()
    campaign = ground.made("/v1/campaigns", {"name": "Cost", "type": "ab"})
    tracker = {"name": "Add", "event": "click", "selector": "#add", "kind": "aat"}
    tracker = ground.made(f"/v1/campaigns/{campaign['id']}/trackers", tracker)
    actions = [_usage(ground, campaign["id"], tracker["id"], each) for each in EVENTS_A_REQUEST]
    return [*actions, *session_cost.measure(ground)]


def _usage(ground: Ground, campaign_id: str, tracker_id: str, at_once: int) -> Usage:
    bodies = _bodies(campaign_id, tracker_id, at_once)
    ground.take_in(_bodies(campaign_id, tracker_id, at_once, "warm")[:3])
    ground.new_records()
    with requests_sent() as sent:
        began = time.process_time()
        ground.take_in(bodies)
        taking = time.process_time() - began
    records = ground.new_records()
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


def table(usages: Sequence[Usage | SessionUsage]) -> str:
    """The figures as Markdown: a table of actions, and one of sessions."""
    actions = [each for each in usages if isinstance(each, Usage)]
    sessions = [each for each in usages if isinstance(each, SessionUsage)]
    return f"{_table_of_actions(actions)}\n\n{_table_of_sessions(sessions)}"


def _table_of_actions(usages: Sequence[Usage]) -> str:
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


def _table_of_sessions(usages: Sequence[SessionUsage]) -> str:
    lines = [
        "| end said by | start and end, units | notes, units | index, units | read units | all $ |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for usage in usages:
        units = f"{usage.events:.2f} | {usage.notes:.2f} | {usage.index:.2f} | {usage.reads:.2f}"
        lines.append(f"| {usage.said_by} | {units} | **{session_bill(usage):.2f}** |")
    return "\n".join(lines)


if __name__ == "__main__":
    command.run(__doc__, measure, table, asdict)
