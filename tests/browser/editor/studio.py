"""A gallery of pages with the tag of an account, and the visual editor on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.editor.gallery import Gallery, serving
from tests.browser.running import Running

# The editor's shadow tree is closed to everybody, tests included, unless it is opened before it is made.
OPENED = """
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  return attach.call(this, this.localName == "actrail-editor" ? { ...options, mode: "open" } : options);
};
"""


@dataclass(frozen=True)
class Studio:
    """An account with one site, whose pages are in the gallery."""

    gallery: Gallery
    api: httpx.Client
    tag: str

    def campaign(self, name: str = "Summer", **fields: Any) -> dict[str, Any]:
        """Make a campaign."""
        return self._made("/v1/campaigns", {"name": name, "type": "ab", **fields})

    def tracker(
        self, campaign: dict[str, Any], name: str, kind: str = "xat", **fields: Any
    ) -> dict[str, Any]:
        """Make a tracker in a campaign."""
        body = {"name": name, "kind": kind, "event": "click", "selector": "#order-now", **fields}
        return self._made(f"/v1/campaigns/{campaign['id']}/trackers", body)

    def trackers(self, campaign: dict[str, Any]) -> list[dict[str, Any]]:
        """The trackers made in a campaign."""
        path = f"/v1/campaigns/{campaign['id']}/trackers?limit=100"
        items: list[dict[str, Any]] = self.api.get(path).raise_for_status().json()["items"]
        return items

    def address(self, campaign: dict[str, Any], page: str) -> str:
        """The address that opens the editor on a page."""
        body = {"url": self.gallery.url(page)}
        return str(self._made(f"/v1/campaigns/{campaign['id']}/editor-sessions", body)["url"])

    def _made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.api.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())


@contextmanager
def opened(system: Running) -> Iterator[Studio]:
    """A studio with an account of its own in a running system."""
    keys = system.account()
    with system.api(keys) as api:
        site = {"domain": "pages.example", "options": {"bots_allowed": True}}
        site_id = api.post("/v1/sites", json=site).raise_for_status().json()["id"]
        tag = f"{system.url}/v1/tag/{keys.write_key}.js?site_id={site_id}"
        with serving(tag, system.url) as gallery:
            yield Studio(gallery, api, tag)


@contextmanager
def context_of(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A new profile in which the editor can be looked into."""
    context = browser.new_context(viewport={"width": 1200, "height": 800}, **options)
    context.set_default_timeout(10_000)
    context.add_init_script(OPENED)
    yield context
    context.close()


class Editor:
    """The visual editor on a page, as a person uses it.

    Attributes:
        said: what the browser's console said, and errors of scripts.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.said.append(message.text)

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("region", name="Actrail visual editor")

    @property
    def dialog(self) -> Locator:
        return self.page.locator("actrail-editor dialog")

    @property
    def note(self) -> Locator:
        return self.panel.get_by_role("status")

    @property
    def selector(self) -> Locator:
        """The field with the selector of what was picked."""
        return self.panel.get_by_label("Selector")

    @property
    def grade(self) -> Locator:
        return self.panel.locator(".card .badge")

    def open(self, address: str) -> "Editor":
        """Go to an address with a token, and wait for the panel."""
        self.page.goto(address)
        self.panel.get_by_role("button", name="Pick an element").wait_for()
        return self

    def point(self) -> None:
        """Start picking."""
        self.panel.get_by_role("button", name="Pick an element").click()
        expect(self.panel.get_by_role("button", name="Stop picking")).to_be_visible()

    def pick(self, target: str) -> None:
        """Pick what a person sees in the middle of an element."""
        self.point()
        self.click(target)

    def click(self, target: str) -> None:
        """Click into the middle of an element, while picking."""
        box = self.page.locator(target).first.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + 2, box["y"] + 2)
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def add(self, name: str, kind: str = "XAT") -> None:
        """Make a tracker of what was picked."""
        self.panel.get_by_role("button", name="Add a tracker").click()
        self.dialog.get_by_label("Name").fill(name)
        self.dialog.get_by_label(f"({kind})").check()
        self.dialog.get_by_role("button", name="Add tracker").click()
        self.note.filter(has_text=f"Saved “{name}”.").wait_for()

    def entry(self, tracker: str) -> Locator:
        """What the list says of a tracker."""
        return self.panel.get_by_role("listitem").filter(has_text=tracker)

    def action(self, name: str, tracker: str) -> Locator:
        """The button that does something with a tracker of the list."""
        return self.panel.get_by_role("button", name=f"{name}: {tracker}", exact=True)
