"""An account of a running system, and somebody signed in to its dashboard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.running import Running

_NUMBERS = count(1)


@dataclass(frozen=True)
class Actrail:
    """An account of a running system, and its API."""

    url: str
    key: str
    api: httpx.Client

    def made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.api.post(path, json=body).raise_for_status().json()
        return answer

    def campaign(self, name: str, **fields: Any) -> dict[str, Any]:
        return self.made("/v1/campaigns", {"name": name, "type": "ab", **fields})

    def tracker(
        self, campaign: dict[str, Any], name: str, kind: str = "xat", **fields: Any
    ) -> dict[str, Any]:
        body = {"name": name, "event": "click", "selector": "#buy", "kind": kind, **fields}
        return self.made(f"/v1/campaigns/{campaign['id']}/trackers", body)

    def goals(self, campaign: dict[str, Any]) -> list[tuple[str, str]]:
        items = self.api.get(f"/v1/campaigns/{campaign['id']}/goals").json()["items"]
        return [(item["tracker"]["name"], item["role"]) for item in items]

    def select(self, campaign: dict[str, Any], tracker: dict[str, Any], role: str = "secondary") -> None:
        path = f"/v1/campaigns/{campaign['id']}/goals/{tracker['id']}"
        self.api.put(path, json={"role": role}).raise_for_status()


@pytest.fixture(scope="session")
def actrail(system: Running) -> Iterator[Actrail]:
    """One account for all tests of a process; each makes what it needs under names of its own."""
    keys = system.account()
    with system.api(keys) as api:
        made = Actrail(system.url, keys.secret_key, api)
        made.made("/v1/sites", {"domain": "shop.example"})
        yield made


@pytest.fixture
def unique() -> str:
    """A word that no other test's names have."""
    return f"q{next(_NUMBERS)}x"


@pytest.fixture(scope="session")
def session_cookies(actrail: Actrail, browser: Browser) -> list[Any]:
    """The cookies of somebody who signed in by the page."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(actrail.url)
    page.get_by_label("Secret key").fill(actrail.key)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/campaigns")
    cookies = context.cookies()
    context.close()
    return list(cookies)


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complains about on its console, which is to be nothing."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield heard
    assert heard == []


@pytest.fixture
def desk(context: BrowserContext, page: Page, session_cookies: list[Any], complaints: list[str]) -> Page:
    """A tab of somebody who is signed in, on a screen that is wide enough for everything."""
    context.add_cookies(session_cookies)
    page.set_viewport_size({"width": 1200, "height": 900})
    return page


@pytest.fixture(scope="session")
def write_key(actrail: Actrail) -> str:
    """A key that may send events."""
    return str(actrail.made("/v1/keys", {"scope": "collect", "name": "Reading"})["key"])


@pytest.fixture(scope="session")
def read(actrail: Actrail, write_key: str) -> dict[str, Any]:
    """A live campaign in which four visitors of each variation came and some of them bought."""
    campaign = actrail.campaign("Read in a browser")
    tracker = actrail.tracker(campaign, "Buy in a browser", "aat")
    actrail.select(campaign, tracker, "primary")
    actrail.made(f"/v1/campaigns/{campaign['id']}/status", {"status": "live"})
    for number in range(8):
        variation, uuid = str(number % 2), f"reader-{number}"
        exposure = {"campaign_id": campaign["id"], "variation_id": variation}
        send(actrail, write_key, {"action": "campaign.exposure", "uuid": uuid, "params": exposure})
        if number in (0, 1, 3):
            seen = {campaign["id"]: variation}
            click = {"action": "element.click", "uuid": uuid, "tracker_id": tracker["id"], "campaigns": seen}
            send(actrail, write_key, click)
    return campaign


def send(actrail: Actrail, write_key: str, event: Mapping[str, object]) -> None:
    """Send an event as a backend does."""
    answer = httpx.post(
        f"{actrail.url}/v1/events", params={"write_key": write_key}, json=event, trust_env=False, timeout=20
    )
    assert answer.json() == {"accepted": 1, "rejected": []}
