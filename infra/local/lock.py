"""The lock of a folder: one system runs on it."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from infra.local.errors import FolderInUse

PATIENCE = 0.5
"""Seconds: a command line that asks whether a system runs holds the lock for a moment."""


@contextmanager
def held(folder: Path) -> Iterator[int]:
    """Hold the folder; yields the lock's file descriptor. Raises FolderInUse."""
    with (folder / "lock").open("w") as file:
        deadline = time.monotonic() + PATIENCE
        while not _taken(file):
            if time.monotonic() > deadline:
                raise FolderInUse(
                    f"another system runs on {folder}; stop it, or choose another one with ACTRAIL_LOCAL"
                )
            time.sleep(0.02)
        yield file.fileno()


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
