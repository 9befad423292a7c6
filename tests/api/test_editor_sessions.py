"""An editor session opens one campaign's trackers, from a customer's page, for an hour."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalice.test import Client

from chalicelib.api import editor_script
from chalicelib.api.http import Operation
from chalicelib.domain.editor_session import EditorToken
from chalicelib.table import editor_sessions
from tests.api.callers import Caller, Fields, Reply
from tests.api.requests import ROUTES, Seed, named, operation_of

PAGE = "https://shop.example.com/cart"
OPEN = [route for route in ROUTES if operation_of(route).editor]
CLOSED = [route for route in ROUTES if operation_of(route).scope and not operation_of(route).editor]


@pytest.fixture
def campaign(edit: Caller) -> Fields:
    return edit.new_campaign("Summer", url=PAGE)


@pytest.fixture
def session(edit: Caller, campaign: Fields) -> Fields:
    return _begun(edit, campaign)


@pytest.fixture
def editor(client: Client, session: Fields) -> Caller:
    """The visual editor on the campaign's page."""
    return Caller(client, session["token"])


def _begun(edit: Caller, campaign: Fields, body: Fields | None = None) -> Fields:
    answer = edit.post(f"/v1/campaigns/{campaign['id']}/editor-sessions", body or {})
    assert answer.status == 201, answer
    return dict(answer.body)


def _new(name: str = "Buy", kind: str = "aat") -> Fields:
    return {"name": name, "event": "click", "selector": "#buy", "kind": kind}


def test_the_address_is_the_campaigns_or_the_one_given_with_the_token_in_its_hash(edit, campaign, session):
    of_another_page = _begun(edit, campaign, {"url": "https://shop.example.com/#/tea?x=1"})
    token = of_another_page["token"]

    assert session["url"] == f"{PAGE}#actrail-editor={session['token']}"
    assert of_another_page["url"] == f"https://shop.example.com/#/tea?x=1#actrail-editor={token}"
    assert re.fullmatch(r"ed(_[0-9a-z]+){4}", token)


def test_without_any_address_there_is_nothing_to_open(edit):
    campaign = edit.new_campaign()

    answer = edit.post(f"/v1/campaigns/{campaign['id']}/editor-sessions", {})

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "url")


def test_an_archived_campaign_has_no_editor(edit, campaign):
    edit.moved(campaign, "archived")

    answer = edit.post(f"/v1/campaigns/{campaign['id']}/editor-sessions", {})

    assert (answer.status, answer.code) == (409, "campaign_archived")


def test_an_editor_makes_lists_changes_and_deletes_its_campaigns_trackers(editor, campaign):
    path = f"/v1/campaigns/{campaign['id']}/trackers"
    made = editor.post(path, _new("Widget", "widget")).body
    tracker = f"/v1/trackers/{made['id']}"

    changed = editor.patch(tracker, {"selector": "#more"}, view="editor", if_match='"1"')
    taken = editor.post(path, _new()).status, editor.post(path, _new(" BUY "), dry_run="true")

    assert editor.get(f"/v1/campaigns/{campaign['id']}").body["name"] == "Summer"
    assert changed.body["selector"] == "#more"
    assert (taken[0], taken[1].code) == (201, "name_taken")
    assert editor.names(path, view="editor") == ["Buy", "Widget"]
    assert editor.get(f"{tracker}/uses").body["items"] == []
    assert editor.delete(tracker, view="editor").status == 204
    assert editor.names(path) == ["Buy"]


def test_an_editor_is_told_at_once_that_an_account_tracker_has_a_name(edit, editor, campaign):
    tracker = edit.new_tracker(edit.new_campaign(), "Grüße")
    edit.new_tracker(campaign, "Free", "xat")
    path = f"/v1/campaigns/{campaign['id']}/tracker-name"

    holders = [
        editor.get(path, name=name).body["tracker_id"] for name in (" GRU\u0308SSE ", "Free", "grüsse")
    ]

    assert holders == [tracker["id"], None, tracker["id"]]


def test_an_editor_is_warned_of_what_a_deletion_would_lose(edit, editor, campaign):
    tracker = edit.new_tracker(campaign)
    edit.new_goal(edit.new_campaign("Winter"), tracker, "primary")
    path = f"/v1/trackers/{tracker['id']}"

    warned = editor.delete(path, dry_run="true", view="editor")
    done = editor.delete(path, confirm="delete-data", view="editor")

    assert (warned.code, [use["name"] for use in warned.body["uses"]]) == ("in_use", ["Winter"])
    assert done.status == 202


@pytest.mark.parametrize("route", CLOSED, ids=named)
def test_nothing_else_is_open_to_an_editor(route, shared_seed: Seed, client, stored):
    token = _begun(shared_seed.tenant.edit, {"id": shared_seed.ids["campaign_id"]}, {"url": PAGE})["token"]
    method, path, body = shared_seed.request(route)
    before = stored()

    answer = Caller(client, token).call(method, path, body)

    assert (answer.status, answer.code) == (403, "forbidden")
    assert stored() == before


@pytest.mark.parametrize("route", OPEN, ids=named)
def test_what_is_of_another_campaign_is_nowhere(route, shared_seed: Seed, client, stored):
    edit = shared_seed.tenant.edit
    token = _begun(edit, edit.new_campaign("Other"), {"url": PAGE})["token"]
    method, path, body = shared_seed.request(route)
    before = stored()

    answer = Caller(client, token).call(method, path, body)

    assert (answer.status, answer.code) == (404, "not_found")
    assert stored() == before


def test_the_accounts_trackers_are_no_list_of_the_editors(editor, campaign):
    answer = editor.get(f"/v1/campaigns/{campaign['id']}/trackers", view="goals")

    assert (answer.status, answer.code) == (403, "forbidden")


@pytest.mark.parametrize("route", OPEN, ids=named)
def test_a_browser_may_ask_and_read_every_answer_without_cookies(route, shared_seed: Seed, client):
    method, path, _ = shared_seed.request(route)
    origin = {"Origin": "https://shop.example.com"}

    asked = client.http.request("OPTIONS", path, headers=origin)
    refused = Caller(client).send(method, path, headers=origin)

    assert asked.status_code == 204
    assert method in asked.headers["Access-Control-Allow-Methods"].split(", ")
    allowed = set(asked.headers["Access-Control-Allow-Headers"].lower().split(", "))
    assert {"authorization", "content-type", "if-match"} <= allowed
    assert refused.status == 401
    for headers in (asked.headers, refused.headers):
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize("route", CLOSED, ids=named)
def test_a_browser_reads_nothing_else(route, shared_seed: Seed):
    method, path, _ = shared_seed.request(route)

    answer = shared_seed.tenant.collect.send(method, path, headers={"Origin": "https://shop.example.com"})

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_session_ends_with_the_key_that_began_it(acme, client, campaign):
    key = acme.admin.post("/v1/keys", {"scope": "edit"}).body
    editor = Caller(client, _begun(Caller(client, key["key"]), campaign)["token"])
    before = editor.get(f"/v1/campaigns/{campaign['id']}").status

    acme.admin.delete(f"/v1/keys/{key['id']}")

    assert (before, _get(editor, campaign).code) == (200, "unauthorized")


def test_a_session_ends_when_the_editor_is_left(editor, campaign, session):
    path = f"/v1/campaigns/{campaign['id']}/editor-sessions/{session['id']}"

    left = editor.delete(path)

    assert left.status == 204
    assert _get(editor, campaign).code == "unauthorized"


def test_an_editor_ends_no_session_but_its_own(edit, editor, campaign):
    other = _begun(edit, campaign)

    answer = editor.delete(f"/v1/campaigns/{campaign['id']}/editor-sessions/{other['id']}")

    assert (answer.status, answer.code) == (404, "not_found")


def test_a_session_lasts_an_hour(session):
    token = EditorToken.parse(session["token"])
    assert token is not None
    end = datetime.fromisoformat(session["expires_at"])
    an_hour = timedelta(hours=1)

    assert abs(datetime.now(UTC) + an_hour - end) < timedelta(minutes=1)
    assert editor_sessions.opened_by(token, end - timedelta(seconds=1)) is not None
    assert editor_sessions.opened_by(token, end) is None


def test_no_secret_is_stored(session, stored):
    assert session["token"].rpartition("_")[2] not in repr(stored())


@pytest.mark.parametrize("place", range(1, 5))
def test_a_token_opens_nothing_once_any_of_it_differs(client, campaign, session, place):
    parts = session["token"].split("_")
    parts[place] = parts[place][:-1] + ("a" if parts[place][-1] != "a" else "b")

    answer = _get(Caller(client, "_".join(parts)), campaign)

    assert (answer.status, answer.code) == (401, "unauthorized")


def test_who_repeats_the_request_gets_the_same_token_and_nobody_else(acme, client, campaign):
    path = f"/v1/campaigns/{campaign['id']}/editor-sessions"
    other = Caller(client, acme.admin.post("/v1/keys", {"scope": "edit"}).body["key"])

    first, again = (acme.edit.post(path, {}, once="a") for _ in range(2))
    stranger = other.post(path, {}, once="a")

    assert (first.status, first.body) == (again.status, again.body)
    assert stranger.code == "idempotency_key_reused"


def test_the_document_says_what_an_editor_may_ask(client):
    contract: dict[str, Any] = Caller(client).get("/openapi.json").body

    open_to_editors = {
        (method.upper(), path)
        for path, operations in contract["paths"].items()
        for method, described in operations.items()
        if {"editorToken": []} in described["security"]
    }

    assert open_to_editors == {(route.method, route.path) for route in OPEN}
    assert all(isinstance(route.load(), Operation) for route in OPEN)


def test_pages_of_any_origin_may_import_the_editors_script(client, tmp_path, monkeypatch):
    (tmp_path / "editor.js").write_text("export const open = 1;\n")
    monkeypatch.setattr(editor_script, "BUILT", tmp_path / "editor.js")
    origin = {"Origin": "https://shop.example.com"}

    first = client.http.request("GET", "/v1/editor.js", headers=origin)
    known = {**origin, "If-None-Match": first.headers["ETag"]}
    again = client.http.request("GET", "/v1/editor.js", headers=known)

    assert (first.status_code, first.body) == (200, b"export const open = 1;\n")
    assert first.headers["Access-Control-Allow-Origin"] == origin["Origin"]
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert (again.status_code, again.body) == (304, b"")


def test_a_deployment_without_the_editors_script_says_so(client, tmp_path, monkeypatch):
    monkeypatch.setattr(editor_script, "BUILT", tmp_path / "missing.js")

    answer = client.http.request("GET", "/v1/editor.js")

    assert answer.status_code == 503


def _get(caller: Caller, campaign: Fields) -> Reply:
    return caller.get(f"/v1/campaigns/{campaign['id']}")
