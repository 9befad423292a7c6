"""Trackers over HTTP, beyond their rules: lists, defaults, params and what a change leaves alone."""

from __future__ import annotations

import pytest


def test_uses_are_listed_archived_campaigns_included_with_what_would_be_lost(edit):
    home, old = edit.new_campaign("Home"), edit.new_campaign("Old")
    aat = edit.new_tracker(home)
    edit.new_goal(home, aat, "primary")
    edit.new_goal(old, aat)
    edit.moved(old, "archived")

    listed = edit.get(f"/v1/trackers/{aat['id']}/uses").body
    refused = edit.delete(f"/v1/trackers/{aat['id']}", dry_run="true")

    uses = listed["items"]
    assert {"campaign_id": home["id"], "name": "Home", "status": "draft", "role": "primary"} in uses
    assert {"campaign_id": old["id"], "name": "Old", "status": "archived", "role": "secondary"} in uses
    assert len(uses) == 2
    assert listed["would_lose"] == refused.body["would_lose"] == {"goals": 1, "converters": 0, "actions": 0}


@pytest.mark.parametrize(("query", "names"), [
    ({"kind": "xat"}, ["Own"]),
    ({"kind": "aat", "hidden": "true"}, ["Retired"]),
    ({"kind": "aat", "hidden": "false"}, ["Shared"]),
    ({"hidden": "true", "q": "re"}, ["Retired"]),
    ({"kind": "aat", "q": "sha"}, ["Shared"]),
    ({"kind": "widget"}, []),
])  # fmt: skip
def test_the_accounts_trackers_are_listed_by_kind_by_whether_they_are_hidden_and_by_name(edit, query, names):
    campaign = edit.new_campaign()
    edit.new_tracker(campaign, "Own", "xat")
    edit.new_tracker(campaign, "Shared", "aat")
    edit.new_tracker(campaign, "Retired", "aat", hidden=True)

    assert edit.names("/v1/trackers", **query) == names


def test_lists_are_read_page_by_page(edit):
    campaign = edit.new_campaign()
    for number in range(5):
        edit.new_tracker(campaign, f"Tracker {number}", "aat" if number % 2 else "xat")

    names: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = edit.get("/v1/trackers", limit=2, **cursor).body
        names += [item["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert names == [f"Tracker {number}" for number in (1, 3, 0, 2, 4)]


def test_what_a_new_tracker_does_not_say_has_its_default(edit):
    campaign = edit.new_campaign()

    made = edit.new_tracker(campaign, " Seen ", "xat", event="visible")

    assert made == {
        "id": made["id"],
        "number": made["number"],
        "name": "Seen",
        "event": "visible",
        "selector": "#buy",
        "kind": "xat",
        "context": "",
        "hidden": False,
        "campaign_id": campaign["id"],
        "subtest_id": None,
        "fallback_selectors": [],
        "fingerprint": None,
        "params": {"percent": 50, "milliseconds": 1000},
        "active_uses": 0,
        "version": 1,
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
    }


def test_params_go_with_the_event_they_belong_to(edit):
    xat = edit.new_tracker(edit.new_campaign(), kind="xat", event="scroll", params={"percent": 90})
    path = f"/v1/trackers/{xat['id']}"

    assert edit.patch(path, {"event": "hover"}).body["params"] == {"milliseconds": 1000}
    assert edit.patch(path, {"event": "click"}).body["params"] is None
    assert edit.patch(path, {"params": {"percent": 5}}).code == "invalid"


def test_null_in_a_change_takes_away_what_may_be_missing(edit):
    campaign = edit.new_campaign(type="multipage")
    subtest = edit.new_subtest(campaign)
    xat = edit.new_tracker(
        campaign, kind="xat", context="memo", subtest_id=subtest["id"], fingerprint={"tag": "a"}
    )

    nothing = dict.fromkeys(("context", "subtest_id", "fingerprint"))
    changed = edit.patch(f"/v1/trackers/{xat['id']}", nothing).body

    assert (changed["context"], changed["subtest_id"], changed["fingerprint"]) == ("", None, None)


def test_a_change_that_changes_nothing_makes_no_new_version(edit):
    xat = edit.new_tracker(edit.new_campaign(), kind="xat")

    answers = [edit.patch(f"/v1/trackers/{xat['id']}", body) for body in ({}, {"name": "Add to cart"})]

    assert [answer.body for answer in answers] == [xat, xat]


@pytest.mark.parametrize("status", ["ended", "archived"])
def test_trackers_are_made_in_any_campaign_but_an_archived_one(edit, status):
    campaign = edit.moved(edit.new_campaign(), status)

    body = {"name": "Late", "event": "click", "selector": "a", "kind": "xat"}
    answer = edit.post(f"/v1/campaigns/{campaign['id']}/trackers", body)

    assert answer.status == (409 if status == "archived" else 201)
    assert answer.status == 201 or answer.code == "campaign_archived"


def test_a_tracker_names_no_subtest_of_another_campaign(edit):
    subtest = edit.new_subtest(edit.new_campaign(type="multipage"))
    campaign = edit.new_campaign(type="multipage")

    body = {"name": "x", "event": "click", "selector": "a", "kind": "xat", "subtest_id": subtest["id"]}
    answer = edit.post(f"/v1/campaigns/{campaign['id']}/trackers", body)

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "subtest_id")
