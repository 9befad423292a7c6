"""Who asks: a key, or in its place an editor session, which opens the trackers of one campaign alone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalice.app import Request

from chalicelib.api import limits
from chalicelib.domain.api_key import ApiKey, Scope, Token
from chalicelib.domain.editor_session import EditorSession, EditorToken
from chalicelib.errors import Forbidden, NotFound, Unauthorized
from chalicelib.observability import logger
from chalicelib.table import api_keys, editor_sessions, trackers

SESSION_SCOPE = Scope.EDIT


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        token: as the caller holds it; None where no key is needed, and of an editor session.
        key: what opens the API; of an editor session the key that made it. None where none is needed.
        session: the editor session that asks in its key's place.
    """

    token: Token | None = None
    key: ApiKey | None = None
    session: EditorSession | None = None


def admitted(request: Request, scope: Scope | None, now: datetime, *, in_editor: bool) -> Caller:
    """Who sent the request. Raises Unauthorized, TooManyRequests, Forbidden.

    ``in_editor``: whether editor sessions may do what is asked. What they ask counts for the key behind them.
    """
    if scope is None:
        return Caller()
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    caller = _opened_by(text.strip(), now) if kind.lower() == "bearer" else None
    if caller is None or caller.key is None:
        raise Unauthorized
    logger.append_keys(account_id=caller.key.account_id, key_id=caller.key.id)
    limits.check_secret_key(caller.key.id, time.monotonic())
    held = SESSION_SCOPE if caller.session else caller.key.scope
    if not held.includes(scope) or (caller.session and not in_editor):
        raise Forbidden(scope)
    return caller


def check_reach(session: EditorSession, path: Mapping[str, str]) -> None:
    """Raise NotFound for what is not of the session's campaign.

    No tracker ever moves to another campaign, so what was read here still holds when it is written.
    """
    for name, own in {"campaign_id": session.campaign_id, "session_id": session.id}.items():
        if path.get(name, own) != own:
            raise NotFound(name.removesuffix("_id"))
    if "tracker_id" in path:
        tracker = trackers.get(session.account_id, path["tracker_id"])
        if tracker.campaign_id != session.campaign_id:
            raise NotFound("tracker")


def _opened_by(text: str, now: datetime) -> Caller | None:
    editor_token = EditorToken.parse(text)
    if editor_token:
        opened = editor_sessions.opened_by(editor_token, now)
        return Caller(None, opened[1], opened[0]) if opened else None
    token = Token.parse(text)
    key = api_keys.opened_by(token) if token else None
    return Caller(token, key) if key else None
