"""The account and its sites."""

from __future__ import annotations

import pytest


def test_an_account_starts_with_what_is_usual(acme):
    account = acme.read.get("/v1/account").body

    assert account == {
        "id": acme.id,
        "name": "Acme",
        "time_zone": "UTC",
        "retention_days": 395,
        "readiness": {"days": 14, "visitors": 5000, "converters": 300},
        "version": 1,
        "created_at": account["created_at"],
    }
    assert account["created_at"].endswith("Z")


def test_a_change_leaves_what_it_does_not_name(acme):
    before = acme.read.get("/v1/account").body

    changed = acme.admin.patch("/v1/account", {"name": " Acme Corp ", "time_zone": "Europe/Berlin"}).body

    assert changed == before | {"name": "Acme Corp", "time_zone": "Europe/Berlin", "version": 2}
    assert acme.read.get("/v1/account").body == changed


def test_thresholds_are_changed_one_by_one(acme):
    acme.admin.patch("/v1/account", {"readiness": {"visitors": 100}})

    changed = acme.admin.patch("/v1/account", {"readiness": {"days": 7}}).body

    assert changed["readiness"] == {"days": 7, "visitors": 100, "converters": 300}


def test_a_site_is_made_read_listed_changed_and_deleted(acme):
    edit = acme.edit
    wanted = {
        "domain": " Shop.Example.com:8080 ",
        "origins": ["https://shop.example.com", "HTTPS://Shop.example.com"],
        "allow": ["cart.*", "cart.*"],
        "deny": ["cart.view"],
    }
    made = edit.post("/v1/sites", wanted)
    path = f"/v1/sites/{made.body['id']}"
    changed = edit.patch(path, {"allow": []})

    normal = {"domain": "shop.example.com:8080", "origins": ["https://shop.example.com"]}
    assert made.status == 201
    assert made.body == made.body | normal | {"allow": ["cart.*"], "deny": ["cart.view"], "version": 1}
    assert changed.body == made.body | {"allow": [], "version": 2}
    assert edit.get("/v1/sites").body["items"] == [edit.get(path).body] == [changed.body]
    assert (edit.delete(path).status, edit.get(path).status, edit.delete(path).status) == (204, 404, 404)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_sites_are_listed_page_by_page_oldest_first(acme, limit):
    domains = [f"{number}.example.com" for number in range(3)]
    for domain in domains:
        acme.edit.post("/v1/sites", {"domain": domain})

    found, query = [], {"limit": limit}
    while True:
        page = acme.read.get("/v1/sites", **query).body
        found += [site["domain"] for site in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]

    assert found == domains


def test_the_options_of_a_sites_tag_are_replaced_as_a_whole(acme):
    made = acme.edit.post("/v1/sites", {"domain": "example.com", "options": {"debug": True}}).body

    changed = acme.edit.patch(f"/v1/sites/{made['id']}", {"options": {"consent_required": True}}).body

    assert (made["options"]["debug"], made["options"]["consent_required"]) == (True, False)
    assert (changed["options"]["debug"], changed["options"]["consent_required"]) == (False, True)


def test_an_option_that_breaks_its_rule_is_named(acme):
    answer = acme.edit.post("/v1/sites", {"domain": "example.com", "options": {"cookie_domain": "a b"}})

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "options.cookie_domain")
