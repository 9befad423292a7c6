"""Signing in with a secret key, and signing out.

Guessing is no way in: a key has 160 random bits, one read by primary key tells whether it is there, and its
hash is compared in constant time. So attempts are not counted, and nobody can lock another one out.
"""

from __future__ import annotations

import re
import secrets

from chalicelib.dashboard import cookie
from chalicelib.dashboard.pages import Moved, Shown, page
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.api_key import Scope, Token
from chalicelib.domain.session import SECRET_BYTES, SessionToken
from chalicelib.observability import count
from chalicelib.table import api_keys, sessions

HOME = "/campaigns"
_OWN_PATH = re.compile(r"/(?![/\\])[!-~]*")
"""A path that stays here: two slashes, or a backslash, would name another host."""


@page(scope=None)
def home(visit: Visit) -> Moved:
    """The first page for who is signed in, else the way in."""
    return Moved(visit.url("/sign-in" if visit.me is None else HOME))


@page(scope=None)
def form(visit: Visit) -> Moved | Shown:
    """Where a key is asked for."""
    if visit.me is not None:
        return Moved(visit.url(_wanted(visit)))
    return Shown("sign_in.html", {"next": _wanted(visit), "message": None})


@page(scope=None)
def sign_in(visit: Visit) -> Moved | Shown:
    """A session for who has a secret key."""
    text = visit.field("key").strip()
    token = Token.parse(text)
    key = api_keys.opened_by(token) if token else None
    if key is None or not key.scope.includes(Scope.READ):
        count("Refused", "sign_in")
        values = {"next": _wanted(visit), "message": _why_not(token, known=key is not None)}
        return Shown("sign_in.html", values, status=422)
    session = SessionToken.of(key.account_id, key.id, secrets.token_bytes(SECRET_BYTES))
    sessions.begin(session, visit.now)
    return Moved(visit.url(_wanted(visit)), {"Set-Cookie": cookie.kept(visit.request, session)})


@page(scope=None)
def sign_out(visit: Visit) -> Moved:
    """The end of the session, here and for whoever has copied its cookie."""
    if visit.token is not None:
        sessions.end(visit.token)
    return Moved(visit.url("/sign-in"), {"Set-Cookie": cookie.dropped(visit.request)})


def _wanted(visit: Visit) -> str:
    """The page to go on to: one of ours, whatever the address says."""
    wanted = visit.field("next") or visit.query.get("next", "")
    return wanted if _OWN_PATH.fullmatch(wanted) else HOME


def _why_not(token: Token | None, *, known: bool) -> str:
    if token is None:
        return "This is no key. A secret key starts with sk_ and has four parts."
    if known or token.scope_prefix == "wk":
        return "This is a write key, which only collects events. A secret key starts with sk_."
    return "This key is unknown or was revoked."
