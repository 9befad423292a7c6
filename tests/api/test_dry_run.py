"""Rule 14: what a call would answer can be asked for beforehand, and nothing is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.callers import Caller, Reply
from tests.api.requests import named, those

VOLATILE = {"id", "number", "created_at", "updated_at", "selected_at", "first_live_at"}
"""What only the real call can know: ids and numbers it takes, and when it was."""


def _comparable(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    return {name: value for name, value in body.items() if name not in VOLATILE or value is None}


def _dry_then_real(send: Callable[..., Reply], stored: Callable[[], Any]) -> tuple[Reply, Reply]:
    before = stored()
    dry = send(dry_run="true")
    assert stored() == before
    return dry, send()


@pytest.mark.parametrize("route", those(dry=True), ids=named)
def test_rule_14_a_dry_run_writes_nothing_and_answers_as_the_call_does(route, seed, stored):
    method, path, body = seed.request(route)
    seed.prepare(route)

    dry, real = _dry_then_real(lambda **query: seed.tenant.edit.call(method, path, body, **query), stored)

    assert dry.status in (200, 201, 202, 204)
    assert (dry.status, _comparable(dry.body)) == (real.status, _comparable(real.body))
    assert dry.headers.get("ETag") == real.headers.get("ETag")
    assert dry.body is None or dry.body.keys() == real.body.keys()


def _name_taken(edit: Caller) -> Callable[..., Reply]:
    campaign = edit.new_campaign()
    edit.new_tracker(campaign, "Taken")
    body = {"name": "taken", "event": "click", "selector": "a", "kind": "aat"}
    return lambda **query: edit.post(f"/v1/campaigns/{campaign['id']}/trackers", body, **query)


def _promoted_to_a_taken_name(edit: Caller) -> Callable[..., Reply]:
    campaign = edit.new_campaign()
    edit.new_tracker(campaign, "Taken")
    xat = edit.new_tracker(campaign, "Taken", "xat")
    return lambda **query: edit.patch(f"/v1/trackers/{xat['id']}", {"kind": "aat"}, **query)


def _aat_edited(edit: Caller) -> Callable[..., Reply]:
    aat = edit.new_tracker(edit.new_campaign())
    return lambda **query: edit.patch(f"/v1/trackers/{aat['id']}", {"selector": "b"}, **query)


def _widget_deleted(edit: Caller) -> Callable[..., Reply]:
    widget = edit.new_tracker(edit.new_campaign(), kind="widget")
    return lambda **query: edit.delete(f"/v1/trackers/{widget['id']}", **query)


def _tracker_in_use_deleted(edit: Caller) -> Callable[..., Reply]:
    campaign = edit.new_campaign()
    aat = edit.new_tracker(campaign)
    edit.new_goal(campaign, aat, "primary")
    return lambda **query: edit.delete(f"/v1/trackers/{aat['id']}", **query)


def _tracker_in_use_deleted_with_its_data(edit: Caller) -> Callable[..., Reply]:
    delete = _tracker_in_use_deleted(edit)
    return lambda **query: delete(confirm="delete-data", **query)


def _origin_of_a_used_aat_deleted(edit: Caller) -> Callable[..., Reply]:
    home, user = edit.new_campaign(), edit.new_campaign()
    edit.new_goal(user, edit.new_tracker(home))
    return lambda **query: edit.delete(f"/v1/campaigns/{home['id']}", **query)


def _campaign_with_everything_deleted(edit: Caller) -> Callable[..., Reply]:
    campaign = edit.new_campaign()
    edit.new_goal(campaign, edit.new_tracker(campaign), "primary")
    return lambda **query: edit.delete(f"/v1/campaigns/{campaign['id']}", **query)


def _subtest_with_trackers_removed(edit: Caller) -> Callable[..., Reply]:
    campaign = edit.new_campaign(type="multipage")
    subtest = edit.new_subtest(campaign)
    edit.new_tracker(campaign, subtest_id=subtest["id"])
    edit.moved(campaign, "live")
    return lambda **query: edit.delete(f"/v1/campaigns/{campaign['id']}/subtests/{subtest['id']}", **query)


def _second_primary(edit: Caller) -> Callable[..., Reply]:
    campaign = edit.new_campaign()
    edit.new_goal(campaign, edit.new_tracker(campaign, "First"), "primary")
    second = edit.new_tracker(campaign, "Second")
    path = f"/v1/campaigns/{campaign['id']}/goals/{second['id']}"
    return lambda **query: edit.put(path, {"role": "primary"}, **query)


def _second_primary_in_place_of_the_first(edit: Caller) -> Callable[..., Reply]:
    select = _second_primary(edit)
    return lambda **query: select(replace="true", **query)


def _foreign_xat_selected(edit: Caller) -> Callable[..., Reply]:
    xat = edit.new_tracker(edit.new_campaign(), kind="xat")
    path = f"/v1/campaigns/{edit.new_campaign()['id']}/goals/{xat['id']}"
    return lambda **query: edit.put(path, {"role": "secondary"}, **query)


def _back_to_draft(edit: Caller) -> Callable[..., Reply]:
    campaign = edit.moved(edit.new_campaign(), "live")
    return lambda **query: edit.post(f"/v1/campaigns/{campaign['id']}/status", {"status": "draft"}, **query)


def _archived_with_goals(edit: Caller) -> Callable[..., Reply]:
    campaign = edit.new_campaign()
    edit.new_goal(campaign, edit.new_tracker(edit.new_campaign()))
    return lambda **query: edit.post(
        f"/v1/campaigns/{campaign['id']}/status", {"status": "archived"}, **query
    )


def _back_to_goals_that_are_gone(edit: Caller) -> Callable[..., Reply]:
    campaign = edit.new_campaign()
    tracker = edit.new_tracker(campaign)
    edit.new_goal(campaign, tracker)
    edit.moved(campaign, "archived")
    edit.delete(f"/v1/trackers/{tracker['id']}")
    return lambda **query: edit.post(f"/v1/campaigns/{campaign['id']}/status", {"status": "live"}, **query)


def _variation_of_a_live_campaign_removed(edit: Caller) -> Callable[..., Reply]:
    campaign = edit.moved(edit.new_campaign(), "live")
    body = {"variations": [{"id": "0", "name": "Original", "weight": 100}]}
    return lambda **query: edit.patch(f"/v1/campaigns/{campaign['id']}", body, **query)


@pytest.mark.parametrize(
    ("situation", "status", "code"),
    [
        (_name_taken, 409, "name_taken"),
        (_promoted_to_a_taken_name, 409, "name_taken"),
        (_aat_edited, 409, "aat_immutable"),
        (_widget_deleted, 409, "widget_editor_only"),
        (_tracker_in_use_deleted, 409, "in_use"),
        (_tracker_in_use_deleted_with_its_data, 202, None),
        (_origin_of_a_used_aat_deleted, 409, "in_use"),
        (_campaign_with_everything_deleted, 204, None),
        (_subtest_with_trackers_removed, 409, "subtest_has_trackers"),
        (_second_primary, 409, "primary_taken"),
        (_second_primary_in_place_of_the_first, 201, None),
        (_foreign_xat_selected, 409, "not_selectable"),
        (_back_to_draft, 409, "was_live"),
        (_archived_with_goals, 200, None),
        (_back_to_goals_that_are_gone, 409, "goal_tracker_gone"),
        (_variation_of_a_live_campaign_removed, 409, "was_live"),
    ],
)
def test_rule_14_every_refusal_can_be_asked_for_beforehand(edit, stored, situation, status, code):
    send = situation(edit)

    dry, real = _dry_then_real(send, stored)

    assert (dry.status, code and dry.code) == (status, code)
    assert (dry.status, _comparable(dry.body)) == (real.status, _comparable(real.body))


def test_a_dry_run_takes_no_idempotency_key(edit):
    body = {"name": "Summer", "type": "ab"}

    dry = edit.post("/v1/campaigns", body, once="a-key", dry_run="true")
    real = edit.post("/v1/campaigns", body, once="a-key")

    assert (dry.status, real.status) == (201, 201)
    assert edit.names("/v1/campaigns") == ["Summer"]
