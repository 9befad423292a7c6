"""The tag of an account carries what is to be tracked, and costs next to nothing to ask for again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from chalicelib.api import tag
from chalicelib.domain.tag import PLACEHOLDER, CompiledTag, SiteOptions, TagCampaign, TagTracker, compile_tag
from chalicelib.domain.tracker import DomEvent
from chalicelib.table import catalogue, tag_contents
from tests.api.callers import Fields, Reply
from tests.intake.between import Between
from tests.intake.senders import Shop

BARE = b"\n".join([PLACEHOLDER] * 32)
"""A built script, every variant of which is nothing but its configuration."""


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a built script whether the browser scripts are built here or not."""
    (tmp_path / "tag.js").write_bytes(BARE)
    monkeypatch.setattr(tag, "PREBUILT", tmp_path / "tag.js")


def _get(shop: Shop, headers: Mapping[str, str] | None = None, query: str = "") -> Reply:
    path = f"/v1/tag/{shop.write_key}.js{query}"
    answer = shop.client.http.request("GET", path, headers=dict(headers or {}))
    return Reply(answer.status_code, answer.headers, answer.body.decode())


def _expected(
    shop: Shop, options: SiteOptions, campaigns: list[Fields], trackers: list[TagTracker]
) -> CompiledTag:
    weights = [
        TagCampaign(each["number"], tuple(variation["weight"] for variation in each["variations"]))
        for each in campaigns
    ]
    return compile_tag(BARE, shop.write_key, options, weights, trackers)


def _tracker(shown: Fields, campaign: Fields | None = None) -> TagTracker:
    return TagTracker(
        number=shown["number"],
        event=DomEvent(shown["event"]),
        selector=shown["selector"],
        fallback_selectors=tuple(shown["fallback_selectors"]),
        params=shown["params"] or {},
        campaign_number=None if campaign is None else campaign["number"],
    )


def test_rule_16_it_carries_every_aat_and_what_live_campaigns_have_of_their_own(shop):
    edit = shop.tenant.edit
    live = edit.moved(edit.new_campaign("Live"), "live")
    draft = edit.new_campaign("Draft")
    paused = edit.moved(edit.new_campaign("Paused"), "live", "paused")
    hidden = edit.new_tracker(draft, "Hidden", hidden=True)
    own = edit.new_tracker(live, "Own", "xat", fallback_selectors=["#a", "#b"])
    widget = edit.new_tracker(live, "Widget", "widget", event="scroll", params={"percent": 75})
    for campaign in (draft, paused):
        edit.new_tracker(campaign, "Nowhere", "xat")

    answer = _get(shop)

    carried = [_tracker(shop.tracker), _tracker(hidden), _tracker(own, live), _tracker(widget, live)]
    assert answer.status == 200
    assert answer.text.encode() == _expected(shop, SiteOptions(), [live], carried).body


def test_a_change_made_here_is_in_the_tag_at_once(shop):
    before = _get(shop)
    live = shop.tenant.edit.moved(shop.campaign, "live")

    after = _get(shop)

    assert after.text.encode() == _expected(shop, SiteOptions(), [live], [_tracker(shop.tracker)]).body
    assert before.headers["ETag"] != after.headers["ETag"]


def test_a_variation_is_known_by_its_place_so_that_gaps_take_no_traffic(shop):
    names = [{"name": each, "weight": weight} for each, weight in [("a", 20), ("b", 30)]]
    changed = shop.tenant.edit.patch(f"/v1/campaigns/{shop.campaign['id']}", {"variations": names}).body
    shop.tenant.edit.moved(changed, "live")

    (campaign,), _ = tag_contents.of_account(shop.tenant.id)

    ids = [int(each["id"]) for each in changed["variations"]]
    assert {index: weight for index, weight in enumerate(campaign.weights) if weight} == {
        ids[0]: 20,
        ids[1]: 30,
    }
    assert len(campaign.weights) == ids[1] + 1


def test_more_trackers_than_one_read_takes_are_all_carried(shop):
    names = [f"Tracker {number}" for number in range(101)]
    for name in names:
        shop.tenant.edit.new_tracker(shop.campaign, name)

    _, trackers = tag_contents.of_account(shop.tenant.id)

    assert len(trackers) == 102


def test_it_answers_304_to_who_has_it_already(shop):
    first = _get(shop)
    etag = first.headers["ETag"]

    again = [_get(shop, {"If-None-Match": each}) for each in (etag, f'"x", W/{etag}', "*")]
    other = _get(shop, {"If-None-Match": '"x"'})

    assert [(answer.status, answer.text, answer.headers["ETag"]) for answer in again] == [(304, "", etag)] * 3
    assert other.status == 200
    assert first.headers["Cache-Control"] == again[0].headers["Cache-Control"] == "public, max-age=60"
    assert first.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_it_is_compiled_once_in_a_while_with_few_requests(shop, between: Between):
    for _ in range(3):
        assert _get(shop).status == 200

    assert between.seen == ["BatchGetItem", "Query", "Query", "Query", "BatchGetItem"]


def test_another_process_makes_it_anew_after_a_few_seconds(shop):
    now = time.monotonic()
    known = catalogue.account_of(shop.write_key, now)

    later = catalogue.account_of(shop.write_key, now + catalogue.KEPT)

    assert known is not None
    assert later is not None
    assert later.tags == {}


@pytest.mark.parametrize("script", ["wk_a_b_c.js", "nonsense.js", "x", "wk_a_b_c", "sk_a_b_c.js"])
def test_there_is_no_tag_for_an_unknown_key(shop, script):
    answer = shop.client.http.request("GET", f"/v1/tag/{script}")
    reply = Reply(answer.status_code, answer.headers, answer.body.decode())

    assert (reply.status, reply.code) == (404, "not_found")
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_deployment_without_the_built_script_says_so(shop, monkeypatch, tmp_path):
    monkeypatch.setattr(tag, "PREBUILT", tmp_path / "missing.js")

    answer = _get(shop)

    assert (answer.status, answer.code) == (503, "unavailable")
    assert "not built" in answer.body["message"]


OPTIONS: dict[str, Any] = {
    "base_url": "https://events.shop.example",
    "consent_required": True,
    "server_cookie": True,
    "cookie_domain": ".shop.example",
    "single_page": "hash",
    "bots_allowed": True,
    "debug": True,
}


def test_it_has_the_options_of_the_accounts_only_site_or_of_the_one_asked_for(shop):
    shop.tenant.admin.patch("/v1/account", {"time_zone": "Europe/Berlin"})
    site = shop.tenant.edit.post("/v1/sites", {"domain": "shop.example", "options": OPTIONS}).body
    alone = _configuration(_get(shop))
    shop.tenant.edit.post("/v1/sites", {"domain": "blog.example"})

    asked_for = _configuration(_get(shop, query=f"?site_id={site['id']}"))
    unasked = _configuration(_get(shop))

    of_site = {"b": OPTIONS["base_url"], "d": ";domain=.shop.example", "r": 1, "h": 1, "a": 1, "v": 1}
    assert alone == asked_for
    assert of_site.items() <= alone.items()
    assert not of_site.keys() & unasked.keys()
    assert alone["z"] == unasked["z"] == "Europe/Berlin"
    assert _get(shop, query="?site_id=nothing").status == 404


def _configuration(answer: Reply) -> dict[str, Any]:
    assert answer.status == 200, answer
    return dict(orjson.loads(answer.text))


def test_a_sites_options_are_replaced_together_and_have_defaults(shop):
    edit = shop.tenant.edit
    site = edit.post("/v1/sites", {"domain": "shop.example", "options": OPTIONS}).body
    path = f"/v1/sites/{site['id']}"

    changed = edit.patch(path, {"options": {"debug": True}}).body

    assert site["options"] == OPTIONS
    assert changed["options"] == edit.get(path).body["options"]
    assert changed["options"] == {
        "base_url": None,
        "consent_required": False,
        "server_cookie": False,
        "cookie_domain": None,
        "single_page": "off",
        "bots_allowed": False,
        "debug": True,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_url", "shop.example"),
        ("cookie_domain", "a b"),
        ("single_page", "maybe"),
        ("debug", 1),
        ("x", 1),
    ],
)
def test_an_option_that_breaks_its_rule_is_named(shop, name, value):
    answer = shop.tenant.edit.post("/v1/sites", {"domain": "shop.example", "options": {name: value}})

    assert answer.status == 422
    assert [error["field"] for error in answer.body["errors"]] == [f"options.{name}"]
