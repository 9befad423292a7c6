"""Calls of Segment's tracking API as events of ours, so that SDKs in use need nothing but another address.

https://segment.com/docs/connections/spec/ describes the calls: track, page, screen, identify, group, alias.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.event import (
    EXPOSURE,
    MOST_ACTION,
    MOST_LABEL,
    RESERVED_PARAMS,
    Reason,
    Rejected,
    is_action,
)

EXPERIMENT_VIEWED = "Experiment Viewed"
"""The event by which Segment's A/B testing spec tells what variation somebody saw."""

_PLAIN_NAME = re.compile(r"[a-z0-9_]+( [a-z0-9_]+)*")
_UNUSABLE = re.compile(r"[^a-z0-9_]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_TRACK = "track."
_DIGEST = 6

Fields = dict[str, Any]


def event_of(call: Any, kind: str | None = None) -> Any:
    """The event in a call, in the form that intake takes; what is no object stays as it is.

    ``kind`` is what the address says the call is; without it, the call says so as ``type``.
    Raises Rejected for a kind that there is not.
    """
    if not isinstance(call, dict):
        return call
    kind = kind or call.get("type")
    build = _KINDS.get(kind) if isinstance(kind, str) else None
    if build is None:
        raise Rejected(Reason.INVALID_ACTION, f"type must be one of {', '.join(_KINDS)}.")
    event = {
        "id": call.get("messageId"),
        "time": call.get("timestamp") or call.get("originalTimestamp"),
        "uuid": _id(call.get("anonymousId")) or _id(call.get("userId")),
        **build(call),
    }
    event["params"] = _set_aside(event["params"])
    return event


def action_of(name: str) -> str:
    """The action that a track call's name becomes: the same for the same name, in upper or lower case.

    A name that is an action stays one. Of others, words parted by single spaces are parted by hyphens; where
    more than that is lost, six digits of a digest of the name keep it apart from names that look alike.
    """
    if is_action(name):
        return name
    known_as = name.strip().lower()
    slug = _UNUSABLE.sub("-", known_as).strip("-")
    room = MOST_ACTION - len(_TRACK)
    if _PLAIN_NAME.fullmatch(known_as) and len(slug) <= room:
        return _TRACK + slug
    digest = hashlib.sha256(known_as.encode()).hexdigest()[:_DIGEST]
    return _TRACK + f"{slug[: room - _DIGEST - 1]}-{digest}".lstrip("-")


def _track(call: Fields) -> Fields:
    name = call.get("event")
    if not isinstance(name, str) or not name.strip():
        raise Rejected(Reason.INVALID_ACTION, "event is required: the name of what is tracked.")
    params = {**_page_of(call, "url"), **_with_user(call, _object(call, "properties"))}
    if name == EXPERIMENT_VIEWED:
        return {"action": EXPOSURE, "params": {**params, **_seen(params)}}
    action = action_of(name)
    return {"action": action, "label": "" if action == name else _label(name), "params": params}


def _page(call: Fields) -> Fields:
    page = _page_of(call, "url", "referrer", "title")
    properties = {**page, **_with_user(call, _object(call, "properties"))}
    return {
        "action": "page.visit",
        "label": _label(call.get("name")),
        "params": _in_category(call, properties),
    }


def _screen(call: Fields) -> Fields:
    params = _with_user(call, _object(call, "properties"))
    return {"action": "screen.view", "label": _label(call.get("name")), "params": _in_category(call, params)}


def _identify(call: Fields) -> Fields:
    return {"action": "profile.identify", "params": _with_user(call, _object(call, "traits"))}


def _group(call: Fields) -> Fields:
    params = _with_user(call, _object(call, "traits"))
    return {"action": "profile.group", "params": {**params, "group_id": _id(call.get("groupId"))}}


def _alias(call: Fields) -> Fields:
    return {
        "action": "profile.alias",
        "params": _with_user(call, {"previous_id": _id(call.get("previousId"))}),
    }


_KINDS: Mapping[str, Callable[[Fields], Fields]] = {
    "track": _track,
    "page": _page,
    "screen": _screen,
    "identify": _identify,
    "group": _group,
    "alias": _alias,
}
KINDS = tuple(_KINDS)


def _object(call: Fields, name: str) -> Fields:
    """An object of the call; empty when there is none. Raises Rejected for anything else."""
    value = call.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Rejected(Reason.INVALID_PARAMS, f"{name} must be a JSON object.")
    return value


def _page_of(call: Fields, *names: str) -> Fields:
    """What the SDK says of the page by itself."""
    context = call.get("context")
    page = context.get("page") if isinstance(context, dict) else None
    return {name: page[name] for name in names if page.get(name)} if isinstance(page, dict) else {}


def _with_user(call: Fields, params: Fields) -> Fields:
    user_id = _id(call.get("userId"))
    return {"user_id": user_id, **params} if user_id else params


def _in_category(call: Fields, params: Fields) -> Fields:
    category = call.get("category")
    return {"category": category, **params} if category else params


def _seen(params: Fields) -> Fields:
    """Campaign and variation seen, as Segment's A/B testing spec names them."""
    names = {"campaign_id": "experiment_id", "variation_id": "variation_id"}
    return {ours: _id(params[theirs]) for ours, theirs in names.items() if params.get(theirs) is not None}


def _id(value: Any) -> Any:
    """Ids are text; SDKs take numbers too."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _label(name: Any) -> str:
    return _CONTROL.sub(" ", name)[:MOST_LABEL] if isinstance(name, str) else ""


def _set_aside(params: Fields) -> Fields:
    """The params, the system's own names among them renamed: SDKs and plug-ins send some by themselves."""
    if RESERVED_PARAMS.isdisjoint(params):
        return params
    aside = {f"sent_{name}": params[name] for name in params if name in RESERVED_PARAMS}
    return {**aside, **{name: value for name, value in params.items() if name not in RESERVED_PARAMS}}
