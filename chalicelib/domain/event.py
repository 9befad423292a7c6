"""Events: what a visitor did, as anyone may send it and as it is stored.

A well-formed event has an action ``context.activity``, a visitor's uuid, and whatever its context requires.
Everything else is refused with a reason that its sender and the account's owner can read; the rest of its
batch is kept. This is the hot path: plain functions over what orjson parsed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from chalicelib.domain.ids import LONGEST
from chalicelib.domain.tracker import MAX_FALLBACK_SELECTORS

MOST_BYTES = 32 * 1024
MOST_ACTION = 32
MOST_ID = 128
MOST_UUID = 128
MOST_LABEL = 1000
MOST_CAMPAIGNS = 20
EXPOSURE = "campaign.exposure"
CLOCK_SKEW = timedelta(minutes=1)
"""A time this far ahead of ours is taken as it is: clocks differ."""

_ACTION = re.compile(r"[a-zA-Z0-9.\-_]+")
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]+")
RESERVED_PARAMS = frozenset({"ip", "time", "eventUUID", "modifiedBy", "apiKey", "businessProfileId"})
REQUIRED_PARAMS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("page.visit", ("url",)),
    ("product.*", ("product_id", "productId")),
    (EXPOSURE, ("campaign_id",)),
    (EXPOSURE, ("variation_id",)),
)
"""Actions, and of which params they need one."""


class Reason(StrEnum):
    """Why an event was refused. Stable: they are in answers, metrics and the account's counters."""

    NOT_AN_OBJECT = "not_an_object"
    INVALID_ACTION = "invalid_action"
    INVALID_UUID = "invalid_uuid"
    INVALID_ID = "invalid_id"
    INVALID_LABEL = "invalid_label"
    INVALID_PARAMS = "invalid_params"
    INVALID_CAMPAIGNS = "invalid_campaigns"
    INVALID_FALLBACK = "invalid_fallback"
    NESTED_TOO_DEEPLY = "nested_too_deeply"
    RESERVED_PARAM = "reserved_param"
    MISSING_PARAM = "missing_param"
    TOO_LARGE = "too_large"
    DENIED = "denied"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN_CAMPAIGN = "unknown_campaign"


class Rejected(Exception):
    """The event is not stored. The message names the field and the rule."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class Event(NamedTuple):
    """A well-formed event.

    Attributes:
        id: the sender's, or made from the content of the event; None when there is nothing to make it from.
        time: when it happened; None when its sender gave none that can be used.
        params_json: the params as they are stored; empty when there are none.
        campaigns: what the visitor is in: campaign to variation, as ids or as the tag's numbers.
        tracker: id or number of the tracker whose action it is.
        fallback: which of the tracker's fallback selectors matched, from 1 on; 0 when its selector did.
    """

    id: str | None
    action: str
    label: str
    time: datetime | None
    uuid: str
    params: Mapping[str, Any]
    params_json: str
    tracker: str | None
    campaigns: Mapping[str, str]
    fallback: int = 0


def checked(raw: Any, now: datetime) -> Event:
    """The event in what was sent. Raises Rejected."""
    if not isinstance(raw, dict):
        raise Rejected(Reason.NOT_AN_OBJECT, "An event is a JSON object.")
    action = checked_action(raw.get("action"))
    params = _params(raw.get("params"), action)
    time, unusable = _time(raw.get("time"), now)
    if unusable is not None:
        params = {**params, "sent_time": unusable}
    return Event(
        id=_text(raw.get("id"), Reason.INVALID_ID, "id", MOST_ID) or _made_id(raw, time),
        action=action,
        label=_text(raw.get("label"), Reason.INVALID_LABEL, "label", MOST_LABEL) or "",
        time=time,
        uuid=_uuid(raw.get("uuid")),
        params=params,
        params_json=json_of(params).decode() if params else "",
        tracker=_text(raw.get("tracker_id"), Reason.INVALID_ID, "tracker_id", MOST_ID),
        campaigns=_campaigns(raw.get("campaigns")),
        fallback=_fallback(raw.get("fallback")),
    )


def checked_action(action: Any) -> str:
    """Raises Rejected unless it is an action: context.activity, at most 32 characters."""
    if action is None:
        raise Rejected(Reason.INVALID_ACTION, "action is required.")
    if not isinstance(action, str) or not _ACTION.fullmatch(action):
        raise Rejected(Reason.INVALID_ACTION, "action must match ^[a-zA-Z0-9.\\-_]+$.")
    if len(action) > MOST_ACTION:
        raise Rejected(Reason.INVALID_ACTION, f"action must have at most {MOST_ACTION} characters.")
    context, _, activity = action.partition(".")
    if not context or not activity:
        raise Rejected(Reason.INVALID_ACTION, "action must have the form context.activity.")
    return action


def is_action(text: str) -> bool:
    """Whether the text is an action as it stands."""
    try:
        checked_action(text)
    except Rejected:
        return False
    return True


def check_lists(action: str, allow: Sequence[str], deny: Sequence[str]) -> None:
    """Raises Rejected when the denylist has the action, or an allowlist has it not. Deny wins."""
    for pattern in deny:
        if fnmatchcase(action, pattern):
            raise Rejected(Reason.DENIED, f"action '{action}' is on the site's denylist ({pattern}).")
    if allow and not any(fnmatchcase(action, pattern) for pattern in allow):
        raise Rejected(Reason.NOT_ALLOWED, f"action '{action}' is not on the site's allowlist.")


def json_of(value: Any) -> bytes:
    """The value as JSON, keys sorted. Raises Rejected for one nested deeper than 254 levels."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise Rejected(Reason.NESTED_TOO_DEEPLY, "An event is nested at most 250 levels deep.") from error


def timestamp(time: datetime) -> str:
    """The time as it stands in keys and answers: UTC, milliseconds, sortable as text."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def _params(params: Any, action: str) -> dict[str, Any]:
    if params is None:
        params = {}
    if not isinstance(params, dict):
        raise Rejected(Reason.INVALID_PARAMS, "params must be a JSON object.")
    if not RESERVED_PARAMS.isdisjoint(params):
        name = next(name for name in params if name in RESERVED_PARAMS)
        raise Rejected(Reason.RESERVED_PARAM, f"params.{name} is reserved for the system.")
    for names in _required_by(action):
        if not any(params.get(name) not in (None, "") for name in names):
            raise Rejected(Reason.MISSING_PARAM, f"params.{names[0]} is required for '{action}'.")
    return params


@lru_cache(maxsize=1000)
def _required_by(action: str) -> list[tuple[str, ...]]:
    """Of which params an action needs one each."""
    return [names for pattern, names in REQUIRED_PARAMS if fnmatchcase(action, pattern)]


def _time(sent: Any, now: datetime) -> tuple[datetime | None, Any]:
    """The time when it can be used; else None and what was sent instead, None for nothing."""
    if sent is None:
        return None, None
    try:
        time = datetime.fromisoformat(sent)
        if time.tzinfo is None:
            time = time.replace(tzinfo=UTC)
        usable = time <= now + CLOCK_SKEW and time.year >= 2000
    except (TypeError, ValueError, OverflowError):
        return None, sent
    return (time, None) if usable else (None, sent)


def _made_id(raw: dict[str, Any], time: datetime | None) -> str | None:
    """An id that the same event gets again when it is sent again, if it says when it happened.

    Two events alike in everything to the millisecond are one event.
    """
    if time is None:
        return None
    return hashlib.sha256(json_of(raw)).hexdigest()[:32]


def _uuid(uuid: Any) -> str:
    text = _text(uuid, Reason.INVALID_UUID, "uuid", MOST_UUID)
    if text is None:
        raise Rejected(Reason.INVALID_UUID, "uuid is required: the visitor's anonymous id.")
    return text


def _text(value: Any, reason: Reason, name: str, most: int) -> str | None:
    if value is None or value == "":
        return None
    # What Python calls printable has no control character; asking that is quicker.
    if (
        not isinstance(value, str)
        or len(value) > most
        or not (value.isprintable() or _PRINTABLE.fullmatch(value))
    ):
        raise Rejected(
            reason, f"{name} must be text of at most {most} characters, none of them a control character."
        )
    return value


def _campaigns(campaigns: Any) -> dict[str, str]:
    if campaigns is None:
        return {}
    if not isinstance(campaigns, dict) or len(campaigns) > MOST_CAMPAIGNS:
        raise Rejected(
            Reason.INVALID_CAMPAIGNS, f"campaigns must be an object of at most {MOST_CAMPAIGNS} campaigns."
        )
    for campaign, variation in campaigns.items():
        if not isinstance(variation, str) or len(variation) > LONGEST or len(campaign) > LONGEST:
            raise Rejected(
                Reason.INVALID_CAMPAIGNS,
                f"campaigns must map campaign ids to variation ids, each of at most {LONGEST} characters.",
            )
    return campaigns


def _fallback(fallback: Any) -> int:
    if fallback is None:
        return 0
    # True and 1.0 are equal to 1, and yet no number of a selector.
    if type(fallback) is not int or not 0 <= fallback <= MAX_FALLBACK_SELECTORS:
        raise Rejected(
            Reason.INVALID_FALLBACK,
            f"fallback must be 1 to {MAX_FALLBACK_SELECTORS}: which of the fallback selectors matched.",
        )
    return fallback
