"""Trackers: what each kind may change in, and the params of events."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.names import Name
from chalicelib.domain.tracker import FREE_FOR_AATS, PARAMS, DomEvent, Kind, Tracker, checked_params, edited
from chalicelib.errors import AatImmutable, Invalid, KindFixed, WidgetEditorOnly

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Add to cart", "Buy"]).map(Name.of),
        "event": st.sampled_from(DomEvent),
        "selector": st.sampled_from(["a", "b"]),
        "context": st.sampled_from(["", "memo"]),
        "hidden": st.booleans(),
        "subtest_id": st.sampled_from([None, "s1"]),
        "fallback_selectors": st.sampled_from([(), ("b", "c")]),
        "fingerprint": st.sampled_from([None, {"tag": "a"}]),
    },
)


def _tracker(kind: Kind = Kind.XAT, event: DomEvent = DomEvent.CLICK) -> Tracker:
    name, params = Name.of("Add to cart"), checked_params(event, None)
    return Tracker("id", 1, name, event, "a", kind, "c1", NOW, NOW, params=params)


def _different(tracker: Tracker, changes: dict[str, object]) -> set[str]:
    return {name for name, value in changes.items() if getattr(tracker, name) != value}


@given(CHANGES)
def test_an_aat_changes_in_context_and_hidden_and_refuses_all_else_by_name(changes):
    aat = _tracker(Kind.AAT)
    wrong = _different(aat, changes) - FREE_FOR_AATS

    if wrong:
        with pytest.raises(AatImmutable) as refusal:
            edited(aat, changes, LATER, in_editor=True)
        assert refusal.value.details["fields"] == sorted(wrong)
        return
    after = edited(aat, changes, LATER, in_editor=False)
    unchanged = {field.name for field in fields(Tracker)} - FREE_FOR_AATS - {"version", "updated_at"}
    assert all(getattr(after, name) == getattr(aat, name) for name in unchanged)


@given(CHANGES)
def test_an_xat_changes_in_everything_one_version_on_unless_nothing_differs(changes):
    xat = _tracker()

    after = edited(xat, changes, LATER, in_editor=False)

    if not _different(xat, changes):
        assert after is xat
        return
    assert all(getattr(after, name) == value for name, value in changes.items())
    assert (after.version, after.updated_at, after.created_at) == (2, LATER, NOW)
    assert after.params == checked_params(after.event, None)


@given(CHANGES, st.booleans())
def test_a_widget_tracker_changes_in_the_editor_only_but_for_being_hidden(changes, in_editor):
    widget = _tracker(Kind.WIDGET)

    if not in_editor and _different(widget, changes) - {"hidden"}:
        with pytest.raises(WidgetEditorOnly):
            edited(widget, changes, LATER, in_editor=False)
        return
    after = edited(widget, changes, LATER, in_editor=in_editor)
    assert all(getattr(after, name) == value for name, value in changes.items())


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("wanted", Kind)
def test_an_xat_becomes_an_aat_and_nothing_else_becomes_anything(kind, wanted):
    tracker = _tracker(kind)

    if kind is wanted:
        assert edited(tracker, {"kind": wanted}, LATER, in_editor=True) is tracker
    elif (kind, wanted) == (Kind.XAT, Kind.AAT):
        assert edited(tracker, {"kind": wanted}, LATER, in_editor=False).kind is Kind.AAT
    else:
        with pytest.raises(AatImmutable if kind is Kind.AAT else KindFixed):
            edited(tracker, {"kind": wanted}, LATER, in_editor=True)


@given(st.sampled_from(DomEvent), st.data())
def test_params_are_taken_exactly_within_their_limits_and_the_others_have_defaults(event, data):
    known = PARAMS.get(event, {})
    given_params = data.draw(
        st.dictionaries(st.sampled_from(["percent", "milliseconds", "other"]), st.integers(-10, 70_000))
    )
    good = all(
        name in known and known[name][0] <= value <= known[name][1] for name, value in given_params.items()
    )

    if not good:
        with pytest.raises(Invalid, match=r"params\."):
            checked_params(event, given_params)
        return
    taken = checked_params(event, given_params)
    assert (taken is None) == (not known)
    assert taken is None or taken == {name: limits[2] for name, limits in known.items()} | given_params


@pytest.mark.parametrize("before", DomEvent)
@pytest.mark.parametrize("after", DomEvent)
def test_params_go_with_the_event_they_belong_to(before, after):
    tracker = _tracker(event=before)

    changed = edited(tracker, {"event": after}, LATER, in_editor=False)

    assert changed.params == checked_params(after, None)


@pytest.mark.parametrize("broken", [{"fallback_selectors": ("a", "b", "c")}, {"context": "x" * 2001}])
def test_a_tracker_refuses_to_exist_wrong(broken):
    with pytest.raises(Invalid):
        replace(_tracker(), **broken)


def test_kinds_are_in_the_order_of_goal_setup():
    assert list(Kind) == ["xat", "widget", "aat"]
