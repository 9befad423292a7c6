"""Subscribers' side of reports: a webhook, the mails, and the day's job."""

from __future__ import annotations

import email
import email.policy
import threading
from datetime import UTC, datetime
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from chalicelib.domain.job import Job, JobKind
from chalicelib.jobs import reports
from tests.counting.shop import Shop

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
"""A Monday, past 8:00 in Berlin."""


class Receiver:
    """Somebody's webhook, which answers what it is told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, str]] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                if status == 200:
                    receiver.taken.append((body, self.headers["actrail-signature"]))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def run(shop: Shop, now: datetime) -> Job:
    """The day's job, until it is done."""
    job = Job.begun(shop.tenant.id, "reports", JobKind.REPORTS, now)
    while job.status == "running":
        job = reports.step(job, now)
    return job


def read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def with_primary(shop: Shop) -> str:
    campaign = shop.campaigns[0]["id"]
    path = f"/v1/campaigns/{campaign}/goals/{shop.aat['id']}"
    assert shop.tenant.edit.put(path, {"role": "primary"}).status == 200
    return str(campaign)
