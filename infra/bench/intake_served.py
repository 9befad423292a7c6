"""What the running system spends on events, process by process, and how many a second it takes."""

from __future__ import annotations

import http.client
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path

import botocore.session
import orjson

from chalicelib.table import counters
from chalicelib.table.wire import BATCH, Item, Wire
from infra.bench import units
from infra.bench.intake_ground import TABLE, Stub, Tracked, cpu_of, running, server
from infra.bench.intake_handler import items_of
from infra.local import programs, stream
from infra.local.emulator import Emulator
from infra.local.ports import LOOPBACK
from infra.local.settings import LocalSettings

SENDERS = 2
"""Connections that send at once, one for each of the server's workers."""

HEADERS = {"Content-Type": "text/plain;charset=UTF-8", "Origin": "https://shop.example.com"}
ROUNDS = 5
WARMING = 40
"""Connections that wake the workers, each of which then knows the account; the kernel chooses the worker."""

PATIENCE = 120.0


def cpu(folder: Path, tracked: Tracked, store: Stub, events: int, size: int) -> dict[str, float]:
    """Microseconds of CPU an event of the HTTP server and of the store, at so many events a request.

    Of some rounds the one in which the server took least: whoever else uses the machine only ever adds.
    """
    rounds: list[dict[str, float]] = []
    with server(folder, store.endpoint) as (port, leader):
        for body in tracked.bodies(WARMING, 1):
            send(port, tracked.path, [body])
        for _ in range(ROUNDS):
            bodies = tracked.bodies(events // size, size)
            with _cpu_taken({"server": leader, "store": store.leader}) as taken:
                send(port, tracked.path, bodies)
            rounds.append({name: seconds / events * 1e6 for name, seconds in taken.items()})
    return min(rounds, key=itemgetter("server"))


def end_to_end(folder: Path, tracked: Tracked, store: Emulator, events: int, size: int) -> dict[str, float]:
    """Events a second from HTTP through the emulator to the counters, and who spends how much on them."""
    bodies = tracked.bodies(events // size, size)
    with server(folder, store.endpoint) as (port, leader), _triggers(folder, store) as counting:
        processes = {"server_us": leader, "counting_us": counting, "store_us": store.child.pid}
        with _cpu_taken(processes) as taken:
            began = time.monotonic()
            send(port, tracked.path, bodies)
            accepted = time.monotonic()
            _wait_until(lambda: _counted(tracked) == events)
            counted = time.monotonic()
    return {
        "accepted_per_second": events / (accepted - began),
        "counted_per_second": events / (counted - began),
        **{name: seconds / events * 1e6 for name, seconds in taken.items()},
    }


def write_units() -> dict[str, float]:
    """Write units an event at intake and for counting, of all that the stream says was written."""
    reading = stream.connected()
    arn = stream.arn_of(reading, TABLE)
    [shard_id] = stream.shards_of(reading, arn)
    shard = stream.Shard(reading, arn, shard_id, None)
    written = {"event": 0, "marker": 0, "counts": 0}
    events = 0
    while records := shard.read():
        for record in records:
            change = record["dynamodb"]
            kind = change.get("NewImage", {}).get("type", {}).get("S")
            if kind in written:
                written[kind] += units.writing(change.get("OldImage"), change["NewImage"])
                events += kind == "event"
    stored = written["event"] + written["marker"]
    return {"intake": stored / events, "counting": written["counts"] / events}


def ceiling(tracked: Tracked, store: Emulator, events: int) -> float:
    """Events a second that the emulator takes when nothing but their items is written to it."""
    items = items_of(tracked, orjson.dumps({"events": tracked.events(events)}))
    batches = [items[start : start + BATCH] for start in range(0, len(items), BATCH)]

    def write(part: Sequence[Sequence[Item]]) -> None:
        credentials = botocore.session.get_session().get_credentials()
        connection = Wire(store.endpoint, "us-east-1", credentials)
        for batch in part:
            puts = [{"PutRequest": {"Item": item}} for item in batch]
            connection.call("BatchWriteItem", {"RequestItems": {TABLE: puts}})
        connection.close()

    began = time.monotonic()
    with ThreadPoolExecutor(SENDERS) as writers:
        list(writers.map(write, [batches[number::SENDERS] for number in range(SENDERS)]))
    return events / (time.monotonic() - began)


def send(port: int, path: str, bodies: Sequence[bytes]) -> None:
    """Post bodies over some connections at once. Raises RuntimeError for what is not accepted."""

    def post(part: Sequence[bytes]) -> None:
        connection = http.client.HTTPConnection(LOOPBACK, port)
        for body in part:
            connection.request("POST", path, body, HEADERS)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200 or orjson.loads(said)["rejected"]:
                raise RuntimeError(f"{answer.status}: {said!r}")
        connection.close()

    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(post, [bodies[number::SENDERS] for number in range(SENDERS)]))


@contextmanager
def _triggers(folder: Path, store: Emulator) -> Iterator[int]:
    """The process that counts what comes through the stream; its id."""
    with running(programs.triggers(LocalSettings(folder), os.environ, store.life)) as child:
        yield child.pid


@contextmanager
def _cpu_taken(leaders: dict[str, int]) -> Iterator[dict[str, float]]:
    """Seconds of CPU that sessions, named by their leaders, take meanwhile; known at the end."""
    before = {name: cpu_of(leader) for name, leader in leaders.items()}
    taken: dict[str, float] = {}
    yield taken
    taken.update({name: cpu_of(leader) - before[name] for name, leader in leaders.items()})


def _counted(tracked: Tracked) -> int:
    days = counters.days_of(tracked.account_id, tracked.campaign_id)
    return sum(number for day in days.values() for name, number in day.items() if name.startswith("a."))


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"it has not happened within {PATIENCE:.0f} s")
        time.sleep(0.05)
