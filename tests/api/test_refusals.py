"""Refusals have one form, say which field breaks which rule, and give nothing away when we are to blame."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.api.http import MOST_BYTES
from chalicelib.errors import ActrailError
from chalicelib.table import keys
from tests import clients
from tests.api.callers import Caller
from tests.api.requests import named, those

BODIED = those(bodied=True)


def _subclasses(error: type[ActrailError]) -> list[type[ActrailError]]:
    return [error, *(found for child in error.__subclasses__() for found in _subclasses(child))]


def test_codes_are_unique_so_that_programs_can_tell_refusals_apart():
    codes = [error.code for error in _subclasses(ActrailError) if "code" in vars(error)]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("route", BODIED, ids=named)
def test_a_body_that_is_no_json_is_malformed(route, shared_seed, stored):
    method, path, _ = shared_seed.request(route)
    before = stored()

    answers = [
        shared_seed.tenant.admin.send(method, path, raw=raw, headers={"Content-Type": "application/json"})
        for raw in (b"", b"{", b"\xff\xfe", b'{"name": "\\ud800"}', b"{'name': 1}", b"nan")
    ]

    assert {(answer.status, answer.code) for answer in answers} == {(400, "malformed")}
    assert stored() == before


@pytest.mark.parametrize("route", BODIED, ids=named)
def test_a_body_of_another_media_type_is_refused(route, shared_seed, stored):
    method, path, body = shared_seed.request(route)
    before = stored()

    answers = [
        shared_seed.tenant.admin.send(
            method, path, raw=json.dumps(body).encode(), headers={"Content-Type": media_type}
        )
        for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp")
    ]

    assert {(answer.status, answer.code) for answer in answers} == {(415, "unsupported_media_type")}
    assert stored() == before


@pytest.mark.parametrize("route", BODIED, ids=named)
def test_a_body_that_is_too_large_is_refused(route, shared_seed, stored):
    method, path, body = shared_seed.request(route)
    raw = json.dumps(body).encode()
    before = stored()

    answer = shared_seed.tenant.admin.send(method, path, raw=raw + b" " * (MOST_BYTES + 1 - len(raw)))

    assert (answer.status, answer.code) == (413, "too_large")
    assert stored() == before


@pytest.mark.parametrize("route", BODIED, ids=named)
def test_a_field_that_a_body_does_not_have_is_named(route, shared_seed, stored):
    method, path, body = shared_seed.request(route)
    before = stored()

    answer = shared_seed.tenant.admin.call(method, path, {**(body or {}), "nmae": 1})

    assert (answer.status, answer.code) == (422, "invalid")
    assert [error["field"] for error in answer.body["errors"]] == ["nmae"]
    assert stored() == before


@pytest.mark.parametrize("route", BODIED, ids=named)
@pytest.mark.parametrize("body", [[], "text", 1, True])
def test_a_body_that_is_no_object_is_invalid(route, body, shared_seed):
    method, path, _ = shared_seed.request(route)

    answer = shared_seed.tenant.admin.call(method, path, body)

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "body")


@pytest.mark.parametrize("route", those(keyed=True), ids=named)
def test_a_parameter_that_a_route_does_not_have_is_named(route, shared_seed, stored):
    method, path, body = shared_seed.request(route)
    before = stored()

    answer = shared_seed.tenant.admin.call(method, path, body, dryrun="true")

    assert (answer.status, answer.code) == (422, "invalid")
    assert [error["field"] for error in answer.body["errors"]] == ["dryrun"]
    assert stored() == before


@pytest.mark.parametrize("route", those(keyed=False), ids=named)
def test_what_tools_add_to_the_address_of_a_public_page_does_no_harm(route, client, table):
    assert Caller(client).get(route.path, utm_source="mail").status == 200


TRACKER = {"name": "x", "event": "click", "selector": "a", "kind": "xat"}
CAMPAIGN = {"name": "x", "type": "ab"}
CAMPAIGNS, TRACKERS = "/v1/campaigns", "/v1/campaigns/{campaign_id}/trackers"
GOAL = "/v1/campaigns/{campaign_id}/goals/{tracker_id}"
HOVER, SCROLL = TRACKER | {"event": "hover"}, TRACKER | {"event": "scroll"}


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", CAMPAIGNS, CAMPAIGN | {"name": " "}, "name"),
        ("POST", CAMPAIGNS, CAMPAIGN | {"name": "x" * 129}, "name"),
        ("POST", CAMPAIGNS, CAMPAIGN | {"name": "a\nb"}, "name"),
        ("POST", CAMPAIGNS, CAMPAIGN | {"name": 1}, "name"),
        ("POST", CAMPAIGNS, CAMPAIGN | {"type": "abc"}, "type"),
        ("POST", CAMPAIGNS, CAMPAIGN | {"url": "javascript:alert(1)"}, "url"),
        ("POST", CAMPAIGNS, CAMPAIGN | {"url": "https://e.com/" + "x" * 2000}, "url"),
        ("POST", CAMPAIGNS, CAMPAIGN | {"site_id": "A site"}, "site_id"),
        ("POST", CAMPAIGNS, CAMPAIGN | {"variations": [{"name": "", "weight": 1}]}, "variations.0.name"),
        ("POST", CAMPAIGNS, CAMPAIGN | {"variations": [{"name": "x", "weight": "1"}]}, "variations.0.weight"),
        ("POST", CAMPAIGNS, {"name": "x"}, "type"),
        ("PATCH", CAMPAIGNS + "/{campaign_id}", {"name": None}, "name"),
        ("PATCH", CAMPAIGNS + "/{campaign_id}", {"variations": []}, "variations"),
        ("POST", CAMPAIGNS + "/{campaign_id}/status", {"status": "gone"}, "status"),
        ("POST", CAMPAIGNS + "/{campaign_id}/subtests", {"name": ""}, "name"),
        ("POST", TRACKERS, TRACKER | {"event": "wink"}, "event"),
        ("POST", TRACKERS, TRACKER | {"kind": "goal"}, "kind"),
        ("POST", TRACKERS, TRACKER | {"selector": " "}, "selector"),
        ("POST", TRACKERS, TRACKER | {"selector": "a:contains(x)"}, "selector"),
        ("POST", TRACKERS, TRACKER | {"selector": "a >"}, "selector"),
        ("POST", TRACKERS, TRACKER | {"selector": "a" * 2001}, "selector"),
        ("POST", TRACKERS, TRACKER | {"context": "x" * 2001}, "context"),
        ("POST", TRACKERS, TRACKER | {"fallback_selectors": ["a", "b["]}, "fallback_selectors.1"),
        ("POST", TRACKERS, TRACKER | {"fallback_selectors": ["a", "b", "c"]}, "fallback_selectors"),
        ("POST", TRACKERS, TRACKER | {"fingerprint": {"tag": "x" * 65}}, "fingerprint.tag"),
        ("POST", TRACKERS, TRACKER | {"params": {"percent": 50}}, "params.percent"),
        ("POST", TRACKERS, SCROLL | {"params": {"percent": 101}}, "params.percent"),
        ("POST", TRACKERS, HOVER | {"params": {"milliseconds": 1.5}}, "params.milliseconds"),
        ("POST", TRACKERS, TRACKER | {"hidden": "no"}, "hidden"),
        ("PATCH", "/v1/trackers/{tracker_id}", {"selector": None}, "selector"),
        ("PUT", GOAL, {"role": "main"}, "role"),
        ("PUT", GOAL, {"role": "primary", "position": -1}, "position"),
        ("PUT", GOAL, {"role": "primary", "position": 30}, "position"),
        ("POST", "/v1/keys", {"scope": "root"}, "scope"),
        ("POST", "/v1/keys", {"scope": "read", "name": "x" * 129}, "name"),
        ("PATCH", "/v1/account", {"time_zone": "Mars/Olympus"}, "time_zone"),
        ("PATCH", "/v1/account", {"retention_days": 0}, "retention_days"),
        ("PATCH", "/v1/account", {"readiness": {"days": 0}}, "readiness.days"),
        ("PATCH", "/v1/account", {"readiness": None}, "readiness"),
        ("POST", "/v1/sites", {"domain": "http://example.com"}, "domain"),
        ("POST", "/v1/sites", {"domain": "e.com", "origins": ["https://e.com/x"]}, "origins.0"),
        ("POST", "/v1/sites", {"domain": "e.com", "allow": ["a", "b c"]}, "allow.1"),
        ("POST", "/v1/sites", {"domain": "e.com", "deny": ["x" * 33]}, "deny.0"),
        ("PATCH", "/v1/sites/{site_id}", {"domain": None}, "domain"),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_a_field_that_breaks_its_rule_is_named_with_the_rule(shared_seed, stored, method, path, body, field):
    before = stored()

    answer = shared_seed.tenant.admin.call(method, path.format(**shared_seed.ids), body)

    assert (answer.status, answer.code) == (422, "invalid")
    assert [error["field"] for error in answer.body["errors"]] == [field]
    assert answer.body["errors"][0]["message"]
    assert answer.body["detail"].startswith(f"{field}: ")
    assert stored() == before


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/campaigns", {"limit": "0"}),
        ("/v1/campaigns", {"limit": "101"}),
        ("/v1/campaigns", {"limit": "ten"}),
        ("/v1/campaigns", {"status": "gone"}),
        ("/v1/campaigns", {"cursor": "nonsense"}),
        ("/v1/trackers", {"kind": "goal"}),
        ("/v1/trackers", {"hidden": "perhaps"}),
        ("/v1/trackers", {"q": "x" * 129}),
        ("/v1/campaigns/{campaign_id}/trackers", {"view": "mine"}),
        ("/v1/keys", {"cursor": "W10"}),
    ],
)
def test_a_parameter_that_breaks_its_rule_is_named(shared_seed, path, query):
    answer = shared_seed.tenant.admin.get(path.format(**shared_seed.ids), **query)

    assert (answer.status, answer.code) == (422, "invalid")
    assert [error["field"] for error in answer.body["errors"]] == list(query)


def test_every_broken_rule_of_a_body_is_named_at_once(shared_seed):
    answer = shared_seed.tenant.edit.post("/v1/campaigns", {"type": "abc", "url": "x", "nmae": 1})

    assert {error["field"] for error in answer.body["errors"]} == {"name", "type", "url", "nmae"}


@pytest.mark.parametrize("wrong", ["UPPER", "a-b", "x" * 65, "%C3%A4", "a.b"])
def test_what_cannot_be_an_id_is_nowhere(shared_seed, wrong):
    answer = shared_seed.tenant.read.get(f"/v1/trackers/{wrong}")

    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize("confirm", ["", "yes", "delete_data", "true"])
def test_a_confirmation_that_does_not_say_what_it_confirms_is_refused(shared_seed, stored, confirm):
    before = stored()

    answer = shared_seed.tenant.edit.delete(f"/v1/trackers/{shared_seed.ids['tracker_id']}", confirm=confirm)

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "confirm")
    assert stored() == before


def test_every_answer_says_that_it_is_not_to_be_kept_or_guessed_at(shared_seed):
    answer = shared_seed.tenant.read.get("/v1/account")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_an_unexpected_error_is_logged_and_answered_without_details(acme, table, log):
    campaign = acme.edit.new_campaign()
    clients.set_attribute(table, keys.campaign(acme.id, campaign["id"]), "status", {"S": "nonsense"})

    answer = acme.read.get(f"/v1/campaigns/{campaign['id']}")

    logged = [line for line in log() if line["level"] == "ERROR"]
    assert (answer.status, answer.code) == (500, "internal_error")
    assert answer.body.keys() == {"type", "title", "status", "detail", "code", "message"}
    assert "nonsense" not in answer.text
    assert [line["exception_name"] for line in logged] == ["ValueError"]
    assert "'nonsense' is not a valid Status" in logged[0]["exception"]
    assert logged[0]["account_id"] == acme.id


def test_a_caller_without_a_key_learns_nothing_of_a_bad_request(client: Any, table):
    answer = Caller(client).call("POST", "/v1/campaigns", {"nmae": 1}, limit="x")

    assert (answer.status, answer.code) == (401, "unauthorized")
