"""What a key opens: every route, its account's things alone, and only within its scope."""

from __future__ import annotations

import base64

import pytest
from chalice.test import Client

from chalicelib.api import routes
from chalicelib.domain.api_key import Scope
from tests.api.callers import Caller, Reply, Tenant
from tests.api.requests import ROUTES, Seed, named, operation_of, those

KEYED = those(keyed=True)
LESSER = {Scope.ADMIN: ("edit", "read", "collect"), Scope.EDIT: ("read", "collect"), Scope.READ: ("collect",)}


@pytest.fixture(scope="module")
def stranger(client: Client, planted: Seed) -> Tenant:
    """An account without anything, in the table where the other has everything."""
    return Tenant.signed_up(client, "Globex")


@pytest.fixture(scope="module")
def revoked(planted: Seed) -> str:
    """A key that opened everything."""
    admin = planted.tenant.admin
    made = admin.post("/v1/keys", {"scope": "admin"}).body
    admin.delete(f"/v1/keys/{made['id']}")
    return str(made["key"])


def _another(text: str) -> str:
    return text[:-1] + ("a" if text[-1] != "a" else "b")


def _bad_headers(key: str) -> list[str]:
    prefix, account_id, key_id, secret = key.split("_")
    token = base64.b64encode(f"{key}:".encode()).decode()
    return [
        "",
        key,
        f"Basic {token}",
        "Bearer ",
        "Bearer open-sesame",
        "Bearer sk_ÀÈ_x y_z",
        f"Bearer {prefix}_{account_id}_{key_id}_{_another(secret)}",
        f"Bearer {prefix}_{account_id}_{_another(key_id)}_{secret}",
        f"Bearer {prefix}_{_another(account_id)}_{key_id}_{secret}",
        f"Bearer wk_{account_id}_{key_id}_{secret}",
        f"Bearer {key}_x",
        f"Bearer {key} {key}",
    ]


@pytest.mark.parametrize("route", KEYED, ids=named)
def test_a_route_answers_nobody_without_a_valid_key(route, shared_seed, client, revoked, stored):
    method, path, body = shared_seed.request(route)
    before = stored()
    nobody = Caller(client)

    answers = [nobody.call(method, path, body), Caller(client, revoked).call(method, path, body)]
    headers = _bad_headers(shared_seed.tenant.admin.key or "")
    answers += [nobody.send(method, path, headers={"Authorization": header}) for header in headers]

    assert {(answer.status, answer.code) for answer in answers} == {(401, "unauthorized")}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {'Bearer realm="actrail"'}
    assert stored() == before


@pytest.mark.parametrize("route", KEYED, ids=named)
def test_a_key_opens_only_what_its_scope_includes(route, shared_seed, stored):
    method, path, body = shared_seed.request(route)
    scope = operation_of(route).scope or Scope.ADMIN
    before = stored()

    answers = [getattr(shared_seed.tenant, lesser).call(method, path, body) for lesser in LESSER[scope]]

    assert {(answer.status, answer.code) for answer in answers} == {(403, "forbidden")}
    assert {answer.body["scope"] for answer in answers} == {scope}
    assert stored() == before


@pytest.mark.parametrize("route", those(keyed=True, specific=True), ids=named)
def test_another_accounts_things_are_nowhere(route, shared_seed, stranger, stored):
    method, path, body = shared_seed.request(route)
    nowhere = route.path.format(**dict.fromkeys(shared_seed.ids, "00000000000000000000000000"))
    before = stored()

    answer = stranger.admin.call(method, path, body)
    of_what_never_was = stranger.admin.call(method, nowhere, body)

    assert (answer.status, answer.code) == (404, "not_found")
    assert answer.body == of_what_never_was.body
    assert stored() == before


@pytest.mark.parametrize("route", those(keyed=True, specific=False, method="GET"), ids=named)
def test_a_list_has_nothing_of_another_account(route, shared_seed, stranger):
    own = shared_seed.tenant.admin.get(route.path)
    theirs = stranger.admin.get(route.path)

    assert own.status == theirs.status == 200
    assert not [each for each in (*shared_seed.ids.values(), shared_seed.tenant.id) if each in theirs.text]
    assert route.path in ("/v1/account", "/v1/keys") or theirs.body == {"items": [], "next_cursor": None}


def test_another_accounts_site_cannot_be_a_campaigns(shared_seed, stranger, stored):
    theirs = stranger.edit.new_campaign()
    before = stored()

    in_new = {"name": "x", "type": "ab", "site_id": shared_seed.ids["site_id"]}
    answers: list[Reply] = [
        stranger.edit.post("/v1/campaigns", in_new),
        stranger.edit.patch(f"/v1/campaigns/{theirs['id']}", {"site_id": shared_seed.ids["site_id"]}),
    ]

    assert [answer.code for answer in answers] == ["not_found", "not_found"]
    assert stored() == before


def test_another_accounts_tracker_cannot_be_a_campaigns_goal(shared_seed, stranger, stored):
    theirs = stranger.edit.new_campaign()
    before = stored()

    answer = stranger.edit.put(
        f"/v1/campaigns/{theirs['id']}/goals/{shared_seed.ids['tracker_id']}", {"role": "primary"}
    )

    assert answer.code == "not_found"
    assert stored() == before


def test_every_route_is_an_operation_and_so_tested_here_but_for_those_browsers_send_events_to():
    others = set(routes.ROUTES) - set(ROUTES)

    assert {route.operation.partition(":")[0] for route in others} <= {
        "editor",
        "editor_script",
        "intake",
        "reception",
        "segment",
        "tag",
    }


def test_health_the_contract_and_its_page_need_no_key(client, table):
    answers = {route.path: Caller(client).get(route.path) for route in those(keyed=False)}

    assert {answer.status for answer in answers.values()} == {200}
    assert answers["/health"].body == {"status": "ok", "table": table}
    assert "/v1/campaigns/{campaign_id}" in answers["/docs"].text


def test_a_new_key_opens_what_its_scope_says_until_it_is_revoked(acme, client):
    made = acme.admin.post("/v1/keys", {"scope": "edit", "name": " CI "})
    caller = Caller(client, made.body["key"])

    assert (made.status, made.body["scope"], made.body["name"]) == (201, "edit", "CI")
    assert caller.new_campaign()["status"] == "draft"
    assert acme.admin.delete(f"/v1/keys/{made.body['id']}").status == 204
    assert caller.get("/v1/campaigns").code == "unauthorized"
    assert acme.admin.delete(f"/v1/keys/{made.body['id']}").code == "not_found"


def test_a_write_key_reads_wk_and_a_secret_key_sk(acme):
    prefixes = {scope.value: acme.admin.post("/v1/keys", {"scope": scope}).body["key"][:3] for scope in Scope}

    assert prefixes == {"admin": "sk_", "edit": "sk_", "read": "sk_", "collect": "wk_"}


def test_keys_are_listed_without_their_secrets(acme):
    made = acme.admin.post("/v1/keys", {"scope": "read", "name": "Dashboard"}).body

    listed = acme.admin.get("/v1/keys").body["items"]

    assert {"id", "scope", "name", "created_at"} == listed[-1].keys()
    assert listed[-1] == {name: value for name, value in made.items() if name != "key"}
    assert len(listed) == len(Scope) + 1


@pytest.mark.parametrize("once", [None, "a-key-of-the-client"], ids=["once", "repeatable"])
def test_no_secret_is_stored(acme, stored, once):
    made = acme.admin.post("/v1/keys", {"scope": "read"}, once=once).body

    secret = made["key"].rpartition("_")[2]
    assert len(secret) == 32
    assert secret not in repr(stored())
    assert made["id"] in repr(stored())


def test_a_repeated_request_gets_the_same_secret_again(acme, client):
    first = acme.admin.post("/v1/keys", {"scope": "edit"}, once="a")
    again = acme.admin.post("/v1/keys", {"scope": "edit"}, once="a")
    another = acme.admin.post("/v1/keys", {"scope": "edit"}, once="b")

    assert (first.status, first.body) == (again.status, again.body)
    assert another.body["key"] != first.body["key"]
    assert Caller(client, again.body["key"]).get("/v1/account").status == 200


def test_only_who_made_a_key_gets_its_secret_again(acme, client):
    other = Caller(client, acme.admin.post("/v1/keys", {"scope": "admin"}).body["key"])
    acme.admin.post("/v1/keys", {"scope": "edit"}, once="a")

    again = other.post("/v1/keys", {"scope": "edit"}, once="a")

    assert (again.status, again.code) == (409, "idempotency_key_reused")


def test_a_key_that_was_revoked_is_not_shown_again(acme):
    made = acme.admin.post("/v1/keys", {"scope": "edit"}, once="a").body
    acme.admin.delete(f"/v1/keys/{made['id']}")

    again = acme.admin.post("/v1/keys", {"scope": "edit"}, once="a")

    assert (again.status, again.code) == (409, "idempotency_key_reused")
