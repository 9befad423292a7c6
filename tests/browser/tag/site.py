"""A customer's site and the intake of its tag: one small HTTP server that can be told to fail."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

from chalicelib.domain.tag import SiteOptions, TagCampaign, TagTracker, compile_tag

PREBUILT = Path(__file__).parents[3] / "chalicelib" / "web" / "static" / "tag.js"
"""What `make assets` builds."""
WRITE_KEY = "wk_test"
TAG_PATH = f"/v1/tag/{WRITE_KEY}.js"


@dataclass
class Answer:
    """What the intake says. Without a body of its own: the list of what it accepted."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None


@dataclass
class Batch:
    """One request to the intake."""

    path: str
    events: list[dict[str, Any]]
    content_type: str
    size: int
    status: int
    cookie: str | None
    arrived: float


class Site:
    """Pages at 127.0.0.1, and at localhost, another origin, the tag and the intake.

    Attributes:
        pages: path -> HTML.
        page_headers: sent with every page.
        answer: what the intake answers, given the events of a request.
        batches: all requests to the intake, in the order of their arrival.
        methods: the methods of all requests to the intake.
    """

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.intake = f"http://localhost:{port}"
        self.pages: dict[str, str] = {}
        self.page_headers: dict[str, str] = {}
        self.script = b""
        self.answer: Callable[[list[dict[str, Any]]], Answer] = lambda _: Answer()
        self.batches: list[Batch] = []
        self.methods: list[str] = []
        self._news = threading.Condition()

    @property
    def snippet(self) -> str:
        """What a web developer puts into a page."""
        return f'<script src="{self.intake}{TAG_PATH}"></script>'

    def put(self, path: str, body: str = "", head: str | None = None, title: str = "A page") -> str:
        """Lay a page at a path, with the tag unless the head is given; returns its address."""
        shown = self.snippet if head is None else head
        self.pages[path] = f"<!doctype html><title>{title}</title>{shown}<body>{body}</body>"
        return self.address + path

    def compile(
        self,
        *trackers: TagTracker,
        campaigns: Iterable[TagCampaign] = (),
        options: SiteOptions | None = None,
    ) -> None:
        """Serve the tag with these trackers, to automated browsers too unless options say otherwise."""
        options = options or SiteOptions(bots_allowed=True)
        self.script = compile_tag(PREBUILT.read_bytes(), WRITE_KEY, options, campaigns, trackers).body

    @property
    def accepted(self) -> list[dict[str, Any]]:
        """The events the intake has accepted, each id once."""
        taken = [event for batch in self.batches if batch.status == 200 for event in batch.events]
        return list({event["id"]: event for event in taken}.values())

    def actions(self, prefix: str = "") -> list[str]:
        """The actions of the accepted events."""
        return [event["action"] for event in self.accepted if event["action"].startswith(prefix)]

    def first(self, action: str) -> dict[str, Any]:
        """Wait for an event with the action and return the first."""
        self.until(lambda: action in self.actions())
        return next(event for event in self.accepted if event["action"] == action)

    def all(self, action: str, count: int) -> list[dict[str, Any]]:
        """Wait for so many events with the action and return them."""
        self.until(lambda: len(self.actions(action)) >= count)
        return [event for event in self.accepted if event["action"] == action]

    def until(self, condition: Callable[[], bool], seconds: float = 8) -> None:
        """Wait until the requests so far fulfil a condition."""
        with self._news:
            assert self._news.wait_for(condition, seconds), self.batches

    def stays_without(self, action: str, seconds: float = 0.4) -> bool:
        """Tell whether no event with the action arrives for a time longer than the tag's delay."""
        time.sleep(seconds)
        return action not in self.actions()

    def open_refused(self, page: Page, path: str = "/") -> None:
        """Open a page and wait until its tag knows that its first request failed, as it says on the console.

        What the intake has answered the tag need not have heard of yet.
        """
        self.compile(options=SiteOptions(bots_allowed=True, debug=True))
        with page.expect_console_message(lambda message: message.text.startswith("actrail")):
            page.goto(self.put(path))

    def receive(self, batch: Batch) -> None:
        with self._news:
            self.batches.append(batch)
            self._news.notify_all()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def site(self) -> Site:
        return cast("_Server", self.server).site

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.endswith(TAG_PATH):
            self._send(200, self.site.script, {"Content-Type": "text/javascript"})
        elif path in self.site.pages:
            headers = {"Content-Type": "text/html; charset=utf-8", **self.site.page_headers}
            self._send(200, self.site.pages[path].encode(), headers)
        else:
            self._send(404, b"", {})

    def do_OPTIONS(self) -> None:
        self.site.methods.append("OPTIONS")
        self._send(204, b"", self._cors())

    def do_POST(self) -> None:
        self.site.methods.append("POST")
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert address.path.endswith("/v1/events")
        assert parse_qs(address.query) == {"write_key": [WRITE_KEY]}
        content = json.loads(body)
        assert set(content) == {"events"}
        events = content["events"]
        answer = self.site.answer(events)
        accepted = {"accepted": len(events), "rejected": []}
        headers = {"Content-Type": "application/json", **self._cors(), **answer.headers}
        text = json.dumps(accepted if answer.body is None else answer.body)
        kind, cookie = self.headers["Content-Type"], self.headers.get("Cookie")
        arrived = time.monotonic()
        batch = Batch(address.path, events, kind, len(body), answer.status, cookie, arrived)
        self.site.receive(batch)
        self._send(answer.status, text.encode(), headers)

    def _cors(self) -> dict[str, str]:
        return {
            "Access-Control-Allow-Origin": self.headers.get("Origin", "*"),
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Expose-Headers": "Retry-After",
        }

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: what arrives is in `batches`."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that closes a connection early is no failure."""


@contextmanager
def serving() -> Iterator[Site]:
    """A site on a free port of this machine."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.site = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
