"""What is written is counted, exactly once, whatever becomes of the process that counts and of its store."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from chalicelib.table import counters, keys
from chalicelib.table.keys import Key
from chalicelib.table.wire import Item, write_all
from infra.local.checkpoint import Checkpoint, has_begun, may_have_missed
from infra.local.ports import LOOPBACK

Start = Callable[..., subprocess.Popen[bytes]]

pytestmark = pytest.mark.slow
LIFE = "life"
ACCOUNT = "acct"
CAMPAIGN = "camp"
NOW = "2026-11-20T12:00:00.000Z"


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return tmp_path / "checkpoint.json"


@pytest.fixture
def start(emulated_table: str, checkpoint: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts a counting process and waits until it counts; it is killed at the end of the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one(**environment: str) -> subprocess.Popen[bytes]:
        with (tmp_path / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.triggers", str(checkpoint), LIFE],
                env={**os.environ, **environment},
                stdout=log,
                stderr=log,
            )
        started.append(process)
        assert eventually(lambda: has_begun(checkpoint, LIFE))
        return process

    yield start_one
    for process in started:
        process.kill()
        process.wait()


def test_a_click_is_in_the_counters_within_a_second(start: Start):
    start()
    write_clicks(range(1))

    began = time.monotonic()
    assert eventually(lambda: counted() == {"a.1.0": 1, "c.1.0": 1})

    assert time.monotonic() - began < 1


def test_a_counting_process_that_is_killed_again_and_again_counts_everything_once(
    start: Start, checkpoint: Path
):
    randomness = random.Random(17)
    writer = threading.Thread(target=write_slowly, args=(4000,))

    writer.start()
    for _ in range(5):
        place = checkpoint.read_text() if checkpoint.exists() else ""
        process = start()
        assert eventually(partial(has_moved, checkpoint, place))
        time.sleep(randomness.uniform(0, 0.1))
        process.kill()
        process.wait()
    writer.join()
    last = start()

    assert eventually(lambda: counted()["a.1.0"] >= 4000)
    last.terminate()
    assert last.wait(20) == 0
    assert counted() == {"a.1.0": 4000, "c.1.0": 100}


def test_asked_to_end_it_first_counts_what_is_left(start: Start, checkpoint: Path):
    process = start()
    process.send_signal(signal.SIGSTOP)
    write_clicks(range(1500))

    process.terminate()
    process.send_signal(signal.SIGCONT)

    assert process.wait(20) == 0
    assert counted() == {"a.1.0": 1500, "c.1.0": 100}
    assert not may_have_missed(checkpoint)


def test_killed_it_leaves_word_that_something_may_be_missing(start: Start, checkpoint: Path):
    process = start()

    process.kill()
    process.wait()

    assert may_have_missed(checkpoint)


def test_a_batch_that_fails_is_tried_again_and_none_is_skipped(start: Start, emulator: str):
    with FaultyStore(emulator) as store:
        start(AWS_ENDPOINT_URL=store.url)
        store.refuses = "UpdateItem"
        write_clicks(range(300))
        assert eventually(lambda: store.refused >= 3)

        store.refuses = ""

        assert eventually(lambda: counted() == {"a.1.0": 300, "c.1.0": 100})


def test_a_place_in_a_stream_of_another_life_is_forgotten(checkpoint: Path):
    before = Checkpoint.begin(checkpoint, "before")
    before.advance("shard", "17")

    same, other = Checkpoint.begin(checkpoint, "before"), Checkpoint.begin(checkpoint, "after")

    assert same.after == {"shard": "17"}
    assert other.after == {}


class FaultyStore:
    """Passes requests on to the emulator, but refuses those of one operation while it is told to."""

    def __init__(self, endpoint: str) -> None:
        self.refuses = ""
        self.refused = 0
        store = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if store.refuses and self.headers["x-amz-target"].endswith(store.refuses):
                    store.refused += 1
                    self._answer(400, b'{"__type": "x#ValidationException", "message": "refused"}')
                    return
                answer = store._client.post(endpoint, content=body, headers=dict(self.headers.items()))
                self._answer(answer.status_code, answer.content)

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._client = httpx.Client(trust_env=False)
        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._client.close()


def write_clicks(numbers: Iterable[int]) -> None:
    """Write what intake stores of clicks of 100 visitors: the events, and a marker for each visitor."""
    items = {}
    for number in numbers:
        event = keys.event(ACCOUNT, f"visitor-{number % 100}", NOW, f"click-{number}")
        marker = keys.conversion(ACCOUNT, CAMPAIGN, "1", "0", f"visitor-{number % 100}")
        counts_in: Item = {"tracker": {"N": "1"}, "campaigns": {"M": {CAMPAIGN: {"S": "0"}}}}
        items[event] = item(event, "event") | counts_in
        items[marker] = item(marker, "marker")
    write_all(list(items.values()))


def item(key: Key, kind: str) -> Item:
    return {
        "PK": {"S": key.partition},
        "SK": {"S": key.sort},
        "type": {"S": kind},
        "day": {"S": NOW[:10]},
        "expires_at": {"N": "4102444800"},
    }


def write_slowly(clicks: int) -> None:
    for first in range(0, clicks, 50):
        write_clicks(range(first, first + 50))
        time.sleep(0.02)


def counted() -> Counter[str]:
    return sum(counters.days_of(ACCOUNT, CAMPAIGN).values(), Counter())


def has_moved(checkpoint: Path, place: str) -> bool:
    return checkpoint.read_text() != place


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
