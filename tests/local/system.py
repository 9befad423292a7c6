"""A system under its supervisor, started as a shell starts it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from infra.local.ports import LOOPBACK

ROOT = Path(__file__).parents[2]


class System:
    """The supervisor that a module starts, in a session of its own, and the folder it runs on."""

    def __init__(self, module: str, folder: Path, port: int, **environment: str) -> None:
        self.folder = folder
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env={**os.environ, "ACTRAIL_LOCAL": str(folder), "PORT": str(port), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_until_announced(self) -> str:
        """Return what it prints, up to the line that says how to stop it."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                return "".join(lines)
        raise AssertionError(f"it ended: {self.process.communicate()[1]}")

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal to its process group, as a terminal does; return the exit code."""
        os.killpg(self.process.pid, number)
        self.process.communicate(timeout=20)
        return self.process.returncode

    def request(self, method: str, path: str) -> httpx.Response:
        with httpx.Client(trust_env=False) as client:
            return client.request(method, f"http://{LOOPBACK}:{self.port}{path}")

    def credentials(self) -> dict[str, str]:
        """Return the address and keys it keeps."""
        keys: dict[str, str] = json.loads((self.folder / "credentials.json").read_text())
        return keys

    def processes(self) -> list[int]:
        """Return every process that has this folder in its environment."""
        mark = f"{self.folder}".encode()
        return [int(entry.name) for entry in Path("/proc").iterdir() if mark in environment_of(entry)]


def environment_of(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except (FileNotFoundError, NotADirectoryError, ProcessLookupError, PermissionError):
        return b""  # not a process, not ours, or gone meanwhile


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
