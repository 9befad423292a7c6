"""What axe finds on a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

RULES: dict[str, dict[str, Any]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}
"""What axe looks for: in the dark all but the colours is as in the light."""

OPENED = "dialog[open], :popover-open"
"""What is open above the rest of a page."""


def violations(page: Page, within: str | None = None) -> list[str]:
    """What axe finds on the page in the light and in the dark, or within what a selector finds, in words."""
    settle(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found: list[tuple[str, Any]] = []
    for scheme, options in RULES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        run = "([within, options]) => axe.run(within ?? document, options)"
        found += [(scheme, each) for each in page.evaluate(run, [within, options])["violations"]]
    return [
        f"{scheme}: {each['id']}: {[node['html'][:150] for node in each['nodes']]}" for scheme, each in found
    ]


def width_on_a_phone(page: Page) -> int:
    """How wide the page gets, in pixels, on a screen of 360."""
    page.set_viewport_size({"width": 360, "height": 740})
    settle(page)
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


def settle(page: Page) -> None:
    """Wait until everything is there that the page loads, or draws, by itself."""
    expect(page.locator(".htmx-request, [hx-trigger=load], [data-plot]:empty")).to_have_count(0)
    # What is drawn for the width there is, is so before the second frame.
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
