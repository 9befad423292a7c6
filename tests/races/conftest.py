"""A server for the races: the app as the local system runs it, but never loaded again while they run."""

from __future__ import annotations

import os
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.local.ports import LOOPBACK, free_port
from infra.local.processes import Child, Program
from infra.local.server import APP_VARIABLE, TARGET
from tests.races.arena import CONTENDERS
from tests.races.doors import HttpDoor

WORKERS = 4
"""Requests that the server works on at the same time."""


@pytest.fixture(scope="module")
def http_door(module_table: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpDoor]:
    """The door of a server on the module's table, which each race leaves empty."""
    port = free_port()
    child = Child(_program(module_table, port, tmp_path_factory.mktemp("server") / "server.log"))
    try:
        child.wait_until_ready(threading.Event())
        limits = httpx.Limits(max_connections=CONTENDERS)
        with httpx.Client(base_url=f"http://{LOOPBACK}:{port}", limits=limits, timeout=60) as client:
            yield HttpDoor(client)
    finally:
        child.stop()


def _program(table: str, port: int, log: Path) -> Program:
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws"),
        *("--host", LOOPBACK, "--port", str(port)),
        *("--workers", str(WORKERS), "--blocking-threads", "1", "--workers-kill-timeout", "2"),
        TARGET,
    ]
    environment = {**os.environ, "ACTRAIL_TABLE": table, APP_VARIABLE: "app:app"}
    return Program("app", command, environment, log, lambda: _answers(port))


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/health", timeout=5):
            return True
    except urllib.error.URLError:  # nobody listens yet
        return False
