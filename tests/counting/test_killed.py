"""A counting process that is killed in the middle of 20,000 events goes on where it was, exactly."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.counting.shop import Shop

EVENTS = 20_000
OF_EACH_VISITOR = 20
REQUEST = 500

pytestmark = pytest.mark.slow


def test_a_counting_process_killed_in_the_middle_of_20_000_events_counts_each_once(
    shop: Shop, tmp_path: Path
):
    number = shop.aat["number"]
    events = [
        shop.click(f"v{each // OF_EACH_VISITOR}", shop.aat["id"], "1", id=str(each), time="2026-01-05T12:00")
        for each in range(EVENTS)
    ]
    for start in range(0, EVENTS, REQUEST):
        assert shop.send(*events[start : start + REQUEST]).status == 200

    for reached in (EVENTS // 4, EVENTS // 2):
        with _counting(tmp_path):
            _wait_until_counted(shop, reached)
    after_the_kills = shop.counted()[f"a.{number}.1"]
    with _counting(tmp_path) as last:
        _wait_until_counted(shop, EVENTS)
        last.terminate()
        ended = last.wait(30)

    assert ended == 0
    assert EVENTS // 2 <= after_the_kills < EVENTS
    assert shop.counted() == {f"c.{number}.1": EVENTS // OF_EACH_VISITOR, f"a.{number}.1": EVENTS}


@contextmanager
def _counting(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that counts what comes from the table's stream, its place kept in the folder; then killed."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.triggers", str(folder / "checkpoint.json"), "life"],
            env=dict(os.environ),
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _wait_until_counted(shop: Shop, actions: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while shop.counted()[f"a.{shop.aat['number']}.1"] < actions:
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.01)
