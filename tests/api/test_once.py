"""An Idempotency-Key: the same request again gets the same answer, and another one is refused."""

from __future__ import annotations

import pytest

from tests.api.requests import named, those

POSTS = those(method="POST")
BODIED = those(method="POST", bodied=True)
OTHER = {"name": "Another"}
OTHERS = {
    "keys:create_key": {"scope": "edit"},
    "sites:create_site": {"domain": "another.example.com"},
    "campaigns:change_status": {"status": "paused"},
    "editor:begin_editor_session": {"url": "https://shop.example.com/"},
    "subscriptions:create_subscription": {"every": "day"},
}


@pytest.mark.parametrize("route", POSTS, ids=named)
def test_the_same_request_again_gets_the_same_answer_and_does_nothing(route, seed, stored):
    _, path, body = seed.request(route)
    admin = seed.tenant.admin

    first = admin.post(path, body, once="a-key")
    after = stored()
    again = admin.post(path, body, once="a-key")

    assert first.status in (200, 201, 202)
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers.get("ETag") == first.headers.get("ETag")
    assert stored() == after


@pytest.mark.parametrize("route", BODIED, ids=named)
def test_another_request_with_the_same_key_is_refused(route, seed, stored):
    _, path, body = seed.request(route)
    admin = seed.tenant.admin
    admin.post(path, body, once="a-key")
    after = stored()

    answer = admin.post(path, body | OTHERS.get(route.operation, OTHER), once="a-key")

    assert (answer.status, answer.code) == (409, "idempotency_key_reused")
    assert stored() == after


@pytest.mark.parametrize("route", BODIED, ids=named)
def test_a_refused_request_leaves_its_key_free(route, seed):
    _, path, body = seed.request(route)
    admin = seed.tenant.admin

    refused = admin.post(path, {}, once="a-key")
    done = admin.post(path, body, once="a-key")

    assert (refused.status, done.status in (200, 201)) == (422, True)


def test_a_key_is_its_accounts_own(acme, globex):
    body = {"name": "Summer", "type": "ab"}

    answers = [tenant.edit.post("/v1/campaigns", body, once="a-key") for tenant in (acme, globex)]

    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body["id"] != answers[1].body["id"]


def test_a_repeated_change_of_status_gets_its_first_answer_whatever_has_happened_since(edit):
    campaign = edit.new_campaign()
    path = f"/v1/campaigns/{campaign['id']}/status"

    first = edit.post(path, {"status": "live"}, once="a-key", if_match='"1"')
    edit.moved(campaign, "paused")
    again = edit.post(path, {"status": "live"}, once="a-key", if_match='"1"')

    assert (again.status, again.body) == (first.status, first.body)
    assert edit.get(f"/v1/campaigns/{campaign['id']}").body["status"] == "paused"


def test_a_change_to_the_status_a_campaign_has_is_remembered_too(edit):
    campaign = edit.new_campaign()
    path = f"/v1/campaigns/{campaign['id']}/status"

    first = edit.post(path, {"status": "draft"}, once="a-key")
    edit.moved(campaign, "qa")
    again = edit.post(path, {"status": "draft"}, once="a-key")
    another = edit.post(path, {"status": "live"}, once="a-key")

    assert (again.status, again.body) == (first.status, first.body)
    assert another.code == "idempotency_key_reused"
    assert edit.get(f"/v1/campaigns/{campaign['id']}").body["status"] == "qa"


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "ä"])
def test_a_key_has_1_to_255_visible_characters(edit, key):
    answer = edit.post("/v1/campaigns", {"name": "x", "type": "ab"}, once=key)

    assert (answer.status, answer.code) == (400, "malformed")
