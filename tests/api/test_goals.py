"""Goals over HTTP: one primary, an order, and at most so many."""

from __future__ import annotations

import pytest

from chalicelib.domain.goal import MAX_GOALS
from chalicelib.table import keys
from tests import clients


def test_a_second_primary_takes_the_place_of_the_first_only_when_it_shall(edit):
    campaign = edit.new_campaign()
    first, second = (edit.new_tracker(campaign, name) for name in ("First", "Second"))
    edit.new_goal(campaign, first, "primary")
    path = f"/v1/campaigns/{campaign['id']}/goals"

    refused = edit.put(f"{path}/{second['id']}", {"role": "primary"})
    replaced = edit.put(f"{path}/{second['id']}", {"role": "primary"}, replace="true")

    roles = [(goal["tracker"]["name"], goal["role"]) for goal in edit.get(path).body["items"]]
    assert (refused.status, refused.code, refused.body["tracker_id"]) == (409, "primary_taken", first["id"])
    assert replaced.status == 201
    assert roles == [("Second", "primary"), ("First", "secondary")]
    assert edit.get(f"/v1/campaigns/{campaign['id']}").body["primary_id"] == second["id"]


def test_selecting_a_goal_is_201_and_changing_its_role_or_place_200(edit):
    campaign = edit.new_campaign()
    first, second = (edit.new_tracker(campaign, name) for name in ("First", "Second"))
    path = f"/v1/campaigns/{campaign['id']}/goals"

    answers = [
        edit.put(f"{path}/{first['id']}", {"role": "secondary"}),
        edit.put(f"{path}/{second['id']}", {"role": "secondary"}),
        edit.put(f"{path}/{second['id']}", {"role": "secondary", "position": 0}),
        edit.put(f"{path}/{first['id']}", {"role": "primary"}),
        edit.put(f"{path}/{first['id']}", {"role": "primary"}),
    ]

    assert [answer.status for answer in answers] == [201, 201, 200, 200, 200]
    assert [answer.body["position"] for answer in answers] == [0, 1, 0, 0, 0]


@pytest.mark.parametrize(("start", "end"), [(2, 0), (0, 2), (1, None), (0, 1), (2, 2)])
def test_a_goal_is_moved_to_the_position_asked_for(edit, start, end):
    campaign = edit.new_campaign()
    trackers = [edit.new_tracker(campaign, f"Tracker {number}")["id"] for number in range(3)]
    path = f"/v1/campaigns/{campaign['id']}/goals"
    for tracker_id in trackers:
        edit.put(f"{path}/{tracker_id}", {"role": "secondary"})

    moved = edit.put(f"{path}/{trackers[start]}", {"role": "secondary", "position": end})

    rest = [tracker_id for tracker_id in trackers if tracker_id != trackers[start]]
    place = start if end is None else end
    listed = edit.get(path).body["items"]
    assert [goal["tracker_id"] for goal in listed] == [*rest[:place], trackers[start], *rest[place:]]
    assert [goal["position"] for goal in listed] == [0, 1, 2]
    assert moved.body["position"] == place


def test_a_deselected_goals_tracker_stays(edit):
    campaign = edit.new_campaign()
    tracker = edit.new_tracker(campaign)
    edit.new_goal(campaign, tracker, "primary")
    path = f"/v1/campaigns/{campaign['id']}/goals/{tracker['id']}"

    assert edit.delete(path).status == 204
    assert edit.delete(path).code == "not_found"
    assert edit.get(f"/v1/trackers/{tracker['id']}").body["active_uses"] == 0


def test_a_campaign_has_at_most_30_goals(acme, table):
    edit, campaign = acme.edit, acme.edit.new_campaign()
    tracker = edit.new_tracker(campaign)
    clients.set_attribute(table, keys.campaign(acme.id, campaign["id"]), "goal_count", {"N": str(MAX_GOALS)})

    answer = edit.put(f"/v1/campaigns/{campaign['id']}/goals/{tracker['id']}", {"role": "secondary"})

    assert (answer.status, answer.code, answer.body["limit"]) == (409, "too_many_goals", MAX_GOALS)


def test_goals_are_listed_page_by_page(edit):
    campaign = edit.new_campaign()
    path = f"/v1/campaigns/{campaign['id']}/goals"
    made = [edit.new_goal(campaign, edit.new_tracker(campaign, f"{n}"))["tracker_id"] for n in range(3)]

    first = edit.get(path, limit=2).body
    second = edit.get(path, limit=2, cursor=first["next_cursor"]).body

    assert [goal["tracker_id"] for goal in first["items"] + second["items"]] == made
    assert [goal["position"] for goal in first["items"] + second["items"]] == [0, 1, 2]
    assert second["next_cursor"] is None
    assert {edit.get(path, cursor=wrong).code for wrong in ("4", "-1", "x", "9" * 5000)} == {"invalid"}
