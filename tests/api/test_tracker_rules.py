"""The rules of trackers, asked over HTTP. Each test is named after the rule it holds."""

from __future__ import annotations

import pytest

from chalicelib.domain import counts
from chalicelib.table import counters
from chalicelib.table.counters import Addition

AAT_CHANGES = {
    "name": "Buy now",
    "event": "submit",
    "selector": "#other",
    "kind": "xat",
    "subtest_id": "other",
    "fallback_selectors": ["#third"],
    "fingerprint": {"tag": "a"},
    "params": {"percent": 5},
}


@pytest.mark.parametrize("same", ["Add to cart", "  ADD TO CART ", "add to cart"])
def test_rule_1_two_aats_of_an_account_never_share_a_name_and_the_clash_names_who_has_it(edit, same):
    campaign, other = edit.new_campaign(), edit.new_campaign()
    holder = edit.new_tracker(campaign, "Add to cart")

    body = {"name": same, "event": "click", "selector": "a", "kind": "aat"}
    answer = edit.post(f"/v1/campaigns/{other['id']}/trackers", body)

    assert (answer.status, answer.code) == (409, "name_taken")
    assert answer.body["tracker_id"] == holder["id"]
    assert edit.names("/v1/trackers") == ["Add to cart"]


def test_rule_1_names_are_compared_normalised(edit):
    campaign = edit.new_campaign()
    holder = edit.new_tracker(campaign, "Straße é")

    body = {"name": "STRASSE e\u0301", "event": "click", "selector": "a", "kind": "aat"}
    answer = edit.post(f"/v1/campaigns/{campaign['id']}/trackers", body)

    assert answer.body["tracker_id"] == holder["id"]


def test_rule_1_another_account_may_use_the_name(acme, globex):
    acme.edit.new_tracker(acme.edit.new_campaign(), "Add to cart")

    theirs = globex.edit.new_tracker(globex.edit.new_campaign(), "Add to cart")

    assert theirs["name"] == "Add to cart"


def test_rule_1_the_name_of_a_deleted_aat_is_free_again(edit):
    campaign = edit.new_campaign()
    old = edit.new_tracker(campaign, "Add to cart")
    edit.delete(f"/v1/trackers/{old['id']}")

    new = edit.new_tracker(campaign, "Add to cart")

    assert new["id"] != old["id"]


def test_rule_2_xats_share_names_with_each_other_and_with_an_aat(edit):
    campaign, other = edit.new_campaign(), edit.new_campaign()

    for kind, place in [("aat", campaign), ("xat", campaign), ("xat", campaign), ("xat", other)]:
        edit.new_tracker(place, "Add to cart", kind)

    assert edit.names("/v1/trackers") == ["Add to cart"] * 4


@pytest.mark.parametrize("field", AAT_CHANGES)
def test_rule_3_a_saved_aat_changes_in_nothing_but_context_and_hidden(edit, field):
    aat = edit.new_tracker(edit.new_campaign())

    answer = edit.patch(f"/v1/trackers/{aat['id']}", {field: AAT_CHANGES[field], "context": "memo"})

    assert (answer.status, answer.code) == (409, "aat_immutable")
    assert answer.body["fields"] == [field]
    assert "new tracker" in answer.body["detail"]
    assert edit.get(f"/v1/trackers/{aat['id']}").body == aat


def test_rule_3_a_saved_aat_changes_in_context_and_hidden(edit):
    aat = edit.new_tracker(edit.new_campaign())

    changed = edit.patch(
        f"/v1/trackers/{aat['id']}", {"context": "memo", "hidden": True, "name": aat["name"]}
    )

    assert changed.status == 200
    assert changed.body == aat | {
        "context": "memo",
        "hidden": True,
        "version": 2,
        "updated_at": changed.body["updated_at"],
    }


def test_rule_4_an_xat_is_edited_in_everything(edit):
    campaign = edit.new_campaign(type="multipage")
    subtest = edit.new_subtest(campaign)
    xat = edit.new_tracker(campaign, kind="xat")
    everything = {
        "name": "Seen",
        "event": "visible",
        "selector": "#other",
        "context": "memo",
        "hidden": True,
        "subtest_id": subtest["id"],
        "fallback_selectors": ["#second", "#third"],
        "fingerprint": {"tag": "button"},
        "params": {"percent": 80, "milliseconds": 0},
    }

    changed = edit.patch(f"/v1/trackers/{xat['id']}", everything)

    assert changed.status == 200
    assert everything.items() <= edit.get(f"/v1/trackers/{xat['id']}").body.items()


def test_rule_4_an_xat_becomes_an_aat_if_the_name_is_free_and_never_goes_back(edit):
    campaign = edit.new_campaign()
    holder = edit.new_tracker(campaign, "Add to cart")
    xat = edit.new_tracker(campaign, "add to Cart", "xat")
    path = f"/v1/trackers/{xat['id']}"

    taken = edit.patch(path, {"kind": "aat"})
    renamed = edit.patch(path, {"kind": "aat", "name": "Buy"})
    back = edit.patch(path, {"kind": "xat"})

    assert (taken.status, taken.code, taken.body["tracker_id"]) == (409, "name_taken", holder["id"])
    assert (renamed.status, renamed.body["kind"]) == (200, "aat")
    assert (back.status, back.code) == (409, "aat_immutable")


@pytest.mark.parametrize(("kind", "wanted"), [("xat", "widget"), ("widget", "xat"), ("widget", "aat")])
def test_rule_4_no_other_kind_becomes_another(edit, kind, wanted):
    tracker = edit.new_tracker(edit.new_campaign(), kind=kind)

    answer = edit.patch(f"/v1/trackers/{tracker['id']}", {"kind": wanted}, view="editor")

    assert (answer.status, answer.code) == (409, "kind_fixed")


def test_rule_5_an_xat_is_selectable_only_in_the_campaign_it_was_made_in_and_an_aat_in_every_one(edit):
    home, other = edit.new_campaign(), edit.new_campaign()
    xat, aat = edit.new_tracker(home, "Own", "xat"), edit.new_tracker(home, "Shared", "aat")

    refused = edit.put(f"/v1/campaigns/{other['id']}/goals/{xat['id']}", {"role": "secondary"})

    assert edit.names(f"/v1/campaigns/{home['id']}/trackers", view="goals") == ["Own", "Shared"]
    assert edit.names(f"/v1/campaigns/{other['id']}/trackers", view="goals") == ["Shared"]
    assert (refused.status, refused.code) == (409, "not_selectable")
    assert edit.new_goal(other, aat)["role"] == "secondary"
    assert edit.new_goal(home, xat)["role"] == "secondary"


def test_rule_5_hidden_trackers_are_left_out_of_goal_setup_and_kept_in_the_accounts_list(edit):
    campaign = edit.new_campaign()
    tracker = edit.new_tracker(campaign, "Add to cart")
    edit.patch(f"/v1/trackers/{tracker['id']}", {"hidden": True})

    refused = edit.put(f"/v1/campaigns/{campaign['id']}/goals/{tracker['id']}", {"role": "secondary"})

    assert edit.names(f"/v1/campaigns/{campaign['id']}/trackers", view="goals") == []
    assert edit.names("/v1/trackers") == ["Add to cart"]
    assert edit.names("/v1/trackers", hidden="true") == ["Add to cart"]
    assert edit.names("/v1/trackers", hidden="false") == []
    assert refused.code == "not_selectable"


def test_rule_6_goal_setup_lists_xats_then_widget_trackers_then_aats_each_by_name(edit):
    home, other = edit.new_campaign(), edit.new_campaign()
    edit.new_tracker(other, "Another shared", "aat")
    for kind in ("aat", "widget", "xat"):
        for name in (f"b {kind}", f"A {kind}"):
            edit.new_tracker(home, name, kind)

    listed = edit.names(f"/v1/campaigns/{home['id']}/trackers", view="goals")

    assert listed == ["A xat", "b xat", "A widget", "b widget", "A aat", "Another shared", "b aat"]


def test_rule_6_the_search_finds_what_a_word_of_the_name_starts_with_names_that_start_with_it_first(edit):
    campaign = edit.new_campaign()
    for name in ("Add to cart", "Cart opened", "Checkout", "My CARTs", "Descartes"):
        edit.new_tracker(campaign, name)
    path = f"/v1/campaigns/{campaign['id']}/trackers"

    assert edit.names(path, view="goals", q=" CART") == ["Cart opened", "Add to cart", "My CARTs"]
    assert edit.names("/v1/trackers", q="to c") == ["Add to cart"]
    assert edit.names("/v1/trackers", q="nothing") == []


def test_rule_6_every_aat_carries_what_its_info_box_shows(edit):
    home, other = edit.new_campaign(), edit.new_campaign()
    made = edit.new_tracker(home, "Add to cart", selector="#buy")

    (entry,) = edit.get(f"/v1/campaigns/{other['id']}/trackers", view="goals").body["items"]

    assert (entry["name"], entry["campaign_id"], entry["selector"]) == ("Add to cart", home["id"], "#buy")
    assert entry["created_at"] == made["created_at"]


def test_rule_7_the_editor_shows_only_the_trackers_made_in_its_campaign(edit):
    home, other = edit.new_campaign(), edit.new_campaign()
    edit.new_tracker(other, "Made elsewhere", "aat")
    for kind in ("aat", "widget", "xat"):
        edit.new_tracker(home, f"Made here {kind}", kind)

    listed = edit.names(f"/v1/campaigns/{home['id']}/trackers", view="editor")

    assert sorted(listed) == ["Made here aat", "Made here widget", "Made here xat"]


def test_rule_8_widget_trackers_are_edited_and_deleted_through_the_editor_only(edit):
    widget = edit.new_tracker(edit.new_campaign(), kind="widget")
    path = f"/v1/trackers/{widget['id']}"

    elsewhere = [edit.patch(path, {"selector": "#b"}), edit.delete(path), edit.delete(path, view="goals")]
    edited = edit.patch(path, {"selector": "#b"}, view="editor")
    deleted = edit.delete(path, view="editor")

    assert {(answer.status, answer.code) for answer in elsewhere} == {(409, "widget_editor_only")}
    assert (edited.status, edited.body["selector"]) == (200, "#b")
    assert (deleted.status, edit.get(path).status) == (204, 404)


@pytest.mark.parametrize("uses", [[], ["archived"]], ids=["unused", "of an archived campaign"])
def test_rule_9_deleting_an_aat_no_running_campaign_uses_asks_nothing_and_loses_no_campaign_data(edit, uses):
    home, user = edit.new_campaign(), edit.new_campaign("User")
    aat = edit.new_tracker(home)
    for status in uses:
        edit.new_goal(user, aat)
        edit.moved(user, status)

    deleted = edit.delete(f"/v1/trackers/{aat['id']}")

    goals = edit.get(f"/v1/campaigns/{user['id']}/goals").body["items"]
    assert deleted.status == 204
    assert edit.get(f"/v1/trackers/{aat['id']}").code == "not_found"
    assert [(goal["tracker_id"], goal["tracker"]) for goal in goals] == [(aat["id"], None) for _ in uses]


def _have_counted(account, campaign, tracker, *, converters, actions):
    number = str(tracker["number"])
    names = [counts.converters(number, "0")] * converters + [counts.actions(number, "0")] * actions
    counters.add(
        "shard",
        [
            Addition(account.id, campaign["id"], "2026-01-05", (name,), str(sequence))
            for sequence, name in enumerate(names)
        ],
    )


def test_rule_10_deleting_a_tracker_in_use_says_where_and_what_would_be_lost(acme, edit):
    home, live, old = edit.new_campaign("Home"), edit.new_campaign("Live"), edit.new_campaign("Old")
    aat = edit.new_tracker(home)
    for campaign, role in [(home, "primary"), (live, "secondary"), (old, "secondary")]:
        edit.new_goal(campaign, aat, role)
    edit.moved(live, "live")
    edit.moved(old, "archived")
    _have_counted(acme, live, aat, converters=2, actions=3)

    answer = edit.delete(f"/v1/trackers/{aat['id']}")

    uses = {(use["campaign_id"], use["name"], use["status"], use["role"]) for use in answer.body["uses"]}
    assert (answer.status, answer.code) == (409, "in_use")
    assert uses == {(home["id"], "Home", "draft", "primary"), (live["id"], "Live", "live", "secondary")}
    assert answer.body["would_lose"] == {"goals": 2, "converters": 2, "actions": 3}
    assert edit.get(f"/v1/trackers/{aat['id']}").body["active_uses"] == 2


def test_rule_10_the_same_call_with_confirmation_goes_through_and_removes_the_goals(edit):
    home, live = edit.new_campaign("Home"), edit.new_campaign("Live")
    aat, kept = edit.new_tracker(home), edit.new_tracker(home, "Kept")
    for campaign in (home, live):
        edit.new_goal(campaign, aat, "primary")
        edit.new_goal(campaign, kept)

    deleted = edit.delete(f"/v1/trackers/{aat['id']}", confirm="delete-data")

    assert (deleted.status, deleted.body["kind"]) == (202, "tracker_removal")
    assert edit.get(f"/v1/jobs/{deleted.body['id']}").body["status"] == "running"
    for campaign in (home, live):
        after = edit.get(f"/v1/campaigns/{campaign['id']}").body
        goals = edit.get(f"/v1/campaigns/{campaign['id']}/goals").body["items"]
        assert [goal["tracker_id"] for goal in goals] == [kept["id"]]
        assert (after["goal_count"], after["primary_id"]) == (1, None)
