"""What runs in the demo shop: a site, three campaigns and their trackers, made over the HTTP API once.

A file says that it was made and under which numbers. A set-up that was cut off goes on where it was: what is
there already is known by its name.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from infra.local.credentials import Credentials
from infra.local.errors import DemoFailed
from infra.local.settings import DEMO_DOMAIN

ORIGINAL = {"name": "Original", "baseline": True}

CAMPAIGNS: Mapping[str, Mapping[str, Any]] = {
    "hero": {
        "name": "Words on the home page",
        "type": "ab",
        "url": "/",
        "variations": [{**ORIGINAL, "weight": 50}, {"name": "Slow down", "weight": 50}],
    },
    "button": {
        "name": "Words on the cart button",
        "type": "ab",
        "url": "/tea.html?name=smoky-pine",
        "variations": [{**ORIGINAL, "weight": 30}, {"name": "Take it home", "weight": 70}],
    },
    "delivery": {
        "name": "Free delivery, said above",
        "type": "personalization",
        "url": "/",
        "variations": [{**ORIGINAL, "weight": 20}, {"name": "Bar above the page", "weight": 60}],
    },
}
"""By what the shop's pages call them, each with its page in the shop; the last leaves a fifth of the visitors
out.
"""


class DemoTracker(NamedTuple):
    """A tracker and the campaign it is made in."""

    campaign: str
    kind: str
    name: str
    event: str
    selector: str


TRACKERS = {
    "to-tea": DemoTracker("hero", "xat", "Hero button", "click", ".hero a.button"),
    "add": DemoTracker("button", "aat", "Add to cart", "click", "#add-to-cart"),
    "more": DemoTracker("button", "aat", "One more", "click", "button.more"),
    "order": DemoTracker("button", "aat", "Place order", "submit", "form#checkout"),
    "how": DemoTracker("delivery", "xat", "How it works", "click", ".delivery .learn-more"),
    "letter": DemoTracker("delivery", "xat", "Newsletter", "submit", "form.newsletter"),
}
"""What is tracked, by names for this module alone."""

GOALS: Mapping[str, Mapping[str, str]] = {
    "hero": {"to-tea": "primary", "add": "secondary", "order": "secondary"},
    "button": {"add": "primary", "more": "secondary", "order": "secondary"},
    "delivery": {"order": "primary", "how": "secondary", "letter": "secondary"},
}


@dataclass(frozen=True)
class Demo:
    """What the shop must know: whose it is, its site, and the numbers of its campaigns."""

    account_id: str
    site_id: str
    campaigns: Mapping[str, int]


def load(path: Path) -> Demo | None:
    """Return what the file says was made, or None when there is no file."""
    return Demo(**json.loads(path.read_text())) if path.exists() else None


def set_up(path: Path, url: str, shop_url: str, keys: Credentials) -> Demo:
    """Make the demo in the account unless the file says that it was; return what the shop must know.

    `url` is the system's address, `shop_url` the shop's. Raises DemoFailed.
    """
    made = load(path)
    if made and made.account_id == keys.account_id:
        return made
    headers = {"Authorization": f"Bearer {keys.secret_key}"}
    # While code changes, the app's workers are replaced: nobody listens for a moment.
    transport = httpx.HTTPTransport(retries=5)
    try:
        with httpx.Client(base_url=url, headers=headers, timeout=30, transport=transport) as client:
            made = _Api(client).make(keys.account_id, shop_url)
    except httpx.HTTPError as error:
        raise DemoFailed(f"the demo could not be set up: {error}") from error
    new = path.with_suffix(".new")
    new.write_text(json.dumps(asdict(made)))
    new.replace(path)
    return made


class _Api:
    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def make(self, account_id: str, shop_url: str) -> Demo:
        # Automated browsers are visitors of a demo.
        site = {"domain": DEMO_DOMAIN, "options": {"bots_allowed": True}}
        site_id = self._found_or_made("/v1/sites", "domain", site)["id"]
        campaigns = {
            name: self._found_or_made(
                "/v1/campaigns",
                "name",
                {**campaign, "site_id": site_id, "url": f"{shop_url}{campaign['url']}"},
            )
            for name, campaign in CAMPAIGNS.items()
        }
        trackers = {name: self._tracker(campaigns, tracker) for name, tracker in TRACKERS.items()}
        for name, goals in GOALS.items():
            self._start(campaigns[name]["id"], {trackers[tracker]: role for tracker, role in goals.items()})
        return Demo(account_id, site_id, {name: each["number"] for name, each in campaigns.items()})

    def _tracker(self, campaigns: Mapping[str, Any], tracker: DemoTracker) -> str:
        body = tracker._asdict()
        path = f"/v1/campaigns/{campaigns[body.pop('campaign')]['id']}/trackers"
        return str(self._found_or_made(path, "name", body)["id"])

    def _start(self, campaign_id: str, goals: Mapping[str, str]) -> None:
        """Select the goals and go live; both change nothing the second time."""
        for tracker_id, role in goals.items():
            self._sent("PUT", f"/v1/campaigns/{campaign_id}/goals/{tracker_id}", {"role": role})
        self._sent("POST", f"/v1/campaigns/{campaign_id}/status", {"status": "live"})

    def _found_or_made(self, path: str, field: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the first item of the list at the path whose field is as in the body; else make it."""
        for item in self._sent("GET", path)["items"]:
            if item[field] == body[field]:
                return dict(item)
        return self._sent("POST", path, body)

    def _sent(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = self._client.request(method, path, json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found
