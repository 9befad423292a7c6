"""The HTTP server (granian) that runs the app: each worker has one thread, as a Lambda instance has."""

import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from infra.local.ports import LOOPBACK
from infra.local.processes import Program
from infra.local.server import APP_VARIABLE, TARGET
from infra.local.settings import LocalSettings

WORKERS = 2
"""Processes that serve requests: enough for a browser's parallel requests, and quick to start."""


def program(settings: LocalSettings, environment: Mapping[str, str]) -> Program:
    """Return the server of the app; it loads the app again when a watched file changes."""
    watched = [option for path in settings.watched for option in ("--reload-paths", str(path))]
    return Program(
        name="app",
        command=[*_command(settings.port), "--reload", "--reload-ignore-worker-failure", *watched, TARGET],
        environment={**environment, APP_VARIABLE: settings.app},
        log=settings.log("app"),
        answers=partial(_answers, f"{settings.url}/health"),
    )


def _command(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian"),
        *("--interface", "wsgi", "--factory", "--no-ws"),
        *("--host", LOOPBACK, "--port", str(port)),
        *("--workers", str(WORKERS), "--blocking-threads", "1", "--workers-kill-timeout", "2"),
        *("--log-config", str(Path(__file__).with_name("logging.json"))),
    ]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:  # nobody listens yet, or the app is not well
        return False
