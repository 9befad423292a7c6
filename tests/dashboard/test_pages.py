"""What all pages have in common: headers, errors, addresses and what they are made of."""

from __future__ import annotations

import gzip
import re

import pytest

from app import app
from chalicelib.dashboard.routes import PAGES
from chalicelib.web import assets
from tests.api import faults
from tests.dashboard.people import Person, Seen

POLICY = "default-src 'self'"
MOST_FIRST_LOAD = 60 * 1024


@pytest.fixture
def shop(api):
    """A campaign with a goal."""
    campaign = api.new_campaign("Summer <b>sale</b>", type="multipage")
    tracker = api.new_tracker(campaign, 'Add "to" <cart>', selector='a[title="<b>"]', context="<script>")
    api.new_goal(campaign, tracker, "primary")
    return campaign


@pytest.fixture
def paths(shop):
    steps = [f"/campaigns/{shop['id']}{step}" for step in ("", "/goals", "/launch")]
    return ["/sign-in", "/campaigns", "/trackers", *steps]


def test_every_page_is_html_that_runs_nothing_inline_and_is_kept_nowhere(analyst, paths):
    for path in paths[1:]:
        seen = analyst.see(path)

        assert seen.status == 200, path
        assert seen.headers["Content-Security-Policy"].startswith(POLICY)
        assert "unsafe" not in seen.headers["Content-Security-Policy"]
        assert seen.headers["Cache-Control"] == "no-store"
        assert seen.headers["X-Content-Type-Options"] == "nosniff"
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script>|javascript:|hx-on", seen.html), path


def test_names_and_selectors_are_text_wherever_they_are_shown(analyst, paths):
    pages = [analyst.see(path).html for path in paths[1:]]

    assert not any("<b>" in html or "<cart>" in html or "<script>" in html for html in pages)
    assert sum("Summer &lt;b&gt;sale&lt;/b&gt;" in html for html in pages) >= 4


def test_the_first_load_is_less_than_60_kb(analyst, paths):
    for path in paths[1:]:
        html = analyst.see(path).html
        files = set(re.findall(r"/static/([\w.-]+)", html))
        if "data-goals" in html:
            files.add(assets.name_of("goals.ts"))
        texts = [html, *loaded(files).values()]

        weight = sum(len(gzip.compress(text.encode(), mtime=0)) for text in texts)

        assert len(texts) >= 4
        assert weight < MOST_FIRST_LOAD, (path, weight)


def loaded(files: set[str]) -> dict[str, str]:
    """The files' texts, and those of all that they import at once, not only when needed."""
    texts: dict[str, str] = {}
    while files:
        file = files.pop()
        found = assets.find(file)
        assert found is not None, file
        texts[file] = found.text
        files |= set(re.findall(r'(?:from|import)"\./([\w-]+\.js)"', found.text)) - texts.keys()
    return texts


def test_a_built_file_is_served_for_good_with_its_type(analyst):
    for source, media_type in [
        ("main.ts", "text/javascript; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("icons.svg", "image/svg+xml"),
    ]:
        seen = analyst.see(f"/static/{assets.name_of(source)}")

        assert seen.status == 200
        assert seen.headers["Content-Type"] == media_type
        assert "immutable" in seen.headers["Cache-Control"]


@pytest.mark.parametrize(
    "file",
    [
        "manifest.json",
        "tag.js",
        "..%2Ftag.js",
        "..%2F..%2F__init__.py",
        "main-AAAAAAAA.js",
        "main.ts",
        "%00",
        "a" * 300,
    ],
)
def test_nothing_but_built_files_is_served(analyst, file):
    assert analyst.see(f"/static/{file}").status in (403, 404)


def test_behind_a_stage_every_address_has_the_stage(analyst, shop):
    event = {
        "resource": "/campaigns/{campaign_id}",
        "path": f"/campaigns/{shop['id']}",
        "httpMethod": "GET",
        "headers": {"Cookie": analyst.cookie},
        "multiValueHeaders": {"Cookie": [analyst.cookie]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"campaign_id": shop["id"]},
        "stageVariables": None,
        "requestContext": {
            "httpMethod": "GET",
            "resourcePath": "/campaigns/{campaign_id}",
            "path": f"/prod/campaigns/{shop['id']}",
        },
        "body": None,
        "isBase64Encoded": False,
    }

    html = app(event, None)["body"]

    addresses = re.findall(r'\s(?:href|src|action|hx-\w+)="(/[^"]*)"', html)
    assert len(addresses) > 10
    assert all(address.startswith("/prod/") for address in addresses), addresses


def test_a_page_that_is_not_there_says_so_and_a_part_tells_the_page(analyst):
    page = analyst.see("/campaigns/nowhere")
    part = analyst.see("/campaigns/nowhere", part=True)

    assert (page.status, part.status) == (404, 404)
    assert "There is no such campaign." in page.text
    assert part.events["toast"] == {"message": "There is no such campaign.", "tone": "refused"}


def test_a_page_that_a_key_may_not_see_keeps_the_menu_and_the_way_out(reader):
    refused = reader.see("/campaigns/new")

    assert refused.status == 403
    assert "Campaigns Trackers Feed Subscriptions Install" in refused.text
    assert "Sign out" in refused.text


def test_when_the_table_fails_pages_say_to_try_again_and_so_do_parts(analyst, paths):
    with faults.happening(faults.PASSING["not available"]):
        pages = [analyst.see(path) for path in paths[1:]]
        part = analyst.see("/campaigns", part=True)

    assert [page.status for page in pages] == [503] * len(pages)
    assert all("Try again in a moment." in page.text for page in pages)
    assert "Try again in a moment." in part.toast


def test_after_a_session_ended_a_part_leads_to_signing_in(analyst):
    analyst.send("POST", "/sign-out")

    seen = analyst.see("/campaigns", part=True)

    assert (seen.status, seen.location) == (200, "/sign-in")


def test_whatever_a_browser_opens_by_its_address_is_a_whole_page(analyst, api):
    campaign = api.new_campaign()
    ids = {
        "campaign_id": campaign["id"],
        "tracker_id": api.new_tracker(campaign)["id"],
        "subscription_id": "00000000000000000000000000",
        "uuid": "ann-7",
        "status": "live",
    }
    unlike = {"/static/{file}", "/campaigns/{campaign_id}/report.csv"}
    paths = {
        route.path.format(**ids)
        for route in PAGES
        if route.method == "GET" and route.path not in unlike and "{mail_id}" not in route.path
    }

    opened = {path: arrived(analyst, path) for path in paths}

    assert len(paths) > 20
    assert [path for path, seen in opened.items() if "<!doctype html>" not in seen.html] == []


def test_a_part_opened_by_its_address_leads_to_the_page_it_belongs_to(analyst):
    assert analyst.see("/mails").location == "/subscriptions"
    assert analyst.see("/campaigns/new").location == "/campaigns"
    assert analyst.see("/profiles/ann-7/erase").location == "/profiles/ann-7"
    assert "<!doctype html>" not in analyst.see("/campaigns/new", part=True).html


def arrived(person: Person, path: str) -> Seen:
    """What somebody sees in the end who opens an address."""
    seen = person.see(path)
    while seen.location:
        seen = person.see(seen.location)
    return seen
