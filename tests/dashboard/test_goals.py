"""The goals step: what it lists, in which order, what it knows of each, and how goals change."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from chalicelib.domain.tracker import Kind
from chalicelib.table import counters
from chalicelib.table.counters import Addition
from tests import factories


def names(seen) -> list[str]:
    """Names of the trackers in the list of what may be selected."""
    found = re.search(r'<div id="selectable".*', seen.html, re.DOTALL)
    assert found is not None
    listed = found[0].split('<div class="chosen">')[0]
    return re.findall(r'<span class="name">([^<]*)</span>', listed)


def goals(api, campaign) -> list[tuple[str, str]]:
    """The campaign's goals as the API has them."""
    items = api.get(f"/v1/campaigns/{campaign['id']}/goals").body["items"]
    return [(item["tracker"]["name"], item["role"]) for item in items]


def test_rule_6_trackers_come_in_their_order_with_what_their_box_shows(analyst, api):
    campaign, other = api.new_campaign("Own"), api.new_campaign("Other")
    api.new_tracker(campaign, "B own", "xat", selector="#own")
    api.new_tracker(campaign, "A widget", "widget")
    foreign = api.new_tracker(other, "A account", "aat", selector="[data-test=buy]")
    api.new_tracker(other, "A exclusive of another", "xat")
    hidden = api.new_tracker(other, "A hidden", "aat")
    api.patch(f"/v1/trackers/{hidden['id']}", {"hidden": True})

    seen = analyst.see(f"/campaigns/{campaign['id']}/goals")

    assert names(seen) == ["B own", "A widget", "A account"]
    box = re.search(rf'id="info-list-{foreign["id"]}".*?</div>', seen.html, re.DOTALL)
    assert box is not None
    assert other["id"] in box[0]
    assert "[data-test=buy]" in box[0]
    assert foreign["created_at"][:16] in box[0]
    entry = re.search(rf'<li class="tracker aat" id="tracker-{foreign["id"]}".*?</li>', seen.html, re.DOTALL)
    assert entry is not None
    assert "#flag" in entry[0]


def test_a_search_finds_words_of_names_as_they_are_typed(analyst, api):
    campaign = api.new_campaign()
    for name in ("Add to cart", "Cart opened", "Newsletter"):
        api.new_tracker(campaign, name)
    path = f"/campaigns/{campaign['id']}/goals/trackers"

    found = analyst.see(path, part=True, q="car")
    nothing = analyst.see(path, part=True, q="zebra")

    assert names(found) == ["Cart opened", "Add to cart"]
    assert "No tracker has a word that starts with “zebra”." in nothing.text


def test_more_trackers_than_a_page_come_when_asked_for_each_under_one_heading(acme, analyst):
    campaign = factories.new_campaign(acme.id)
    own = [factories.tracker_of(acme.id, campaign, f"Tracker {number:02}") for number in range(27)]
    factories.load(acme.id, *own, factories.tracker_of(acme.id, campaign, "Last", Kind.AAT))
    path = f"/campaigns/{campaign.id}/goals"

    first = analyst.see(path)
    [more] = [each for each in first.values("hx-get") if "cursor=" in each]
    rest = analyst.request("GET", more, {}, part=True)

    assert first.text.count("Of this campaign") == 1
    assert re.findall(r'class="name">([^<]*)<', rest.html) == ["Tracker 25", "Tracker 26", "Last"]
    assert re.findall(r'class="heading">([^<]*)<', rest.html) == ["Of the account"]


def test_rule_16_what_a_tracker_has_collected_is_told_before_it_is_selected(acme, analyst, api):
    campaign = api.new_campaign()
    tracker = api.new_tracker(campaign, "Add to cart")
    api.new_tracker(campaign, "Quiet one")
    number, today = tracker["number"], datetime.now(UTC).date().isoformat()
    counted = [
        f"c.{number}.0",
        f"c.{number}.1",
        f"a.{number}.0",
        f"a.{number}.0",
        f"a.{number}.1",
        f"a.{number}9.1",
    ]
    counters.add(
        "shard", [Addition(acme.id, campaign["id"], today, (n,), str(i)) for i, n in enumerate(counted, 1)]
    )

    seen = analyst.see(f"/campaigns/{campaign['id']}/goals")

    assert "2 converters · 3 actions here so far" in seen.text
    previews = seen.values("data-preview")
    assert previews[0].startswith("“Add to cart” has 2 unique converters and 3 actions in this campaign.")
    assert previews[1].startswith("“Quiet one” has no data in this campaign yet.")


def test_trackers_are_selected_moved_and_removed(analyst, api):
    campaign = api.new_campaign()
    one, two, three = (api.new_tracker(campaign, name) for name in ("One", "Two", "Three"))
    path = f"/campaigns/{campaign['id']}/goals"

    selected = analyst.do("PUT", f"{path}/{one['id']}", {"role": "primary"})
    analyst.do("PUT", f"{path}/{two['id']}", {"role": "secondary"})
    analyst.do("PUT", f"{path}/{three['id']}", {"role": "secondary", "position": "0"})

    assert goals(api, campaign) == [("One", "primary"), ("Three", "secondary"), ("Two", "secondary")]
    assert selected.events.keys() == {"goals-changed", "close-dialog"}
    analyst.do("PUT", f"{path}/{three['id']}", {"role": "secondary", "position": "1"})
    analyst.do("DELETE", f"{path}/{one['id']}")
    assert goals(api, campaign) == [("Two", "secondary"), ("Three", "secondary")]


def test_a_second_primary_goal_takes_the_place_of_the_first_only_when_that_is_confirmed(analyst, api):
    campaign = api.new_campaign()
    first, second = api.new_tracker(campaign, "First"), api.new_tracker(campaign, "Second")
    api.new_goal(campaign, first, "primary")
    path = f"/campaigns/{campaign['id']}/goals/{second['id']}"

    question = analyst.do("PUT", path, {"role": "primary"})
    before = goals(api, campaign)
    analyst.do("PUT", path, {"role": "primary", "replace": "true"})

    assert question.headers["HX-Retarget"] == "#dialog"
    assert (
        "“First” is the primary goal. With “Second” in its place it becomes a secondary goal" in question.text
    )
    assert "goals-restore" in question.events
    assert before == [("First", "primary")]
    assert goals(api, campaign) == [("Second", "primary"), ("First", "secondary")]


def test_what_a_rule_refuses_is_told_and_nothing_is_swapped_in(analyst, api):
    campaign, other = api.new_campaign(), api.new_campaign()
    foreign = api.new_tracker(other, "Foreign", "xat")

    seen = analyst.send(
        "PUT", f"/campaigns/{campaign['id']}/goals/{foreign['id']}", {"role": "secondary"}, part=True
    )

    assert (seen.status, seen.html) == (409, "")
    assert "selectable only in the campaign it was made in" in seen.toast


def test_a_tracker_is_made_on_the_step_where_it_is_missed(analyst, api):
    campaign = api.new_campaign()
    api.new_tracker(campaign, "Add to cart")
    path = f"/campaigns/{campaign['id']}/trackers"
    fields = {
        "name": "Add to cart",
        "event": "visible",
        "percent": "30",
        "milliseconds": "0",
        "selector": "#buy",
    }

    taken = analyst.do("POST", path, {**fields, "kind": "aat"})
    wrong = analyst.do("POST", path, {**fields, "kind": "xat", "selector": "a["})
    made = analyst.do("POST", path, {**fields, "kind": "xat"})

    assert "Another account tracker has this name." in taken.text
    assert "Must be a CSS selector" in wrong.text
    assert "Add to cart" in wrong.values("value")
    assert (made.status, made.toast) == (204, "“Add to cart” is made. Select it as a goal.")
    tracker = api.get("/v1/trackers", kind="xat").body["items"][0]
    assert (tracker["event"], tracker["params"]) == ("visible", {"percent": 30, "milliseconds": 0})


def test_the_visual_editor_opens_on_the_campaigns_page(analyst, api):
    campaign = api.new_campaign(url="https://shop.example.com/tea")
    path = f"/campaigns/{campaign['id']}"

    opened = analyst.do("POST", f"{path}/editor")

    assert f"{path}/editor" in analyst.see(f"{path}/goals").values("hx-post")
    assert opened.headers["HX-Redirect"].startswith("https://shop.example.com/tea#actrail-editor=")
    assert "Visual editor" not in analyst.see(f"/campaigns/{api.new_campaign()['id']}/goals").text


def test_the_visual_editor_opens_on_a_page_whatever_characters_its_address_has(analyst, api):
    campaign = api.new_campaign(url="https://shop.example/t\u00e9?q=%20\u0001#/caf\u00e9")

    opened = analyst.do("POST", f"/campaigns/{campaign['id']}/editor")

    assert opened.location.startswith(
        "https://shop.example/t%C3%A9?q=%20%01#/caf%C3%A9#actrail-editor=",
    )


def test_a_campaign_without_trackers_says_how_to_get_some(analyst, api):
    seen = analyst.see(f"/campaigns/{api.new_campaign()['id']}/goals")

    assert "Make one with “New tracker”" in seen.text
    assert "Drag a tracker here, or use its button “Primary”." in seen.text


def test_the_visual_editor_opens_on_the_campaigns_page_and_without_one_it_is_said_where_to_name_it(
    analyst, api
):
    with_page = api.new_campaign("With a page", url="https://shop.example/")
    without = api.new_campaign("Without one")

    opens, lacks = (analyst.see(f"/campaigns/{each['id']}/goals") for each in (with_page, without))

    hint = "Say where that is in the"
    assert f"/campaigns/{with_page['id']}/editor" in opens.values("hx-post")
    assert hint not in opens.text
    assert f"/campaigns/{without['id']}/editor" not in lacks.values("hx-post")
    assert hint in lacks.text
