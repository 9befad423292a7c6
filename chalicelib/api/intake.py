"""Intake: events in, with one answer for each of them and no read of the table.

The hot path. It imports neither pydantic nor pynamodb; ``take_in`` has its steps in their order.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
from chalice.app import Request, Response

from chalicelib.api.problems import HEADERS, body_of, headers_of
from chalicelib.domain.event import MOST_BYTES, Event, Reason, Rejected, check_lists, checked
from chalicelib.errors import ActrailError, Forbidden, Malformed, TooLarge, Unauthorized
from chalicelib.observability import count, logger
from chalicelib.table import catalogue, events, rejections, wire
from chalicelib.table.catalogue import KnownAccount, KnownSite
from chalicelib.table.wire import Item

MOST_EVENTS = 500
MOST_REQUEST_BYTES = 1024 * 1024
"""Of one request's body, decompressed."""

Step = Callable[[Request], dict[str, Any]]


@dataclass(slots=True)
class Outcome:
    """What became of a request's events."""

    accepted: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def reject(self, index: int, raw: Any, error: Rejected) -> None:
        """Note why an event is not stored."""
        event_id = raw.get("id") if isinstance(raw, dict) else None
        self.rejected.append(
            {
                "index": index,
                "id": event_id if isinstance(event_id, str) else None,
                "code": error.reason.value,
                "message": error.message,
            }
        )


def collect(request: Request, _: Mapping[str, str]) -> Response:
    """Take events in"""
    return answered(request, _collected)


def preflight(request: Request, _: Mapping[str, str]) -> Response:
    """Let a browser of any origin ask; whether it may send is decided when it does."""
    headers = {
        **_cors(request),
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": request.headers.get("access-control-request-headers", "*"),
        "Access-Control-Max-Age": "86400",
    }
    return Response("", headers, 204)


def answered(request: Request, step: Step) -> Response:
    """The answer of a step of intake; whatever happens is an answer a browser may read."""
    cors = _cors(request)
    try:
        body = orjson.dumps(step(request)).decode()
        return Response(body, {**HEADERS, **cors, "Content-Type": "application/json"}, 200)
    except ActrailError as error:
        return _problem(error, cors)
    except Exception:  # noqa: BLE001 - the last line of defence: an answer of our form, and the log
        logger.exception("unhandled")
        return _problem(ActrailError("Something went wrong here."), cors)


def take_in(account: KnownAccount, raws: list[Any], size: int, origin: str, now: datetime) -> Outcome:
    """Check, date and store events; each that is refused has its reason, and the others are kept.

    Returns once everything accepted is stored. Raises Unavailable, and then nothing was acknowledged.
    ``size`` is the request's, in bytes: in a small one no event can be too large.
    """
    outcome = Outcome()
    found: list[tuple[int, Event]] = []
    for index, raw in enumerate(raws):
        try:
            if size > MOST_BYTES:
                _check_size(raw)
            found.append((index, _let_in(account, raw, origin, now)))
        except Rejected as error:
            outcome.reject(index, raw, error)
    events.learn(account, [event for _, event in found])
    stored: dict[tuple[str, str], Item] = {}
    for index, event in found:
        try:
            for item in events.items_of(account, events.dated(account, event, now), now):
                stored[item["PK"]["S"], item["SK"]["S"]] = item
            outcome.accepted += 1
        except Rejected as error:
            outcome.reject(index, raws[index], error)
    wire.write_all(list(stored.values()))
    if outcome.rejected:
        _count_rejections(account, outcome.rejected, now)
    return outcome


def account_of(request: Request, body: Any) -> KnownAccount:
    """The account a request collects for. Raises Unauthorized, Forbidden."""
    query: Mapping[str, str] = request.query_params or {}
    write_key = _basic_user(request) or query.get("write_key")
    if write_key is None and isinstance(body, dict):
        write_key = body.get("writeKey")
    account = catalogue.account_of(write_key) if isinstance(write_key, str) else None
    if account is None:
        raise Unauthorized
    origin = request.headers.get("origin")
    if origin and account.origins and origin not in account.origins:
        raise Forbidden("collect")
    return account


def json_body(request: Request) -> tuple[Any, int]:
    """What the body says, decompressed if need be, and its size in bytes. Raises Malformed, TooLarge."""
    raw = request.raw_body
    body = raw.encode() if isinstance(raw, str) else raw
    if body[:2] == b"\x1f\x8b":
        body = _decompressed(body)
    if len(body) > MOST_REQUEST_BYTES:
        raise TooLarge(f"A request has at most {MOST_REQUEST_BYTES} bytes.")
    try:
        return orjson.loads(body), len(body)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON: {error}.") from error


def sized(raws: list[Any]) -> list[Any]:
    """The events, at most 500. Raises TooLarge."""
    if len(raws) > MOST_EVENTS:
        raise TooLarge(f"A request has at most {MOST_EVENTS} events.")
    return raws


def _collected(request: Request) -> dict[str, Any]:
    body, size = json_body(request)
    account = account_of(request, body)
    raws = sized(_events_in(body))
    outcome = take_in(account, raws, size, request.headers.get("origin", ""), datetime.now(UTC))
    return {"accepted": outcome.accepted, "rejected": outcome.rejected}


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
    if len(orjson.dumps(raw)) > MOST_BYTES:
        raise Rejected(Reason.TOO_LARGE, f"An event has at most {MOST_BYTES} bytes.")


def _let_in(account: KnownAccount, raw: Any, origin: str, now: datetime) -> Event:
    """The event, well-formed and on no list that keeps it out. Raises Rejected."""
    event = checked(raw, now)
    site = _site_of(account, event, origin)
    if site is not None:
        check_lists(event.action, site.allow, site.deny)
    return event


def _site_of(account: KnownAccount, event: Event, origin: str) -> KnownSite | None:
    """The site an event is of: by its url, by the page's origin, or the only one there is."""
    if not account.sites:
        return None
    url = event.params.get("url")
    for address in (url if isinstance(url, str) else "", origin):
        host = _host(address)
        for site in account.sites:
            if host and (host == site.domain or host.endswith("." + site.domain)):
                return site
    return account.sites[0] if len(account.sites) == 1 else None


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _count_rejections(account: KnownAccount, rejected: list[dict[str, Any]], now: datetime) -> None:
    codes = Counter(each["code"] for each in rejected)
    examples = {each["code"]: each["message"] for each in rejected}
    for code in codes:
        count("EventsRejected", code)
    rejections.add(account.id, codes, examples, now)


def _basic_user(request: Request) -> str | None:
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(text).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return None


def _decompressed(body: bytes) -> bytes:
    """The body of a gzip stream; reading stops one byte beyond the limit."""
    stream = zlib.decompressobj(wbits=31)
    try:
        return stream.decompress(body, MOST_REQUEST_BYTES + 1)
    except zlib.error as error:
        raise Malformed("The body is not gzip.") from error


def _cors(request: Request) -> dict[str, str]:
    """Whoever asks may read the answer: it says nothing but what became of the events sent."""
    origin = request.headers.get("origin")
    if not origin:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }


def _problem(error: ActrailError, cors: dict[str, str]) -> Response:
    return Response(body_of(error), {**HEADERS, **cors, **headers_of(error)}, error.status)
