"""Pages nobody tuned for the editor, in the style of many frameworks, on a server of their own.

A word between tildes in a page is a name that tools make up, and differs with every build of the site: a
selector that hangs on one finds nothing in the next build.
"""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, cast
from urllib.parse import urlsplit

PAGES = Path(__file__).parent / "pages"
_MADE_UP = re.compile(r"~(\w)~")
_LETTERS = "bdgkqtvxzBDGKQTVXZ"


class Sample(NamedTuple):
    """A page, what is clicked on it, and what must not be taken for that. Both are Playwright's selectors."""

    page: str
    style: str
    target: str
    other: str


SAMPLES = (
    Sample("classic", "ids by hand", "text=Order now", "text=Later"),
    Sample("css-in-js", "Emotion with test ids", "button >> nth=1", "button >> nth=0"),
    Sample("styled-components", "generated classes, links", "text=Start free", "text=Docs"),
    Sample("css-modules", "CSS modules beside names", "text=Add", "text=Read"),
    Sample("utility-classes", "Tailwind", "text=Book", "text=Watch"),
    Sample("material", "MUI, generated ids", "input[type=email]", "text=Subscribe"),
    Sample("angular", "Angular Material", "text=Reserve", "text=Menu"),
    Sample("vue", "Vue, BEM", "text=Two", "text=One"),
    Sample("svelte", "Svelte, icons", "svg >> nth=1", "svg >> nth=0"),
    Sample("generated-ids", "Radix, Headless UI, Ember", "text=Yearly", "text=Monthly"),
    Sample(
        "bootstrap-table", "rows of a Bootstrap table", "tr:has-text('Oslo') a", "tr:has-text('Lisbon') a"
    ),
    Sample("layout-tables", "tables for layout, no classes", "text=Contact", "text=About"),
    Sample("shadow-tree", "open shadow tree", "text=Vote down", "text=Vote up"),
    Sample("nested-shadow-trees", "slots in nested shadow trees", "text=Accept", "text=Decline"),
    Sample("frames", "beside a frame", "text=Close offers", "text=Open offers"),
    Sample("framed", "a frame's page by itself", "text=I take it", "text=No"),
    Sample("strict-policy", "default-src 'none', Trusted Types", "text=Open an account", "text=Sign in"),
    Sample("nonce-policy", "nonce and strict-dynamic", "text=Transfer", "text=Deposit"),
    Sample("right-to-left", "Arabic, right to left", ".buy-button", ".gift-button"),
    Sample("modal-dialog", "in the page's modal dialog", "text=Yes, please", "text=No"),
    Sample("single-page-app", "built late, events stopped", "text=sent", "text=trash"),
    Sample("contact-form", "WordPress form", "input[type=submit]", "input[type=reset]"),
    Sample("icon-buttons", "icons within buttons", ".save rect", ".share circle"),
    Sample("clickable-boxes", "boxes that are clicked", "text=Five days", "text=Two days"),
    Sample("page-builder", "Elementor", "text=Get a quote", "text=Call us"),
    Sample("hostile-styles", "styles and scripts against all", "text=Claim", "text=Skip"),
)


class Gallery:
    """The pages at 127.0.0.1; ``build`` is the number of the site's build."""

    def __init__(self, port: int, tag: str, actrail: str) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.build = 1
        self._tag = tag
        self._actrail = actrail

    def url(self, page: str) -> str:
        return f"{self.address}/{page}.html"

    def content(self, page: str) -> str:
        """The page as it is in this build, with the tag."""
        file = PAGES / f"{page}.html"
        text = (
            file.read_text()
            if file.exists()
            else "<!doctype html><title>Elsewhere</title>{{tag}}<p>Elsewhere</p>"
        )
        nonce = ' nonce="once"' if page == "nonce-policy" else ""
        text = text.replace("{{tag}}", f'<script src="{self._tag}"{nonce}></script>').replace(
            "{{nonce}}", "once"
        )
        return _MADE_UP.sub(lambda match: self._made_up(page, match[1]), text)

    def policy(self, page: str) -> str | None:
        """The Content-Security-Policy of the page."""
        if page == "strict-policy":
            return (
                f"default-src 'none'; script-src {self._actrail}; connect-src {self._actrail}; "
                "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
            )
        if page == "nonce-policy":
            return (
                f"default-src 'none'; script-src 'nonce-once' 'strict-dynamic'; connect-src {self._actrail}"
            )
        return None

    def _made_up(self, page: str, word: str) -> str:
        digest = hashlib.sha256(f"{page} {word} {self.build}".encode()).hexdigest()
        if word in "nm":
            return str(int(digest[:4], 16) + 100)
        if word.isupper():
            return "".join(_LETTERS[int(digest[place : place + 2], 16) % 18] for place in range(0, 12, 2))
        return f"{digest[:3]}g{int(digest[3], 16)}{digest[4]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        gallery = cast("_Server", self.server).gallery
        page = urlsplit(self.path).path.strip("/").removesuffix(".html")
        body = gallery.content(page).encode() if page != "favicon.ico" else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if policy := gallery.policy(page):
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    gallery: Gallery

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that closes a connection early is no failure."""


@contextmanager
def serving(tag: str, actrail: str) -> Iterator[Gallery]:
    """The gallery on a free port of this machine."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.gallery = Gallery(server.server_address[1], tag, actrail)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.gallery
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
