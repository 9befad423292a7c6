"""What the benchmark of intake stands on: an account, events to send, stores and servers."""

from __future__ import annotations

import json
import os
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import orjson
from chalice.test import Client
from click.testing import CliRunner

from app import app
from chalicelib.cli import main as actrail
from chalicelib.table import catalogue, wire
from infra.local import http_server
from infra.local.isolation import without_accounts
from infra.local.ports import LOOPBACK, free_port, is_free
from infra.local.processes import Child, Program
from infra.local.settings import LocalSettings

TABLE = "actrail"


@dataclass(frozen=True)
class Tracked:
    """An account, and the numbers by which the tag calls a tracker and the campaign it is in."""

    account_id: str
    write_key: str
    tracker: str
    campaign: str
    campaign_id: str

    def events(self, count: int) -> list[dict[str, Any]]:
        """Tracked actions as the tag sends them, each of a visitor of its own, who is in one campaign."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return [
            {
                "id": str(uuid.uuid4()),
                "action": "element.click",
                "time": now,
                "uuid": str(uuid.uuid4()),
                "params": {},
                "label": "Add to cart",
                "tracker_id": self.tracker,
                "campaigns": {self.campaign: "0"},
            }
            for _ in range(count)
        ]

    def bodies(self, requests: int, size: int) -> list[bytes]:
        """Bodies of so many requests of so many events each."""
        return [orjson.dumps({"events": self.events(size)}) for _ in range(requests)]

    @property
    def path(self) -> str:
        """The path that the tag posts to."""
        return f"/v1/events?write_key={self.write_key}"


def set_up() -> Tracked:
    """Make the table and the account in the store that the environment names."""
    CliRunner().invoke(actrail, ["table", "create"], catch_exceptions=False)
    made = CliRunner().invoke(actrail, ["account", "create", "Bench", "--json"], catch_exceptions=False)
    keys = json.loads(made.output)

    def call(path: str, body: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {keys['secret_key']}", "Content-Type": "application/json"}
        return Client(app).http.post(path, headers=headers, body=json.dumps(body).encode()).json_body

    call("/v1/sites", {"domain": "shop.example.com"})
    campaign = call("/v1/campaigns", {"name": "Bench", "type": "ab"})
    new = {"name": "Add to cart", "event": "click", "selector": "#add", "kind": "aat"}
    tracker = call(f"/v1/campaigns/{campaign['id']}/trackers", new)
    call(f"/v1/campaigns/{campaign['id']}/status", {"status": "live"})
    return Tracked(
        account_id=keys["account_id"],
        write_key=keys["write_key"],
        tracker=str(tracker["number"]),
        campaign=str(campaign["number"]),
        campaign_id=campaign["id"],
    )


def use(endpoint: str) -> None:
    """Have this process write to a store."""
    os.environ["AWS_ENDPOINT_URL"] = endpoint
    wire.forget()
    catalogue.forget()


def lambda_event(tracked: Tracked, body: bytes) -> dict[str, Any]:
    """What API Gateway hands over of a browser's request."""
    headers = {
        "Content-Type": "text/plain;charset=UTF-8",
        "Host": "actrail.example.com",
        "Origin": "https://shop.example.com",
        "Referer": "https://shop.example.com/",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36",
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
    }
    query = {"write_key": tracked.write_key}
    return {
        "resource": "/v1/events",
        "path": "/v1/events",
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": "POST",
            "resourcePath": "/v1/events",
            "requestId": str(uuid.uuid4()),
            "identity": {"sourceIp": "203.0.113.7"},
        },
        "body": body.decode(),
        "isBase64Encoded": False,
    }


class Stub(NamedTuple):
    """A running stub: its endpoint and the id of its process."""

    endpoint: str
    leader: int


@contextmanager
def stub_store(folder: Path) -> Iterator[Stub]:
    """A stub with what the store that the environment names holds now."""
    items = folder / "items.jsonl"
    held = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    items.write_bytes(b"\n".join(map(orjson.dumps, held)))
    port = free_port()
    program = Program(
        name="stub",
        command=[sys.executable, "-m", "infra.bench.stub_store", str(port), str(items)],
        environment=os.environ,
        log=folder / "stub.log",
        answers=lambda: not is_free(port),
    )
    with running(program) as child:
        yield Stub(f"http://{LOOPBACK}:{port}", child.pid)


@contextmanager
def server(folder: Path, endpoint: str) -> Iterator[tuple[int, int]]:
    """The real HTTP server on a store; its port, and the id of the process that leads its session."""
    settings = LocalSettings(folder, port=free_port(), watched=[folder / "unchanged"])
    settings.watched[0].touch()
    environment = {**without_accounts(os.environ), "AWS_ENDPOINT_URL": endpoint, "ACTRAIL_TABLE": TABLE}
    program = replace(http_server.program(settings, environment), answers=partial(_listens, settings.port))
    with running(program) as child:
        yield settings.port, child.pid


@contextmanager
def running(program: Program) -> Iterator[Child]:
    """A program as long as it is needed."""
    child = Child(program)
    try:
        child.wait_until_ready(threading.Event())
        yield child
    finally:
        child.stop()


def cpu_of(leader: int) -> float:
    """Seconds of CPU that the processes of a session have taken, those that have ended included."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        if int(fields[3]) == leader:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _listens(port: int) -> bool:
    return not is_free(port)
