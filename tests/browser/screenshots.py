"""Takes the pictures of the README: `make screenshots`.

They show a campaign of the demo shop after visits of made-up people, who come in by the same doors as anyone.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import launched
from tests.browser.editor.studio import OPENED, Editor
from tests.browser.running import running
from tests.local.system import ROOT

IMAGES = ROOT / "docs" / "images"
VISITORS = 3000
RATES = {"0": 0.11, "1": 0.14}
"""How many of a variation's visitors put something into the cart."""

AT_ONCE = 500
PATIENCE = 120.0


def main() -> None:
    """Start a system, have people visit its shop, and look at it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as system,
        system.api(system.keys) as api,
    ):
        campaign = _campaign(api, "Words on the cart button")
        _visited(api, system.keys.write_key, campaign)
        _photographed(api, system.keys.secret_key, campaign, system.settings.shop_url)


def _campaign(api: httpx.Client, name: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = api.get("/v1/campaigns").raise_for_status().json()["items"]
    return next(item for item in items if item["name"] == name)


def _visited(api: httpx.Client, write_key: str, campaign: dict[str, Any]) -> None:
    """Have everybody see a variation and some act, and wait until all of them are counted."""
    path = f"/v1/campaigns/{campaign['id']}"
    goals = api.get(f"{path}/goals").raise_for_status().json()["items"]
    events = list(_events(campaign["id"], [goal["tracker"]["id"] for goal in goals]))
    for start in range(0, len(events), AT_ONCE):
        body = {"events": events[start : start + AT_ONCE]}
        api.post("/v1/events", params={"write_key": write_key}, json=body).raise_for_status()
    deadline = time.monotonic() + PATIENCE
    while sum(each["visitors"] or 0 for each in api.get(f"{path}/report").json()["variations"]) < VISITORS:
        if time.monotonic() > deadline:
            raise RuntimeError(f"not everybody was counted within {PATIENCE:.0f} s")
        time.sleep(0.5)
    time.sleep(2)  # what they did is counted after who they are


def _events(campaign_id: str, trackers: list[str]) -> Iterator[dict[str, Any]]:
    chance = random.Random(2026)
    for number in range(VISITORS):
        uuid, variation = f"visitor-{number}", "0" if number % 10 < 3 else "1"
        params = {"campaign_id": campaign_id, "variation_id": variation}
        yield {"id": f"seen-{number}", "action": "campaign.exposure", "uuid": uuid, "params": params}
        for place, tracker in enumerate(trackers):
            if chance.random() < RATES[variation] / (place + 1):
                yield {
                    "id": f"act-{number}-{place}",
                    "action": "element.click",
                    "uuid": uuid,
                    "tracker_id": tracker,
                    "campaigns": {campaign_id: variation},
                }


def _photographed(api: httpx.Client, key: str, campaign: dict[str, Any], shop: str) -> None:
    with sync_playwright() as playwright:
        browser = launched(playwright.chromium)
        page = _signed_in(browser, str(api.base_url), key)
        for name in ("goals", "report"):
            page.goto(f"{str(api.base_url).rstrip('/')}/campaigns/{campaign['id']}/{name}")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=IMAGES / f"{name}.png")
        body = {"url": f"{shop}/tea.html?name=smoky-pine"}
        session = api.post(f"/v1/campaigns/{campaign['id']}/editor-sessions", json=body).raise_for_status()
        _edited(browser, session.json()["url"])
        browser.close()


def _signed_in(browser: Browser, url: str, key: str) -> Page:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(url)
    page.get_by_label("Secret key").fill(key)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/campaigns")
    return page


def _edited(browser: Browser, address: str) -> None:
    """Point at the shop's button as somebody does who is about to track it."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.add_init_script(OPENED)
    editor = Editor(context.new_page()).open(address)
    editor.pick("#add-to-cart")
    editor.selector.wait_for()
    editor.page.screenshot(path=IMAGES / "editor.png")


if __name__ == "__main__":
    main()
