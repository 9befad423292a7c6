"""The emulator of DynamoDB and S3 (ministack) as a child process, its state in a folder.

It saves its state when it gets SIGTERM, and only then: a killed emulator forgets what was written since
it started.
"""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local import processes
from infra.local.ports import LOOPBACK, free_port

REGION = "us-east-1"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": REGION,
}
"""What a client of the emulator says; the emulator takes anything."""

_DEADLINE = 20.0
"""Seconds the emulator may take until it answers; it takes 0.5 to 1."""


class EmulatorError(Exception):
    """The emulator ended, or did not answer in time; the message says where its log is."""


@dataclass(frozen=True)
class Emulator:
    """A running emulator and the URL its clients call."""

    endpoint: str
    process: "subprocess.Popen[bytes]"


@contextmanager
def running(
    folder: Path,
    log: Path,
    port: int | None = None,
    keep: Sequence[int] = (),
    stopping: threading.Event | None = None,
) -> Iterator[Emulator]:
    """Run an emulator that listens on loopback alone, on the given or a free port; stop it at the end.

    Its state is in `folder` and is there again at the next start on that folder. `keep` are file descriptors
    it holds open as long as it lives. Once `stopping` is set nobody waits for it to be ready.
    Raises EmulatorError.
    """
    port = port or free_port()
    name = uuid.uuid4().hex
    environment = _environment(folder, port, name)
    process = processes.start([sys.executable, "-m", "ministack"], environment, log, keep)
    try:
        emulator = Emulator(f"http://{LOOPBACK}:{port}", process)
        _wait_until_ready(emulator, name, log, stopping or threading.Event())
        yield emulator
    finally:
        processes.stop(process)


def _environment(folder: Path, port: int, name: str) -> dict[str, str]:
    """Everything is said: ministack's defaults bind every interface and write to /tmp."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        **CREDENTIALS,
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_EDITION": name,  # said in its health, which tells it from another on the same port
    }


def _wait_until_ready(emulator: Emulator, name: str, log: Path, stopping: threading.Event) -> None:
    deadline = time.monotonic() + _DEADLINE
    while not stopping.wait(0.05):
        if emulator.process.poll() is not None:
            raise EmulatorError(f"the emulator ended at once, see {log}")
        if _answers(emulator.endpoint, name):
            return
        if time.monotonic() > deadline:
            raise EmulatorError(f"the emulator did not answer within {_DEADLINE:.0f} s, see {log}")


def _answers(endpoint: str, name: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2) as answer:
            return bool(json.load(answer)["edition"] == name)
    except OSError:  # nobody listens yet
        return False
