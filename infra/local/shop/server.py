"""Serves the demo shop: `python -m infra.local.shop.server PORT TAG DEMO`.

TAG is the address of the tag, DEMO the file that says which campaigns run. A page is a template in `pages`,
anything else a file in `files`.
"""

import mimetypes
import signal
import sys
import urllib.request
from collections.abc import Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.local.ports import LOOPBACK
from infra.local.processes import Program
from infra.local.settings import LocalSettings
from infra.local.shop import demo
from infra.local.shop.demo import Demo

HERE = Path(__file__).parent
PAGES = {"/": "index.html"} | {
    f"/{name}.html": f"{name}.html" for name in ("tea", "cart", "checkout", "thanks")
}
FILES = {f"/{path.name}": path for path in (HERE / "files").iterdir()}


class Shop(ThreadingHTTPServer):
    """The shop on a port of the loopback interface."""

    daemon_threads = True

    def __init__(self, port: int, tag: str, made: Demo) -> None:
        super().__init__((LOOPBACK, port), Handler)
        self._values = {"tag": f"{tag}?site_id={made.site_id}", "campaigns": made.campaigns}
        self._pages = Environment(
            loader=FileSystemLoader(HERE / "pages"), autoescape=True, undefined=StrictUndefined
        )

    def content(self, path: str) -> tuple[str, bytes] | None:
        """Return the type and bytes of what is at a path, or None."""
        if path in PAGES:
            return "text/html; charset=utf-8", self._pages.get_template(PAGES[path]).render(
                self._values
            ).encode()
        if path in FILES:
            return mimetypes.guess_type(path)[0] or "application/octet-stream", FILES[path].read_bytes()
        return None


class Handler(BaseHTTPRequestHandler):
    """Answers GET."""

    protocol_version = "HTTP/1.1"
    server: Shop

    def do_GET(self) -> None:
        """Answer with a page or file, new each time: whoever edits the shop sees it at once."""
        found = self.server.content(urlsplit(self.path).path)
        media_type, body = found or ("text/plain", b"There is nothing here.")
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def program(settings: LocalSettings, environment: Mapping[str, str], tag: str) -> Program:
    """Return the process that serves the shop."""
    command = [sys.executable, "-m", __name__, str(settings.shop_port), tag, str(settings.demo)]
    return Program(
        name="shop",
        command=command,
        environment=environment,
        log=settings.log("shop"),
        answers=partial(_answers, settings.shop_url),
    )


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:  # nobody listens yet
        return False


def main(port: str, tag: str, file: str) -> None:
    """Serve until SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    made = demo.load(Path(file))
    if made is None:
        raise SystemExit(f"{file} is missing: the demo was not set up")
    with Shop(int(port), tag, made) as shop:
        try:
            shop.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
