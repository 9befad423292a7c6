"""The emulator of DynamoDB and S3 (ministack) as a child process, its state in a folder.

It saves its state when it gets SIGTERM, and only then: a killed emulator forgets what was written since
it started.
"""

import json
import os
import sys
import threading
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from infra.local.isolation import without_accounts
from infra.local.ports import LOOPBACK, free_port
from infra.local.processes import Child, Program


@dataclass(frozen=True)
class Emulator:
    """A running emulator, the URL its clients call, and the name of this life of it."""

    endpoint: str
    child: Child
    life: str


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
    Raises ChildFailed.
    """
    program = _program(folder, log, port or free_port(), keep)
    folder.mkdir(parents=True, exist_ok=True)
    child = Child(program)
    try:
        child.wait_until_ready(stopping or threading.Event())
        _began(folder).touch()
        environment = program.environment
        yield Emulator(
            endpoint=f"http://{LOOPBACK}:{environment['GATEWAY_PORT']}",
            child=child,
            life=environment["MINISTACK_EDITION"],
        )
    finally:
        child.stop()


def lost_since(folder: Path) -> datetime | None:
    """When the last emulator began, if it ended without saving: what was written since then is gone."""
    began, saved = _began(folder), folder / "state" / "dynamodb.json"
    if not began.exists():
        return None
    at = began.stat().st_mtime
    return None if saved.exists() and saved.stat().st_mtime >= at else datetime.fromtimestamp(at, UTC)


def _began(folder: Path) -> Path:
    """The file that is as old as the start of the last emulator."""
    return folder / "emulator.began"


def _program(folder: Path, log: Path, port: int, keep: Sequence[int]) -> Program:
    name = uuid.uuid4().hex
    return Program(
        name="emulator",
        command=[sys.executable, "-m", "ministack"],
        environment=_environment(folder, port, name),
        log=log,
        answers=partial(_answers, port, name),
        keep=keep,
    )


def _environment(folder: Path, port: int, name: str) -> dict[str, str]:
    """Everything is said: ministack's defaults bind every interface and write to /tmp."""
    return {
        **without_accounts(os.environ),
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_EDITION": name,
    }


def _answers(port: int, name: str) -> bool:
    """Tell whether this very emulator answers: it says its name, another one on the port says another."""
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/_ministack/health", timeout=2) as answer:
            return bool(json.load(answer)["edition"] == name)
    except OSError:  # nobody listens yet
        return False
