"""The rules of campaigns and their goals, asked over HTTP. Each test is named after the rule it holds."""

from __future__ import annotations

import itertools

import pytest

from chalicelib.domain.campaign import MAX_SUBTESTS, Status
from chalicelib.table import keys
from tests import clients

EVEN = [
    {"id": "0", "name": "Original", "weight": 50, "baseline": True},
    {"id": "1", "name": "Variation 1", "weight": 50, "baseline": False},
]


def test_rule_11_a_campaign_goes_only_when_no_other_uses_an_aat_made_in_it(edit):
    home, user = edit.new_campaign("Home"), edit.new_campaign("User")
    aat = edit.new_tracker(home)
    edit.new_goal(user, aat)
    path = f"/v1/campaigns/{home['id']}"

    refused = edit.delete(path)
    edit.moved(user, "archived")
    deleted = edit.delete(path)

    use = {"campaign_id": user["id"], "name": "User", "status": "draft", "role": "secondary"}
    assert (refused.status, refused.code) == (409, "in_use")
    assert refused.body["uses"] == [use | {"tracker_id": aat["id"]}]
    assert (deleted.status, edit.get(path).code) == (204, "not_found")


def test_rule_11_a_campaign_goes_with_its_trackers_and_goals_and_their_names_are_free_again(edit):
    home, other = edit.new_campaign("Home"), edit.new_campaign("Other")
    made = [edit.new_tracker(home, "Made", kind) for kind in ("aat", "xat", "widget")]
    shared = edit.new_tracker(other, "Shared")
    for tracker in (made[0], shared):
        edit.new_goal(home, tracker)

    deleted = edit.delete(f"/v1/campaigns/{home['id']}")

    assert deleted.status == 204
    assert {edit.get(f"/v1/trackers/{tracker['id']}").status for tracker in made} == {404}
    assert edit.get(f"/v1/trackers/{shared['id']}").body["active_uses"] == 0
    assert edit.names("/v1/campaigns") == ["Other"]
    assert edit.new_tracker(other, "Made")["name"] == "Made"


@pytest.mark.parametrize(
    ("status", "with_tracker", "goes"),
    [(status, True, status not in ("live", "paused")) for status in Status] + [("live", False, True)],
)
def test_rule_13_a_subtest_that_a_tracker_was_made_in_stays_while_live_or_paused(
    edit, status, with_tracker, goes
):
    campaign = edit.new_campaign(type="multipage")
    subtest = edit.new_subtest(campaign)
    if with_tracker:
        tracker = edit.new_tracker(campaign, subtest_id=subtest["id"])
        edit.delete(f"/v1/trackers/{tracker['id']}")
    edit.moved(campaign, *([] if status == "draft" else [status]))

    answer = edit.delete(f"/v1/campaigns/{campaign['id']}/subtests/{subtest['id']}")

    left = edit.get(f"/v1/campaigns/{campaign['id']}").body["subtests"]
    assert (answer.status, len(left)) == ((204, 0) if goes else (409, 1))
    assert goes or answer.code == "subtest_has_trackers"


def test_a_campaign_has_at_most_50_subtests(acme, table):
    edit, campaign = acme.edit, acme.edit.new_campaign(type="multipage")
    subtest = {
        "name": {"S": "Page"},
        "created_at": {"S": campaign["created_at"]},
        "trackers_made": {"N": "0"},
    }
    subtests = {f"{number}": {"M": subtest} for number in range(MAX_SUBTESTS)}
    clients.set_attribute(table, keys.campaign(acme.id, campaign["id"]), "subtests", {"M": subtests})

    answer = edit.post(f"/v1/campaigns/{campaign['id']}/subtests", {"name": "One more"})

    assert (answer.status, answer.code, answer.body["limit"]) == (409, "too_many_subtests", MAX_SUBTESTS)


def test_an_archived_campaigns_goals_and_subtests_rest(edit):
    campaign = edit.new_campaign()
    tracker = edit.new_tracker(campaign)
    edit.moved(campaign, "archived")
    path = f"/v1/campaigns/{campaign['id']}"

    answers = [
        edit.put(f"{path}/goals/{tracker['id']}", {"role": "secondary"}),
        edit.post(f"{path}/subtests", {"name": "Late"}),
    ]

    assert [(answer.status, answer.code) for answer in answers] == [(409, "campaign_archived")] * 2


def test_a_campaign_comes_back_from_the_archive_with_its_goals_and_the_uses_they_are(edit):
    home, campaign = edit.new_campaign(), edit.new_campaign()
    tracker = edit.new_tracker(home)
    edit.new_goal(campaign, tracker, "primary")

    uses = []
    for status in ("archived", "live"):
        edit.moved(campaign, status)
        uses.append(edit.get(f"/v1/trackers/{tracker['id']}").body["active_uses"])
        uses.append(edit.get(f"/v1/campaigns/{home['id']}").body["foreign_uses"])

    assert uses == [0, 0, 1, 1]


def test_a_campaign_does_not_come_back_to_goals_whose_tracker_is_gone(edit):
    campaign = edit.new_campaign()
    gone = edit.new_tracker(campaign)
    edit.new_goal(campaign, gone)
    edit.moved(campaign, "archived")
    edit.delete(f"/v1/trackers/{gone['id']}")

    refused = edit.post(f"/v1/campaigns/{campaign['id']}/status", {"status": "paused"})
    edit.delete(f"/v1/campaigns/{campaign['id']}/goals/{gone['id']}")

    assert (refused.status, refused.code) == (409, "goal_tracker_gone")
    assert refused.body["tracker_ids"] == [gone["id"]]
    assert edit.moved(campaign, "paused")["status"] == "paused"


@pytest.mark.parametrize(("before", "after"), list(itertools.permutations(Status, 2)))
def test_a_campaign_goes_from_any_status_to_any_but_never_back_to_draft_once_it_was_live(edit, before, after):
    campaign = edit.new_campaign()
    if before is not Status.DRAFT:
        edit.moved(campaign, "live", *([] if before is Status.LIVE else [before]))

    answer = edit.post(f"/v1/campaigns/{campaign['id']}/status", {"status": after})

    if after is Status.DRAFT:
        assert (answer.status, answer.code) == (409, "was_live")
    else:
        assert (answer.status, answer.body["status"]) == (200, after)


def test_a_campaign_that_was_never_live_may_be_a_draft_again(edit):
    campaign = edit.moved(edit.new_campaign(), "qa", "draft")

    assert (campaign["status"], campaign["first_live_at"]) == ("draft", None)


def test_a_campaign_without_variations_gets_an_even_original_and_variation_1(edit):
    made = edit.new_campaign("Summer")

    assert made == {
        "id": made["id"],
        "number": made["number"],
        "name": "Summer",
        "type": "ab",
        "status": "draft",
        "site_id": None,
        "url": None,
        "variations": EVEN,
        "subtests": [],
        "goal_count": 0,
        "foreign_uses": 0,
        "primary_id": None,
        "first_live_at": None,
        "version": 1,
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
    }


@pytest.mark.parametrize(
    ("weights", "baselines", "field"),
    [
        ([50, 51], [], "variations"),
        ([101], [], "variations.0.weight"),
        ([-1], [], "variations.0.weight"),
        ([], [], "variations"),
        ([1] * 51, [], "variations"),
        ([50, 50], [0, 1], "variations"),
    ],
)
def test_variations_have_weights_of_at_most_100_together_and_one_baseline(edit, weights, baselines, field):
    variations = [
        {"name": f"{index}", "weight": weight, "baseline": index in baselines}
        for index, weight in enumerate(weights)
    ]

    answer = edit.post("/v1/campaigns", {"name": "x", "type": "ab", "variations": variations})

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(("baseline", "expected"), [(None, 0), (1, 1)])
def test_the_first_variation_is_the_baseline_unless_another_is_marked(edit, baseline, expected):
    variations = [{"name": f"{index}", "weight": 10, "baseline": index == baseline} for index in range(3)]

    made = edit.new_campaign(variations=variations)

    assert [variation["baseline"] for variation in made["variations"]] == [i == expected for i in range(3)]


def test_variations_are_changed_whole_and_keep_their_ids_and_baseline(edit):
    campaign = edit.new_campaign()
    path = f"/v1/campaigns/{campaign['id']}"
    wanted = [{"name": "New", "weight": 20}, {"id": "0", "name": "Control", "weight": 80}]

    changed = edit.patch(path, {"variations": wanted}).body["variations"]

    assert [(v["id"], v["name"], v["weight"], v["baseline"]) for v in changed] == [
        ("2", "New", 20, False),
        ("0", "Control", 80, True),
    ]


@pytest.mark.parametrize("ids", [["0", "7"], ["0", "0"]])
def test_a_change_names_only_variations_of_the_campaign_each_once(edit, ids):
    campaign = edit.new_campaign()
    wanted = [{"id": each, "name": "x", "weight": 1} for each in ids]

    answer = edit.patch(f"/v1/campaigns/{campaign['id']}", {"variations": wanted})

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "variations.1.id")


@pytest.mark.parametrize(
    ("variations", "status"),
    [
        ([{"id": "0", "name": "Renamed", "weight": 10}, {"id": "1", "name": "B", "weight": 90}], 200),
        ([{"id": "0", "name": "A", "weight": 50}], 409),
        ([{"id": "1", "name": "B", "weight": 50}, {"id": "0", "name": "A", "weight": 50}], 409),
        ([*EVEN, {"name": "New", "weight": 0}], 409),
        ([EVEN[0] | {"baseline": False}, EVEN[1] | {"baseline": True}], 409),
    ],
)
def test_once_a_campaign_was_live_its_variations_change_in_name_and_weight_only(edit, variations, status):
    campaign = edit.moved(edit.new_campaign(), "live", "paused")

    answer = edit.patch(f"/v1/campaigns/{campaign['id']}", {"variations": variations})

    assert answer.status == status
    assert status == 200 or answer.code == "was_live"


def test_campaigns_are_listed_newest_first_and_by_status(edit):
    first, _, third = (edit.new_campaign(name) for name in ("First", "Second", "Third"))
    edit.moved(first, "live")
    edit.moved(third, "live")

    assert edit.names("/v1/campaigns") == ["Third", "Second", "First"]
    assert edit.names("/v1/campaigns", status="live") == ["Third", "First"]
    assert edit.names("/v1/campaigns", status="draft") == ["Second"]
    assert edit.names("/v1/campaigns", limit=2) == ["Third", "Second"]


def test_a_change_leaves_what_it_does_not_name_and_null_takes_away_what_may_be_missing(edit):
    site = edit.post("/v1/sites", {"domain": "example.com"}).body
    campaign = edit.new_campaign(url="https://example.com/", site_id=site["id"])
    path = f"/v1/campaigns/{campaign['id']}"

    renamed = edit.patch(path, {"name": " Renamed "}).body
    emptied = edit.patch(path, {"url": None, "site_id": None}).body
    same = edit.patch(path, {}).body

    changes = {"name": "Renamed", "version": 2, "updated_at": renamed["updated_at"]}
    assert renamed == campaign | changes
    assert (emptied["url"], emptied["site_id"], emptied["version"]) == (None, None, 3)
    assert same == emptied


def test_a_campaigns_site_is_one_of_the_accounts(edit):
    nowhere = {"site_id": "00000000000000000000000000"}
    campaign = edit.new_campaign()

    answers = [
        edit.post("/v1/campaigns", {"name": "x", "type": "ab", **nowhere}),
        edit.patch(f"/v1/campaigns/{campaign['id']}", nowhere),
    ]

    assert [(answer.status, answer.code) for answer in answers] == [(404, "not_found")] * 2
