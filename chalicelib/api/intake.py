"""Intake: events in, with one answer for each of them and no read of the table.

The hot path. It imports neither pydantic nor pynamodb; ``take_in`` has its steps in their order.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from chalice.app import Response

from chalicelib.api import visitor_cookie
from chalicelib.api.express import Request
from chalicelib.api.problems import HEADERS
from chalicelib.api.reception import answered, hosts_of, opened
from chalicelib.domain.event import MOST_BYTES, Event, Reason, Rejected, check_lists, checked, json_of
from chalicelib.errors import Malformed, TooLarge
from chalicelib.observability import count
from chalicelib.table import events, rejections, wire
from chalicelib.table.catalogue import KnownAccount, KnownSite
from chalicelib.table.wire import Item

MOST_EVENTS = 500

Form = Callable[[Any], Any]
"""Turns what was sent into an event's form. Raises Rejected."""


@dataclass(slots=True)
class Outcome:
    """What became of a request's events."""

    accepted: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def reject(self, index: int, raw: Any, error: Rejected) -> None:
        """Note why an event is not stored."""
        event_id = (raw.get("id") or raw.get("messageId")) if isinstance(raw, dict) else None
        self.rejected.append(
            {
                "index": index,
                "id": event_id if isinstance(event_id, str) else None,
                "code": error.reason.value,
                "message": error.message,
            }
        )

    def body(self) -> dict[str, Any]:
        """The answer's body."""
        self.rejected.sort(key=lambda each: each["index"])
        return {"accepted": self.accepted, "rejected": self.rejected}


class Batch(NamedTuple):
    """A request's events as they were sent, its size in bytes, and the page's origin if it has one."""

    raws: list[Any]
    size: int
    origin: str


def collect(request: Request, _: Mapping[str, str]) -> Response:
    """Take events in

    All but those that are listed as rejected are stored, and counted once however often they are sent.
    """
    return answered(request, _collected)


def take_in(account: KnownAccount, batch: Batch, now: datetime, form: Form | None = None) -> Outcome:
    """Check, date and store events; each that is refused has its reason, and the others are kept.

    Returns once everything accepted is stored. Raises Unavailable, and then nothing was acknowledged.
    Of a small request no event can be too large.
    """
    outcome = Outcome()
    found: list[tuple[int, Event]] = []
    for index, raw in enumerate(batch.raws):
        try:
            if batch.size > MOST_BYTES:
                _check_size(raw)
            event = checked(form(raw) if form else raw, now)
            _check_lists(account, event, batch.origin)
            found.append((index, event))
        except Rejected as error:
            outcome.reject(index, raw, error)
    events.learn(account, [event for _, event in found], time.monotonic())
    stored: dict[tuple[str, str], Item] = {}
    for index, event in found:
        try:
            _keep(stored, account, event, now)
            outcome.accepted += 1
        except Rejected as error:
            outcome.reject(index, batch.raws[index], error)
    wire.write_all(list(stored.values()))
    if outcome.rejected:
        _count_rejections(account, outcome.rejected, now)
    return outcome


def batch_of(request: Request, raws: list[Any], size: int) -> Batch:
    """The request's events, at most 500. Raises TooLarge."""
    if len(raws) > MOST_EVENTS:
        raise TooLarge(f"A request has at most {MOST_EVENTS} events.")
    return Batch(raws, size, request.headers.get("origin", ""))


def taken(body: dict[str, Any]) -> Response:
    """The answer that events were taken in."""
    return Response(orjson.dumps(body).decode(), {**HEADERS, "Content-Type": "application/json"}, 200)


def _collected(request: Request) -> Response:
    account, body, size = opened(request)
    batch = batch_of(request, _events_in(body), size)
    answer = taken(take_in(account, batch, datetime.now(UTC)).body())
    if cookie := visitor_cookie.wanted(request, account, batch.raws):
        answer.headers["Set-Cookie"] = cookie
    return answer


def _events_in(body: Any) -> list[Any]:
    """One event, an array of them, or an object that has them as ``events``."""
    if isinstance(body, list):
        return body
    if isinstance(body, dict):
        inner = body.get("events", [body])
        if isinstance(inner, list):
            return inner
    raise Malformed('The body must be an event, an array of events, or {"events": [...]}.')


def _check_size(raw: Any) -> None:
    if len(json_of(raw)) > MOST_BYTES:
        raise Rejected(Reason.TOO_LARGE, f"An event has at most {MOST_BYTES} bytes.")


def _check_lists(account: KnownAccount, event: Event, origin: str) -> None:
    """Raises Rejected when the event is on a list of its site that keeps it out."""
    site = _site_of(account, event, origin)
    if site is not None:
        check_lists(event.action, site.allow, site.deny)


def _site_of(account: KnownAccount, event: Event, origin: str) -> KnownSite | None:
    """The site an event is of: by its url, by the page's origin, or the only one there is."""
    if len(account.sites) <= 1:
        return account.sites[0] if account.sites else None
    url = event.params.get("url")
    for address in (url if isinstance(url, str) else "", origin):
        hosts = hosts_of(address)
        for site in account.sites:
            if site.has(hosts):
                return site
    return None


def _keep(stored: dict[tuple[str, str], Item], account: KnownAccount, event: Event, now: datetime) -> None:
    """Add an event's items to what is to be stored; of a marker the earliest day stays. Raises Rejected."""
    for item in events.items_of(account, events.dated(account, event, now), now):
        key = item["PK"]["S"], item["SK"]["S"]
        before = stored.get(key)
        if before is None or item["type"]["S"] != "marker" or item["day"]["S"] < before["day"]["S"]:
            stored[key] = item


def _count_rejections(account: KnownAccount, rejected: list[dict[str, Any]], now: datetime) -> None:
    codes = Counter(each["code"] for each in rejected)
    examples = {each["code"]: each["message"] for each in rejected}
    for code in codes:
        count("EventsRejected", code)
    rejections.add(account.id, codes, examples, now)
