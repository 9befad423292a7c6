"""The account's trackers: the list with its filters, health, hiding, editing and deleting."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain import counts
from chalicelib.table import counters
from chalicelib.table.counters import Addition


def names(seen) -> list[str]:
    return re.findall(r'class="shown-name">([^<]*)<', seen.html)


def count_action(account_id, campaign, tracker, days_ago: int, *, by_fallback: bool = False) -> None:
    day = (datetime.now(UTC) - timedelta(days=days_ago)).date().isoformat()
    names = counts.of_action(str(tracker["number"]), "0", by_fallback=by_fallback)
    counters.add(f"shard-{tracker['id']}", [Addition(account_id, campaign["id"], day, names, "1")])


def test_the_list_has_every_tracker_with_where_it_comes_from_and_is_used(analyst, api):
    home, user = api.new_campaign("Home"), api.new_campaign("User")
    aat = api.new_tracker(home, "Add to cart", "aat", selector="#buy", context="the big one")
    api.new_tracker(home, "Own", "xat")
    api.new_goal(home, aat)
    api.new_goal(user, aat, "primary")

    seen = analyst.see("/trackers")
    uses = analyst.see(f"/trackers/{aat['id']}/uses", part=True)

    assert names(seen) == ["Add to cart", "Own"]
    assert "Click #buy Home 2 campaigns" in seen.text
    assert "the big one" in seen.text
    assert "Home Draft Secondary User Draft Primary" in uses.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Add to cart", "Hidden cart", "Slider", "Own"]),
        ({"kind": "aat"}, ["Add to cart", "Hidden cart"]),
        ({"kind": "widget"}, ["Slider"]),
        ({"hidden": "true"}, ["Hidden cart"]),
        ({"hidden": "false", "kind": "aat"}, ["Add to cart"]),
        ({"q": "cart"}, ["Add to cart", "Hidden cart"]),
        ({"health": "not_live"}, ["Add to cart", "Hidden cart", "Slider", "Own"]),
        ({"health": "silent"}, []),
        (
            {"kind": "nonsense", "health": "nonsense", "hidden": "nonsense"},
            ["Add to cart", "Hidden cart", "Slider", "Own"],
        ),
    ],
)
def test_filters_keep_what_is_wanted(analyst, api, query, expected):
    campaign = api.new_campaign()
    api.new_tracker(campaign, "Add to cart", "aat")
    hidden = api.new_tracker(campaign, "Hidden cart", "aat")
    api.new_tracker(campaign, "Own", "xat")
    api.new_tracker(campaign, "Slider", "widget")
    api.patch(f"/v1/trackers/{hidden['id']}", {"hidden": True})

    seen = analyst.see("/trackers", part=True, **query)

    assert sorted(names(seen)) == sorted(expected)
    assert ("No tracker is like that" in seen.text) == (not expected)


def test_health_tells_what_receives_what_is_silent_and_what_cannot_receive(acme, analyst, api):
    live, draft = api.moved(api.new_campaign("Live"), "live"), api.new_campaign("Draft")
    receiving, silent, never = (
        api.new_tracker(live, name, "xat") for name in ("Receiving", "Silent", "Never")
    )
    resting = api.new_tracker(draft, "Resting", "xat")
    account = api.new_tracker(draft, "Account", "aat")
    count_action(acme.id, live, receiving, 0)
    count_action(acme.id, live, silent, 3)
    count_action(acme.id, live, account, 1)

    found = {health: names(analyst.see("/trackers", health=health)) for health in HEALTHS}
    ids = ",".join(each["id"] for each in (receiving, silent, never, resting, account))
    later = analyst.see("/trackers/health", part=True, ids=ids)

    assert found == {
        "receiving": ["Account", "Receiving"],
        "silent": ["Silent"],
        "never": ["Never"],
        "drifting": [],
        "not_live": ["Resting"],
    }
    for label in ("Receiving", "Silent for 24 h", "Nothing yet", "Not live"):
        assert label in later.text
    assert later.html.count("hx-swap-oob") == 5


HEALTHS = ("receiving", "silent", "never", "drifting", "not_live")


def test_a_drifting_tracker_is_found_and_says_what_to_do_by_its_kind(acme, analyst, api):
    live = api.moved(api.new_campaign("Live"), "live")
    own, account, well = (
        api.new_tracker(live, name, kind)
        for name, kind in (("Own", "xat"), ("Account", "aat"), ("Well", "xat"))
    )
    for tracker in (own, account):
        count_action(acme.id, live, tracker, 1, by_fallback=True)
    count_action(acme.id, live, well, 0)

    found = {kind: analyst.see("/trackers", health="drifting", kind=kind) for kind in ("", "xat", "aat")}
    later = analyst.see("/trackers/health", part=True, ids=f"{own['id']},{well['id']}")

    assert {kind: names(seen) for kind, seen in found.items()} == {
        "": ["Account", "Own"],
        "xat": ["Own"],
        "aat": ["Account"],
    }
    assert "open the editor and point at it again" in found["xat"].text
    assert "open the editor, make a new one" in found["aat"].text
    assert later.text.count("Drifting") == later.text.count("point at it again") == 1


def test_the_eye_hides_a_tracker_from_goal_set_up_and_shows_it_again(analyst, api):
    campaign = api.new_campaign()
    tracker = api.new_tracker(campaign, "Slider", "widget")
    goals = f"/campaigns/{campaign['id']}/goals"

    hidden = analyst.do("POST", f"/trackers/{tracker['id']}/hidden", {"hidden": "true"})
    without = analyst.see(goals).text
    shown = analyst.do("POST", f"/trackers/{tracker['id']}/hidden", {"hidden": "false"})

    assert 'aria-pressed="true"' in hidden.html
    assert "Slider" not in without
    assert 'aria-pressed="false"' in shown.html
    assert "Slider" in analyst.see(goals).text


def test_rule_4_an_xat_is_edited_in_everything_and_may_become_an_aat(analyst, api):
    campaign = api.new_campaign()
    tracker = api.new_tracker(campaign, "Own", "xat")
    api.new_tracker(campaign, "Taken", "aat")
    path = f"/trackers/{tracker['id']}"
    fields = {"name": "Renamed", "event": "scroll", "percent": "75", "selector": ".new", "context": "memo"}

    form = analyst.see(f"{path}/edit", part=True)
    saved = analyst.do("POST", path, {**fields, "kind": "xat", "version": "1"})
    stale = analyst.do("POST", path, {**fields, "kind": "xat", "name": "Late", "version": "1"})
    taken = analyst.do("POST", path, {**fields, "kind": "aat", "name": "taken", "version": "2"})
    analyst.do("POST", path, {**fields, "kind": "aat", "version": "2"})

    assert "Own" in form.values("value")
    assert (saved.status, saved.events.keys()) == (204, {"toast", "trackers-changed", "close-dialog"})
    assert "Somebody has changed this meanwhile" in stale.text
    assert "Another account tracker has this name." in taken.text
    now = api.get(f"/v1{path}").body
    assert (now["name"], now["event"], now["params"], now["kind"]) == (
        "Renamed",
        "scroll",
        {"percent": 75},
        "aat",
    )


def test_rule_3_of_an_aat_the_memo_alone_is_edited(analyst, api):
    tracker = api.new_tracker(api.new_campaign(), "Add to cart", "aat")
    path = f"/trackers/{tracker['id']}"

    form = analyst.see(f"{path}/edit", part=True)
    analyst.do("POST", path, {"name": "Other", "selector": "b", "context": "memo", "version": "1"})

    assert "never changes in what it tracks" in form.text
    assert 'name="selector"' not in form.html
    now = api.get(f"/v1{path}").body
    assert (now["name"], now["context"]) == ("Add to cart", "memo")


def test_rule_9_deleting_what_nothing_uses_is_one_plain_question(analyst, api):
    tracker = api.new_tracker(api.new_campaign(), "Add to cart")
    path = f"/trackers/{tracker['id']}"

    question = analyst.see(f"{path}/delete", part=True)
    deleted = analyst.do("POST", f"{path}/delete")

    assert "Delete “Add to cart”?" in question.text
    assert 'name="typed"' not in question.html
    assert deleted.toast == "“Add to cart” is deleted."
    assert api.get(f"/v1{path}").status == 404


def test_rule_10_deleting_what_is_in_use_says_where_and_what_is_lost_and_asks_for_the_name(
    acme, analyst, api
):
    campaign = api.new_campaign("Summer")
    tracker = api.new_tracker(campaign, "Add to cart")
    api.new_goal(campaign, tracker, "primary")
    count_action(acme.id, campaign, tracker, 0)
    path = f"/trackers/{tracker['id']}"

    question = analyst.see(f"{path}/delete", part=True)
    plain = analyst.do("POST", f"{path}/delete")
    misspelt = analyst.do("POST", f"{path}/delete", {"typed": "Add to card"})
    before = api.get(f"/v1{path}").status
    deleted = analyst.do("POST", f"{path}/delete", {"typed": " Add to cart "})

    for seen in (question, plain, misspelt):
        assert "Summer Draft Primary" in seen.text
        assert "1 goal with 0 unique converters and 1 action." in seen.text
    assert "Type the name as it is: Add to cart" in misspelt.text
    assert "Type the name as it is" not in plain.text
    assert before == 200
    assert deleted.status == 204
    assert api.get(f"/v1{path}").status == 404
    assert api.get(f"/v1/campaigns/{campaign['id']}/goals").body["items"] == []


def test_rule_8_a_widget_tracker_is_neither_edited_nor_deleted_here(analyst, api):
    tracker = api.new_tracker(api.new_campaign(), "Slider", "widget")
    path = f"/trackers/{tracker['id']}"

    question = analyst.see(f"{path}/delete", part=True)
    refused = analyst.send("POST", f"{path}/delete", part=True)
    edited = analyst.do("POST", path, {"name": "Other", "event": "click", "selector": "a", "kind": "widget"})

    assert "belongs to a widget" in question.text
    assert refused.status == 409
    assert "in the visual editor only" in edited.text
    assert api.get(f"/v1{path}").body["name"] == "Slider"


def test_a_tracker_leads_to_the_visual_editor_of_the_campaign_it_was_made_in(analyst, api):
    home, pageless = api.new_campaign("Home", url="https://shop.example/"), api.new_campaign("Pageless")
    api.new_tracker(home, "Add to cart", "aat")
    api.new_tracker(pageless, "Own")

    seen = analyst.see("/trackers")

    assert f'hx-post="/campaigns/{home["id"]}/editor"' in seen.html
    assert f'href="/campaigns/{home["id"]}/goals"' in seen.html
    assert f'href="/campaigns/{pageless["id"]}/goals"' in seen.html
    assert f"/campaigns/{pageless['id']}/editor" not in seen.html


def test_an_account_without_trackers_is_told_where_they_are_made(analyst):
    assert "Open a campaign and make one on its step “Goals”." in analyst.see("/trackers").text


def test_where_a_name_is_taken_the_tracker_that_has_it_is_a_link_away(analyst, api):
    campaign = api.new_campaign()
    holder = api.new_tracker(campaign, "Add to cart", "aat")
    typed = {"name": " ADD to cart ", "event": "click", "selector": "#buy", "kind": "aat", "context": ""}

    taken = analyst.do("POST", f"/campaigns/{campaign['id']}/trackers", typed)

    [link] = [address for address in taken.values("href") if address.startswith("/trackers")]
    path, _, row = link.partition("#")
    assert row in analyst.see(path).values("id")
    assert row == f"row-{holder['id']}"
