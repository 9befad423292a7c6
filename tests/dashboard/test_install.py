"""The page that says how the tag gets onto a site, and whether events arrive."""

from __future__ import annotations

import re

import pytest

from tests.dashboard.people import Person


@pytest.fixture
def owner(acme) -> Person:
    """Somebody who is signed in and may make keys."""
    return Person.signed_in(acme.admin)


def test_a_new_write_key_stands_in_every_snippet_once_and_opens_the_intake(acme, owner, client):
    before = owner.see("/install")
    made = owner.do("POST", "/install/keys", {"name": "Shop"})

    [key] = set(re.findall(r"wk_\w+", made.html))
    assert made.text.count(f"/v1/tag/{key}.js") == 1
    assert "YOUR_WRITE_KEY" in before.text
    assert "YOUR_WRITE_KEY" not in made.text
    assert owner.see("/install").text.count("Shop of ") == 1
    assert key not in owner.see("/install").html
    body = {"writeKey": key, "action": "cart.add", "uuid": "u"}
    assert acme.edit.post("/v1/events", body).body == {"accepted": 1, "rejected": []}


def test_only_an_admin_makes_keys(analyst):
    refused = analyst.send("POST", "/install/keys", part=True)

    assert refused.status == 403
    assert "Make a new write key" not in analyst.see("/install").text
    assert '<script src="' in " ".join(analyst.see("/install").values("data-copy"))


def test_of_several_sites_the_snippet_names_the_chosen_one(acme, owner):
    made = [
        acme.admin.post("/v1/sites", {"domain": domain}).body for domain in ("a.example.com", "b.example.com")
    ]

    part = owner.see("/install", part=True, site=made[1]["id"])

    assert f"?site_id={made[1]['id']}" in part.html
    assert made[0]["id"] not in re.findall(r"site_id=(\w+)", part.html)


def test_nothing_is_said_to_arrive_before_it_does(owner):
    assert "No event has arrived" in owner.see("/install").text
    assert "No event has arrived" in owner.see("/install", part=True, arrival="1").text
