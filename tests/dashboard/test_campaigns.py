"""The list of campaigns, their set-up and their launch."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.table import campaign_rows, counters
from chalicelib.table.campaign_rows import CampaignRow
from chalicelib.table.counters import Addition
from tests import factories


def setup_form(seen) -> dict[str, list[str]]:
    """The fields of the set-up form as a browser would send them."""
    form = re.search(r'<form class="card".*?<template>', seen.html, re.DOTALL)
    assert form is not None
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input (?:type="hidden" )?name="(\w+)"[^>]*?value="([^"]*)"', form[0]):
        fields.setdefault(name, []).append(value)
    checked = re.search(r'name="baseline" value="(\w+)" checked', form[0])
    assert checked is not None
    return fields | {"baseline": [checked[1]]}


def test_a_campaign_is_made_set_up_and_listed(analyst):
    made = analyst.do("POST", "/campaigns", {"name": "Summer", "type": "split", "url": "https://a.example/"})
    path = made.location

    form = setup_form(analyst.see(path))
    form |= {"name": ["Autumn"], "weight": ["60", "30", "10"], "baseline": ["1"]}
    form["key"] += ["new-1"]
    form["variation"] += ["Third"]
    saved = analyst.do("POST", path, form)

    assert saved.toast == "Saved."
    again = setup_form(analyst.see(path))
    assert again["name"] == ["Autumn"]
    assert (again["key"], again["weight"], again["baseline"]) == (["0", "1", "2"], ["60", "30", "10"], ["1"])
    assert "Autumn Split test Draft Not started" in analyst.see("/campaigns").text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": [" "]}, "Must not be empty"),
        ({"url": ["shop"]}, "Must be an address that begins with http:// or https://, without blanks"),
        ({"weight": ["60", "50"]}, "Weights must add up to at most 100"),
        ({"weight": ["many", "50"]}, "Must be a whole number"),
    ],
)
def test_what_is_wrong_with_a_set_up_stands_at_its_field_and_nothing_typed_is_lost(
    analyst, api, changes, message
):
    path = f"/campaigns/{api.new_campaign('Summer')['id']}"

    seen = analyst.do("POST", path, setup_form(analyst.see(path)) | {"name": ["Typed"]} | changes)

    assert message in seen.text
    assert 'aria-invalid="true"' in seen.html or "Weights" in message
    assert changes.get("name", ["Typed"])[0] in seen.values("value")
    assert setup_form(analyst.see(path))["name"] == ["Summer"]


def test_a_set_up_that_somebody_else_has_changed_is_not_overwritten(analyst, api):
    campaign = api.new_campaign("Summer")
    path = f"/campaigns/{campaign['id']}"
    form = setup_form(analyst.see(path))
    api.patch(f"/v1{path}", {"name": "Theirs"})

    seen = analyst.do("POST", path, form | {"name": ["Mine"]})

    assert "Somebody has changed this meanwhile" in seen.text
    assert setup_form(analyst.see(path))["name"] == ["Theirs"]


def test_sub_tests_are_added_and_removed_and_one_that_is_needed_stays(analyst, api):
    campaign = api.moved(api.new_campaign(type="multipage"), "live")
    path = f"/campaigns/{campaign['id']}/subtests"

    added = analyst.do("POST", path, {"name": "Checkout", "url": "https://a.example/checkout"})
    subtest = api.get(f"/v1/campaigns/{campaign['id']}").body["subtests"][0]
    api.new_tracker(campaign, subtest_id=subtest["id"])
    refused = analyst.send("DELETE", f"{path}/{subtest['id']}", part=True)
    empty = analyst.do("POST", path, {"name": " "})

    assert "Checkout" in added.text
    assert refused.status == 409
    assert "A tracker was made in this sub-test" in refused.toast
    assert "Must not be empty" in empty.text


def test_a_campaign_goes_live_and_on_by_the_buttons_it_has(analyst, api):
    campaign = api.new_campaign("Summer")
    path = f"/campaigns/{campaign['id']}"

    before = analyst.see(f"{path}/launch")
    question = analyst.see(f"{path}/status/live", part=True)
    live = analyst.do("POST", f"{path}/status", {"status": "live", "version": campaign["version"]})
    stale = analyst.do("POST", f"{path}/status", {"status": "paused", "version": campaign["version"]})

    assert "Without a primary goal no report will ever say which variation wins." in before.text
    assert "never becomes a draft again" in question.text
    assert live.toast == "“Summer” is live now."
    assert "close-dialog" in live.events
    assert (
        "The report needs a primary goal, 14 more days live, 5,000 more visitors in a variation." in live.text
    )
    assert "Somebody has changed this meanwhile" in stale.text
    assert analyst.see(f"{path}/status/draft", part=True).status == 404


def test_a_campaign_comes_back_from_the_archive_with_all_its_goals_or_says_why_not(analyst, api):
    campaign = api.new_campaign("Summer")
    tracker = api.new_tracker(campaign)
    api.new_goal(campaign, tracker)
    api.moved(campaign, "archived")
    api.delete(f"/v1/trackers/{tracker['id']}")

    seen = analyst.do("POST", f"/campaigns/{campaign['id']}/status", {"status": "ended"})

    assert "Trackers of this campaign's goals were deleted while it was archived." in seen.text
    assert "Deleted tracker" in analyst.see(f"/campaigns/{campaign['id']}/goals").text


def test_deleting_a_campaign_says_what_goes_with_it_or_what_is_in_the_way(analyst, api):
    home, user = api.new_campaign("Home"), api.new_campaign("User")
    tracker = api.new_tracker(home, "Add to cart")
    path = f"/campaigns/{home['id']}"

    free = analyst.see(f"{path}/delete", part=True)
    api.new_goal(user, tracker)
    held = analyst.see(f"{path}/delete", part=True)
    refused = analyst.do("DELETE", path)
    api.delete(f"/v1/campaigns/{user['id']}/goals/{tracker['id']}")
    gone = analyst.do("DELETE", path)

    assert "the trackers that were made in it: Add to cart." in free.text
    assert "This campaign has to stay" in held.text
    assert "User Draft Secondary" in held.text
    assert "This campaign has to stay" in refused.text
    assert gone.location == "/campaigns"
    assert "Home" not in analyst.see("/campaigns").text


def test_the_list_tells_how_far_each_campaign_is(acme, analyst, api):
    acme.admin.patch("/v1/account", {"readiness": {"days": 1, "visitors": 4, "converters": 1}})
    campaign = api.moved(api.new_campaign(), "live")
    tracker = api.new_tracker(campaign)
    api.new_goal(campaign, tracker, "primary")
    yesterday = CampaignRow.live_since.set(datetime.now(UTC) - timedelta(days=1))
    campaign_rows.at(acme.id, campaign["id"]).update([yesterday])
    path = "/campaigns/readiness"

    def add(*names: str) -> None:
        today = datetime.now(UTC).date().isoformat()
        counters.add(
            names[0],
            [
                Addition(acme.id, campaign["id"], today, (name,), str(index))
                for index, name in enumerate(names, 1)
            ],
        )

    add("v.0", "v.0", "v.0", "v.0", "v.1", f"c.{tracker['number']}.0", f"c.{tracker['number']}.1")
    waiting = analyst.see(path, part=True, ids=campaign["id"])
    add("v.1", "v.1", "v.1")
    ready = analyst.see(path, part=True, ids=campaign["id"])
    opened, refreshed = analyst.see("/campaigns"), analyst.see("/campaigns", part=True, rows="1")

    assert "25% of the data needs 3 more visitors in a variation" in waiting.text
    assert "Ready" in ready.text
    assert path in opened.html
    assert path not in refreshed.html
    assert "Ready" in refreshed.text


def test_rule_22_a_split_that_is_off_is_told_before_a_report_is_called_ready(acme, analyst, api):
    campaign = api.moved(api.new_campaign(), "live")
    today = datetime.now(UTC).date().isoformat()
    seen = ["v.0"] * 90 + ["v.1"] * 10
    counters.add(
        "shard",
        [Addition(acme.id, campaign["id"], today, (name,), str(index)) for index, name in enumerate(seen, 1)],
    )

    listed = analyst.see("/campaigns", part=True, rows="1")
    launch = analyst.see(f"/campaigns/{campaign['id']}/launch")

    assert "Split is off" in listed.text
    assert "Split is off The visitors contradict the weights" in launch.text


def test_long_lists_page_and_a_refresh_gives_as_many_rows_as_there_were(acme, analyst):
    factories.load(acme.id, *(factories.campaign_of(acme.id, f"Campaign {number}") for number in range(27)))

    first = analyst.see("/campaigns")
    [more] = [each for each in first.values("hx-get") if "cursor=" in each]
    rest = analyst.request("GET", more, {}, part=True)
    refreshed = analyst.see("/campaigns", part=True, rows="27")

    assert [page.html.count("data-row") for page in (first, rest, refreshed)] == [25, 2, 27]
    assert "Campaign 0 " in rest.text
    assert "Show more" not in rest.text + refreshed.text


def test_an_account_without_campaigns_is_told_what_to_do_next(analyst, reader):
    assert "Make the first campaign" in analyst.see("/campaigns").text
    assert "Your key may only read." in reader.see("/campaigns").text
