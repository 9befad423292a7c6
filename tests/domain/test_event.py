"""Events are let in as the rules say, and refused with a reason that names the field."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.event import (
    CLOCK_SKEW,
    MOST_ACTION,
    MOST_CAMPAIGNS,
    MOST_ID,
    MOST_LABEL,
    RESERVED_PARAMS,
    Event,
    Reason,
    Rejected,
    check_lists,
    checked,
)
from chalicelib.domain.ids import LONGEST
from chalicelib.domain.tracker import MAX_FALLBACK_SELECTORS

Result = TypeVar("Result")

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
EVENT: dict[str, Any] = {"id": "e1", "action": "cart.add", "uuid": "v1", "time": "2026-01-05T11:59:59.123Z"}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = ("id", "action", "label", "time", "uuid", "params", "tracker_id", "campaigns", "fallback")


def verdict_of(check: Callable[[], Result]) -> Result | Rejected:
    """What a check returns, or the refusal it raises."""
    try:
        return check()
    except Rejected as error:
        return error


def refusal(**fields: Any) -> Rejected:
    with pytest.raises(Rejected) as caught:
        checked(EVENT | fields, NOW)
    return caught.value


@given(JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)))
def test_whatever_is_sent_is_an_event_or_refused_with_a_reason(raw):
    verdict = verdict_of(lambda: checked(raw, NOW))

    assert isinstance(verdict, Event) or (verdict.reason in Reason and verdict.message)


@given(st.from_regex(r"[a-zA-Z0-9.\-_]{0,40}", fullmatch=True) | st.text(max_size=40))
def test_rule_23_an_action_has_its_characters_its_length_and_its_form(action):
    form = re.fullmatch(r"[a-zA-Z0-9\-_]+\.[a-zA-Z0-9.\-_]+", action)

    if form and len(action) <= MOST_ACTION:
        assert checked(EVENT | {"action": action}, NOW).action == action
    else:
        assert refusal(action=action).reason is Reason.INVALID_ACTION


@pytest.mark.parametrize(
    "action", [None, 1, ["cart.add"], "", "cart", ".add", "cart.", "cart.add\n", "cârt.add"]
)
def test_rule_23_what_is_no_action_is_refused_by_name(action):
    error = refusal(action=action)

    assert error.reason is Reason.INVALID_ACTION
    assert error.message.startswith("action is required" if action is None else "action must ")


@pytest.mark.parametrize(
    ("sent", "time"),
    [
        ("2026-01-05T11:00:00Z", datetime(2026, 1, 5, 11, tzinfo=UTC)),
        ("2026-01-05T11:00:00.123456Z", datetime(2026, 1, 5, 11, microsecond=123456, tzinfo=UTC)),
        ("2026-01-05T13:00:00+02:00", datetime(2026, 1, 5, 11, tzinfo=UTC)),
        ("2026-01-05T11:00:00", datetime(2026, 1, 5, 11, tzinfo=UTC)),
        ("2026-01-05", datetime(2026, 1, 5, tzinfo=UTC)),
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
    ],
)
def test_rule_24_a_time_is_read_in_the_forms_of_iso_8601(sent, time):
    event = checked(EVENT | {"time": sent}, NOW)

    assert event.time == time
    assert "sent_time" not in event.params


@pytest.mark.parametrize(
    "sent",
    ["2999-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "yesterday", "", 1767610800,
     1.5, True, [], {"a": 1}, "9" * 5000, "2026-13-01", "2026-01-05T25:00:00Z"],
    ids=str,
)  # fmt: skip
def test_rule_24_a_time_that_cannot_be_used_is_kept_in_the_params(sent):
    event = checked(EVENT | {"time": sent, "params": {"a": 1}}, NOW)

    assert event.time is None
    assert event.params == {"a": 1, "sent_time": sent}


def test_rule_24_a_missing_time_leaves_the_params_as_they_are():
    event = checked({**EVENT, "time": None, "params": {"a": 1}}, NOW)

    assert (event.time, event.params) == (None, {"a": 1})


def test_rule_24_a_time_is_in_the_future_when_it_is_more_than_clocks_differ_by():
    ahead = [NOW + CLOCK_SKEW, NOW + CLOCK_SKEW + timedelta(milliseconds=1)]

    times = [checked(EVENT | {"time": each.isoformat()}, NOW).time for each in ahead]

    assert times == [ahead[0], None]


@pytest.mark.parametrize("name", sorted(RESERVED_PARAMS))
def test_rule_24_a_param_of_the_system_is_refused_by_name(name):
    error = refusal(params={name: "x"})

    assert (error.reason, name in error.message) == (Reason.RESERVED_PARAM, True)


@pytest.mark.parametrize(
    ("action", "params", "missing"),
    [
        ("page.visit", {}, "url"),
        ("page.visit", {"url": ""}, "url"),
        ("page.visit", {"url": None}, "url"),
        ("product.view", {"id": 1}, "product_id"),
        ("product.buy", None, "product_id"),
        ("campaign.exposure", {"variation_id": "0"}, "campaign_id"),
        ("campaign.exposure", {"campaign_id": "1"}, "variation_id"),
    ],
)
def test_rule_25_the_missing_param_is_named(action, params, missing):
    error = refusal(action=action, params=params)

    assert (error.reason, f"params.{missing} " in error.message) == (Reason.MISSING_PARAM, True)


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("page.visit", {"url": "https://shop.example"}),
        ("page.leave", {}),
        ("product.view", {"product_id": 0}),
        ("product.view", {"productId": "7"}),
        ("campaign.exposure", {"campaign_id": 1, "variation_id": 0}),
    ],
)
def test_rule_25_a_context_with_its_params_is_let_in(action, params):
    assert checked(EVENT | {"action": action, "params": params}, NOW).params == params


ACTIONS = st.from_regex(r"[a-c]{1,2}\.[a-c]{1,2}", fullmatch=True)
PATTERNS = st.lists(st.from_regex(r"[a-c*]{1,2}\.[a-c*]{1,2}", fullmatch=True), max_size=3)


@given(ACTIONS, PATTERNS, PATTERNS)
def test_rule_27_the_denylist_wins_over_the_allowlist(action, allow, deny):
    def matches(pattern: str) -> bool:
        return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), action) is not None

    verdict = verdict_of(lambda: check_lists(action, allow, deny))

    if any(map(matches, deny)):
        assert isinstance(verdict, Rejected)
        assert verdict.reason is Reason.DENIED
    elif allow and not any(map(matches, allow)):
        assert isinstance(verdict, Rejected)
        assert verdict.reason is Reason.NOT_ALLOWED
    else:
        assert verdict is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"uuid": None}, Reason.INVALID_UUID),
        ({"uuid": ""}, Reason.INVALID_UUID),
        ({"uuid": 7}, Reason.INVALID_UUID),
        ({"uuid": "x" * 129}, Reason.INVALID_UUID),
        ({"uuid": "a\x00b"}, Reason.INVALID_UUID),
        ({"id": 7}, Reason.INVALID_ID),
        ({"id": "x" * (MOST_ID + 1)}, Reason.INVALID_ID),
        ({"tracker_id": {}}, Reason.INVALID_ID),
        ({"label": "x" * (MOST_LABEL + 1)}, Reason.INVALID_LABEL),
        ({"label": "a\nb"}, Reason.INVALID_LABEL),
        ({"params": []}, Reason.INVALID_PARAMS),
        ({"params": "{}"}, Reason.INVALID_PARAMS),
        ({"campaigns": ["1"]}, Reason.INVALID_CAMPAIGNS),
        ({"campaigns": {"1": 0}}, Reason.INVALID_CAMPAIGNS),
        ({"campaigns": {"1": "0" * (LONGEST + 1)}}, Reason.INVALID_CAMPAIGNS),
        ({"campaigns": {"1" * (LONGEST + 1): "0"}}, Reason.INVALID_CAMPAIGNS),
        ({"campaigns": dict.fromkeys(map(str, range(MOST_CAMPAIGNS + 1)), "0")}, Reason.INVALID_CAMPAIGNS),
        *(
            ({"fallback": wrong}, Reason.INVALID_FALLBACK)
            for wrong in (-1, MAX_FALLBACK_SELECTORS + 1, 2**63, 1.0, True, "1", "", [1])
        ),
    ],
    ids=str,
)
def test_a_field_that_breaks_its_rule_is_named(fields, reason):
    error = refusal(**fields)

    assert error.reason is reason
    assert error.message.startswith(next(iter(fields)))


@pytest.mark.parametrize(
    ("sent", "fallback"), [({}, 0), ({"fallback": None}, 0), *(({"fallback": n}, n) for n in (0, 1, 2))]
)
def test_an_event_says_which_fallback_matched_and_none_by_saying_nothing(sent, fallback):
    assert checked(EVENT | sent, NOW).fallback == fallback


@pytest.mark.parametrize("raw", [None, 1, "event", [], True])
def test_what_is_no_object_is_no_event(raw):
    with pytest.raises(Rejected) as caught:
        checked(raw, NOW)

    assert caught.value.reason is Reason.NOT_AN_OBJECT


@pytest.mark.parametrize("field", ["params", "other"])
def test_what_is_nested_too_deeply_to_be_stored_is_refused(field):
    nested: dict[str, Any] = {}
    for _ in range(300):
        nested = {"a": nested}

    assert refusal(**{field: nested, "id": None}).reason is Reason.NESTED_TOO_DEEPLY


@given(st.permutations(list(EVENT.items())[1:]))
def test_an_event_without_an_id_gets_the_same_one_whenever_it_is_sent(fields):
    first = checked(dict(list(EVENT.items())[1:]), NOW).id

    again = checked(dict(fields), NOW + timedelta(days=1)).id
    other = checked({**dict(fields), "label": "x"}, NOW).id

    assert (again, other is None) == (first, False)
    assert other != first


def test_an_event_without_an_id_and_a_time_has_nothing_to_make_an_id_from():
    assert checked({"action": "cart.add", "uuid": "v1"}, NOW).id is None
