"""Every operation of the control plane, in an order in which each finds what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CAMPAIGNS, TRACKERS = "/v1/campaigns", "/v1/trackers"
SUMMER = CAMPAIGNS + "/{summer}"
SUMMER_GOALS = SUMMER + "/goals"
NEW_AAT = {"name": "Add", "event": "click", "selector": "#buy", "kind": "aat"}
NEW_XAT = NEW_AAT | {"kind": "xat"}
SUBSCRIPTION = {"campaign_id": "{summer}", "channel": "email", "address": "a@example.com", "every": "day"}
CONFIRMED = "?confirm=delete-data"


@dataclass(frozen=True)
class Step:
    """A request and what it is called in the table of costs.

    Attributes:
        path: with the names of things in braces; so are texts of the body.
        makes: the name from then on of what the request makes.
        then: the status it is answered with.
    """

    name: str
    method: str
    path: str
    body: Mapping[str, Any] | None = None
    makes: str = ""
    then: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def _make(name: str, path: str, body: Mapping[str, Any], makes: str, **more: Any) -> Step:
    return Step(name, "POST", path, body, makes, 201, **more)


def _list(name: str, path: str) -> Step:
    return Step(name, "GET", path)


def _goal(name: str, campaign: str, tracker: str, role: str = "secondary", query: str = "") -> Step:
    path = f"{CAMPAIGNS}/{{{campaign}}}/goals/{{{tracker}}}{query}"
    return Step(name, "PUT", path, {"role": role}, then=201)


def _status(name: str, campaign: str, status: str) -> Step:
    return Step(name, "POST", f"{CAMPAIGNS}/{{{campaign}}}/status", {"status": status})


def _delete(name: str, path: str) -> Step:
    return Step(name, "DELETE", path, then=204)


STEPS = (
    _make("make a key", "/v1/keys", {"scope": "read"}, "key"),
    _list("list keys", "/v1/keys"),
    _delete("revoke a key", "/v1/keys/{key}"),
    Step("get the account", "GET", "/v1/account"),
    Step("change the account", "PATCH", "/v1/account", {"time_zone": "Europe/Berlin"}),
    _make("make a site", "/v1/sites", {"domain": "example.com"}, "site"),
    _list("list sites", "/v1/sites"),
    Step("get a site", "GET", "/v1/sites/{site}"),
    Step("change a site", "PATCH", "/v1/sites/{site}", {"deny": ["cart.*"]}),
    _make("make a campaign", CAMPAIGNS, {"name": "Summer", "type": "multipage"}, "summer"),
    _make(
        "make a campaign, once",
        CAMPAIGNS,
        {"name": "Winter", "type": "ab"},
        "winter",
        headers={"Idempotency-Key": "winter"},
    ),
    _make(
        "make a campaign of a site",
        CAMPAIGNS,
        {"name": "Spring", "type": "ab", "site_id": "{site}"},
        "spring",
    ),
    _list("list campaigns", CAMPAIGNS),
    _list("list campaigns of a status", f"{CAMPAIGNS}?status=draft"),
    Step("get a campaign", "GET", SUMMER),
    Step("change a campaign", "PATCH", SUMMER, {"name": "Summer sale"}),
    _make("add a sub-test", f"{SUMMER}/subtests", {"name": "Checkout"}, "subtest"),
    _make("begin an editor session", f"{SUMMER}/editor-sessions", {"url": "https://example.com/"}, "session"),
    _delete("end an editor session", SUMMER + "/editor-sessions/{session}"),
    _make("make an AAT of one word", f"{SUMMER}/trackers", NEW_AAT, "aat"),
    _make("make an AAT of three words", f"{SUMMER}/trackers", NEW_AAT | {"name": "Add to cart"}, "long"),
    _make("make an XAT", f"{SUMMER}/trackers", NEW_XAT, "xat"),
    _make("make an XAT in a sub-test", f"{SUMMER}/trackers", NEW_XAT | {"subtest_id": "{subtest}"}, "staged"),
    Step("look for a name", "GET", f"{SUMMER}/tracker-name?name=Add"),
    _list("list a campaign's trackers", f"{SUMMER}/trackers"),
    _list("list what a campaign may select", f"{SUMMER}/trackers?view=goals"),
    _list("search what a campaign may select", f"{SUMMER}/trackers?view=goals&q=add"),
    _list("list the account's trackers", TRACKERS),
    _list("search the account's trackers", f"{TRACKERS}?q=cart"),
    Step("get a tracker", "GET", TRACKERS + "/{aat}"),
    Step("change an AAT's context", "PATCH", TRACKERS + "/{aat}", {"context": "memo"}),
    Step("hide an AAT of three words", "PATCH", TRACKERS + "/{long}", {"hidden": True}),
    Step("rename an XAT of one word", "PATCH", TRACKERS + "/{xat}", {"name": "Buy"}),
    Step("make an XAT an AAT", "PATCH", TRACKERS + "/{xat}", {"kind": "aat"}),
    _goal("select an own tracker as primary goal", "summer", "aat", "primary"),
    _goal("replace the primary goal", "summer", "xat", "primary", "?replace=true"),
    _goal("select another campaign's AAT as a goal", "winter", "aat"),
    Step("move a goal", "PUT", SUMMER_GOALS + "/{aat}", {"role": "secondary", "position": 0}),
    _list("list a campaign's goals", SUMMER_GOALS),
    _list("list a tracker's uses", TRACKERS + "/{aat}/uses"),
    _list("list what intake rejected", "/v1/intake/rejections"),
    _make("make a subscription", "/v1/subscriptions", SUBSCRIPTION, "subscription"),
    _list("list subscriptions", "/v1/subscriptions"),
    Step("send a subscriber the report of now", "POST", "/v1/subscriptions/{subscription}/reports", then=202),
    _delete("end a subscription", "/v1/subscriptions/{subscription}"),
    _status("start a campaign", "summer", "live"),
    _status("archive a campaign with a goal made elsewhere", "winter", "archived"),
    _status("take it out of the archive", "winter", "paused"),
    _delete("deselect a goal made elsewhere", CAMPAIGNS + "/{winter}/goals/{aat}"),
    _status("end a campaign", "summer", "ended"),
    _delete("remove a sub-test", SUMMER + "/subtests/{subtest}"),
    _delete("delete an unused AAT of three words", TRACKERS + "/{long}"),
    Step("delete a tracker with one goal", "DELETE", TRACKERS + "/{aat}" + CONFIRMED, then=202),
    _delete("delete a campaign without trackers", CAMPAIGNS + "/{winter}"),
    _delete("delete a campaign with two trackers and a goal", SUMMER),
    _delete("delete a site", "/v1/sites/{site}"),
    Step("begin an export", "POST", "/v1/exports", makes="export", then=202),
    Step("get a job", "GET", "/v1/jobs/{export}"),
    _list("list jobs", "/v1/jobs"),
)
