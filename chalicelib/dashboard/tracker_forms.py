"""The forms of a tracker: a new one of a campaign, and one that is changed as far as its kind allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.api import trackers as api
from chalicelib.dashboard.operations import done
from chalicelib.dashboard.pages import Done, Shown, page
from chalicelib.dashboard.problems import NONE, Problems
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.api_key import Scope
from chalicelib.domain.tracker import MAX_CONTEXT, PARAMS, DomEvent, Kind, Tracker
from chalicelib.errors import ActrailError
from chalicelib.table import campaigns, trackers

CHANGED = ("trackers-changed", "close-dialog")
NEW = {"name": "", "event": DomEvent.CLICK, "selector": "", "kind": Kind.XAT, "context": "", "subtest_id": ""}


@page(Scope.EDIT, part_of="/campaigns/{campaign_id}/goals")
def new(visit: Visit, campaign_id: str) -> Shown:
    """The form of a tracker to make in a campaign."""
    return _new_form(visit, campaign_id, {**NEW, "params": {}}, NONE)


@page(Scope.EDIT)
def create(visit: Visit, campaign_id: str) -> Shown | Done:
    """A new tracker, which may be selected at once."""
    typed = _typed(visit)
    try:
        made = done(visit, api.create_tracker, _body(typed), campaign_id=campaign_id)
    except ActrailError as error:
        return _new_form(visit, campaign_id, typed, Problems.of(error))
    return Done(f"“{made['name']}” is made. Select it as a goal.", CHANGED)


@page(Scope.EDIT, part_of="/trackers")
def edit(visit: Visit, tracker_id: str) -> Shown:
    """What may be changed of a tracker."""
    tracker = trackers.get(visit.account_id, tracker_id)
    return _edit_form(visit, tracker, _stored(tracker), NONE)


@page(Scope.EDIT)
def save(visit: Visit, tracker_id: str) -> Shown | Done:
    """The tracker with what was typed: of an account tracker the context alone."""
    tracker = trackers.get(visit.account_id, tracker_id)
    typed = _typed(visit)
    body = {"context": typed["context"]} if tracker.kind is Kind.AAT else _body(typed)
    try:
        done(visit, api.change_tracker, body, if_match=visit.field("version"), tracker_id=tracker_id)
    except ActrailError as error:
        return _edit_form(visit, tracker, typed, Problems.of(error))
    return Done("Saved.", CHANGED)


def _new_form(visit: Visit, campaign_id: str, typed: Mapping[str, Any], problems: Problems) -> Shown:
    campaign = campaigns.get(visit.account_id, campaign_id)
    return Shown("trackers/new.html", {"campaign": campaign, **_values(typed, problems)})


def _edit_form(visit: Visit, tracker: Tracker, typed: Mapping[str, Any], problems: Problems) -> Shown:
    campaign = campaigns.find(visit.account_id, tracker.campaign_id)
    return Shown("trackers/edit.html", {"tracker": tracker, "campaign": campaign, **_values(typed, problems)})


def _values(typed: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    return {
        "typed": typed,
        "problems": problems,
        "events": list(DomEvent),
        "params": PARAMS,
        "most_context": MAX_CONTEXT,
    }


def _stored(tracker: Tracker) -> dict[str, Any]:
    """The fields of the form as the tracker has them."""
    return {
        "name": tracker.name.shown,
        "event": tracker.event,
        "selector": tracker.selector,
        "kind": tracker.kind,
        "context": tracker.context,
        "subtest_id": tracker.subtest_id or "",
        "params": dict(tracker.params or {}),
    }


def _typed(visit: Visit) -> dict[str, Any]:
    """The fields of the form as they were sent; params of the event chosen alone are among them."""
    params = {name: visit.field(name) for name in ("milliseconds", "percent") if name in visit.form}
    return {name: visit.field(name) for name in NEW} | {"params": params}


def _body(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What the API takes. An event without params has none to send."""
    body = {name: typed[name] for name in ("name", "event", "selector", "kind", "context")}
    if typed["subtest_id"]:
        body["subtest_id"] = typed["subtest_id"]
    return body | ({"params": typed["params"]} if typed["params"] else {})
