"""Who sends events, and how anyone's browser is answered: write keys, origins and CORS."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar
from urllib.parse import urlsplit

from chalice.app import Response

from chalicelib.api import express, limits
from chalicelib.api.body import json_body
from chalicelib.api.problems import HEADERS, body_of, headers_of
from chalicelib.errors import ActrailError, Forbidden, Unauthorized
from chalicelib.observability import logger
from chalicelib.table import catalogue
from chalicelib.table.catalogue import KnownAccount

MOST_OF_ADDRESS = 500
"""Characters of a URL that may name its host: what comes after them is not kept."""


class Asking(Protocol):
    """A request, of Chalice's or of ``express``."""

    @property
    def headers(self) -> Mapping[str, str]:
        """By name, which may be looked up in lower case."""


Request = TypeVar("Request", bound=Asking)


class NoWriteKey(Unauthorized):
    """There is no write key, or it is unknown or revoked."""

    def __init__(self) -> None:
        super().__init__()
        self.message = (
            "Send a valid write key: as Basic user name, as ?write_key= or as writeKey in the body."
        )


class ForeignOrigin(Forbidden):
    """A browser sends from an origin that the account's sites do not list."""

    def __init__(self, origin: str) -> None:
        super().__init__("collect")
        self.message = f"Write keys of this account do not work from {origin}."


def preflight(request: Asking, _: Mapping[str, str]) -> Response:
    """Let a browser of any origin ask

    Whether it may send is decided when it does.
    """
    headers: dict[str, str | list[str]] = {
        **cors(request),
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": request.headers.get("access-control-request-headers", "*"),
        "Access-Control-Max-Age": "86400",
    }
    return Response("", headers, 204)


def answered(request: Request, step: Callable[[Request], Response]) -> Response:
    """The answer of a step; whatever happens is an answer that a browser may read."""
    try:
        answer = step(request)
    except ActrailError as refusal:
        answer = _problem(refusal)
    except Exception:  # noqa: BLE001 - the last line of defence: an answer of our form, and the log
        logger.remove_keys(["account_id", "key_id"])  # of the request before, maybe another account's
        logger.exception("unhandled")
        answer = _problem(ActrailError("Something went wrong here."))
    answer.headers.update(cors(request))
    return answer


class Opened(NamedTuple):
    """The account that a request collects for, what its body says, and the body's size in bytes."""

    account: KnownAccount
    body: Any
    size: int


def opened(request: express.Request) -> Opened:
    """The request's account and body. The body is read for the key only where there is no other.

    Raises NoWriteKey, ForeignOrigin, TooManyRequests, Malformed, TooLarge.
    """
    write_key = _basic_user(request) or request.query.get("write_key")
    if write_key:
        account = _account_of(request, write_key)
        return Opened(account, *json_body(request))
    body, size = json_body(request)
    sent = body.get("writeKey") if isinstance(body, dict) else None
    return Opened(_account_of(request, sent), body, size)


def cors(request: Asking) -> dict[str, str]:
    """Whoever asks may read the answer: it says nothing but what became of the events sent."""
    origin = request.headers.get("origin")
    if not origin:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "Retry-After",
        "Vary": "Origin",
    }


def hosts_of(address: str) -> tuple[str, str]:
    """The host that a URL names, with its port and without; empty where it names none."""
    return _hosts_at_start(address[:MOST_OF_ADDRESS])


@lru_cache(maxsize=1000)
def _hosts_at_start(address: str) -> tuple[str, str]:
    try:
        host = urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        return "", ""
    return host, host.partition(":")[0]


def _problem(error: ActrailError) -> Response:
    return Response(body_of(error), {**HEADERS, **headers_of(error)}, error.status)


def _account_of(request: express.Request, write_key: Any) -> KnownAccount:
    if not isinstance(write_key, str):
        raise NoWriteKey
    now = time.monotonic()
    account = catalogue.account_of(write_key, now)
    if account is None:
        raise NoWriteKey
    origin = request.headers.get("origin")
    if origin and not _welcome(account, origin):
        raise ForeignOrigin(origin)
    limits.check_write_key(write_key, now)
    return account


def _welcome(account: KnownAccount, origin: str) -> bool:
    """Whether a page of the origin may send: a site lists it, has it without a list, or no site lists any."""
    limited = [site for site in account.sites if site.origins]
    if not limited or any(origin in site.origins for site in limited):
        return True
    hosts = hosts_of(origin)
    return any(site.has(hosts) for site in account.sites if not site.origins)


def _basic_user(request: Asking) -> str | None:
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(text).decode().partition(":")[0]
    except ValueError:  # of neither base64 nor UTF-8, so no key of ours
        return None
