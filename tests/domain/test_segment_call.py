"""Calls of Segment's tracking API become events of ours, with the same id however often they are sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.event import MOST_ACTION, RESERVED_PARAMS, Reason, Rejected, checked, is_action
from chalicelib.domain.segment_call import KINDS, action_of, event_of
from tests.domain.test_event import JSON, verdict_of

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
CALL: dict[str, Any] = {
    "messageId": "m1",
    "anonymousId": "v1",
    "userId": "u1",
    "timestamp": "2026-01-05T11:00:00.000Z",
    "originalTimestamp": "2026-01-05T10:00:00.000Z",
    "sentAt": "2026-01-05T11:30:00.000Z",
}
FIELDS = (
    "messageId",
    "type",
    "anonymousId",
    "userId",
    "timestamp",
    "event",
    "properties",
    "traits",
    "context",
)


@given(
    st.sampled_from([None, *KINDS]), JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON))
)
def test_whatever_is_sent_is_an_event_or_refused_with_a_reason(kind, call):
    verdict = verdict_of(lambda: checked(event_of(call, kind), NOW))

    assert verdict.message if isinstance(verdict, Rejected) else is_action(verdict.action)


@pytest.mark.parametrize(
    ("kind", "fields", "action", "label", "params"),
    [
        ("track", {"event": "Order Completed", "properties": {"total": 9}}, "track.order-completed",
         "Order Completed", {"total": 9}),
        ("track", {"event": "cart.add"}, "cart.add", "", {}),
        ("track", {"event": "Order Completed", "context": {"page": {"url": "https://a.b"}}},
         "track.order-completed", "Order Completed", {"url": "https://a.b"}),
        ("page", {"name": "Home", "properties": {"url": "https://a.b"}}, "page.visit", "Home",
         {"url": "https://a.b"}),
        ("page", {"category": "Docs", "context": {"page": {"url": "https://a.b", "title": "T", "path": "/"}}},
         "page.visit", "", {"url": "https://a.b", "title": "T", "category": "Docs"}),
        ("screen", {"name": "Cart"}, "screen.view", "Cart", {}),
        ("identify", {"traits": {"email": "a@b.c"}}, "profile.identify", "", {"email": "a@b.c"}),
        ("group", {"groupId": "g1", "traits": {"plan": "pro"}}, "profile.group", "",
         {"group_id": "g1", "plan": "pro"}),
        ("alias", {"previousId": "old"}, "profile.alias", "", {"previous_id": "old"}),
        ("track", {"event": "Experiment Viewed", "properties": {"experiment_id": "7", "variation_id": 1}},
         "campaign.exposure", "", {"experiment_id": "7", "campaign_id": "7", "variation_id": "1"}),
    ],
)  # fmt: skip
def test_each_kind_of_call_has_its_action(kind, fields, action, label, params):
    by_address = checked(event_of(CALL | fields, kind), NOW)
    by_type = checked(event_of({**CALL, **fields, "type": kind}), NOW)

    assert by_address == by_type
    assert (by_address.action, by_address.label) == (action, label)
    assert by_address.params == {"user_id": "u1", **params}
    assert (by_address.id, by_address.uuid) == ("m1", "v1")
    assert by_address.time == datetime(2026, 1, 5, 11, tzinfo=UTC)


def test_a_call_of_no_kind_is_refused_with_the_kinds_there_are():
    with pytest.raises(Rejected) as caught:
        event_of({**CALL, "type": "wink"})

    assert caught.value.reason is Reason.INVALID_ACTION
    assert "track, page, screen, identify, group, alias" in caught.value.message


def test_a_type_that_is_no_text_is_refused_however_deeply_it_is_nested():
    nested: Any = "track"
    for _ in range(1000):
        nested = [nested]

    with pytest.raises(Rejected) as refused:
        event_of({**CALL, "type": nested})

    assert refused.value.reason is Reason.INVALID_ACTION


def test_a_call_without_an_anonymous_id_is_its_users():
    event = checked(event_of({**CALL, "anonymousId": None, "userId": 7, "event": "a.b"}, "track"), NOW)

    assert event.uuid == "7"


def test_the_original_time_stands_in_for_a_missing_one():
    event = checked(event_of({**CALL, "timestamp": None, "event": "a.b"}, "track"), NOW)

    assert event.time == datetime(2026, 1, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(RESERVED_PARAMS))
def test_a_param_of_the_system_is_moved_aside(name):
    event = checked(event_of({**CALL, "event": "a.b", "properties": {name: 1, "x": 2}}, "track"), NOW)

    assert event.params == {f"sent_{name}": 1, "x": 2, "user_id": "u1"}


@given(st.text(min_size=1))
def test_every_name_becomes_an_action_and_always_the_same(name):
    action = action_of(name)

    assert is_action(action)
    assert len(action) <= MOST_ACTION
    assert action == action_of(name)
    assert action == name or action.startswith("track.")


def test_names_that_look_alike_stay_apart():
    names = [
        *("Sign Up", "sign-up", "sign_up", "sign  up", "sign.up now", "signup", "Sign Up!", "Sign Up?"),
        *("购买", "购物", "Ä", "Ö", "-", "--", "a" * 50, "a" * 51),
        *("Add To Cart From The Product Page", "Add To Cart From The Product"),
    ]

    actions = {action_of(name) for name in names}

    assert len(actions) == len(names)


def test_a_name_in_other_case_is_the_same_name():
    assert action_of("Order Completed") == action_of("order completed") == "track.order-completed"
