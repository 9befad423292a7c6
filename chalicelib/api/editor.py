"""The visual editor: sessions that a page of the customer's site edits a campaign's trackers with."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from chalice.app import Request, Response
from pydantic import BaseModel

from chalicelib.api.campaign_models import Url
from chalicelib.api.http import CORS, Call, answer, no_content, operation
from chalicelib.api.problems import HEADERS
from chalicelib.api.schema import Body, Query, UtcTime, View
from chalicelib.domain import editor_session
from chalicelib.domain.api_key import SECRET_BYTES, Scope, derived_secret
from chalicelib.domain.editor_session import EditorSession, EditorToken
from chalicelib.domain.ids import new_id
from chalicelib.errors import CampaignArchived, IdempotencyKeyReused, Invalid, Unauthorized
from chalicelib.table import campaigns, editor_sessions
from chalicelib.table.once import Answer, Replayed


class NewEditorSession(Body):
    """An editor session to begin."""

    url: str | None = Url


class EditorSessionView(View):
    """A session without its secret."""

    id: str
    campaign_id: str
    expires_at: UtcTime


class NewEditorSessionView(EditorSessionView):
    """A session with its token, shown this once, and the address that opens the editor."""

    token: str
    url: str


class _Remembered(BaseModel):
    """What is kept of an answer, which may be asked for again."""

    session: EditorSessionView
    url: str


@operation(
    scope=Scope.EDIT,
    body=NewEditorSession,
    answers={201: NewEditorSessionView},
    refuses=(CampaignArchived, IdempotencyKeyReused),
)
def begin_editor_session(call: Call[NewEditorSession, Query], campaign_id: str) -> Answer:
    """Begin a session of the visual editor

    The answer's url opens the campaign's page, or the one given, with the editor. The token opens nothing but
    the campaign and its trackers, for an hour, and not once the key that made it is revoked.
    """
    if call.key is None:
        raise Unauthorized
    url = call.body.url or campaigns.get(call.account_id, campaign_id).url
    if url is None:
        raise Invalid.field("url", "must be given, since the campaign has none")
    secret, session_id = secrets.token_bytes(SECRET_BYTES), new_id(call.now)
    # Who repeats the request can derive it again.
    if call.idempotency_key is not None and call.token is not None:
        secret = derived_secret(call.token, session_id)
    session, token = editor_session.begin(call.key, campaign_id, session_id, call.now, secret)
    try:
        editor_sessions.create(session, call.intent(lambda session: _kept(session, url)))
    except Replayed as replayed:
        return _again(call, _Remembered.model_validate_json(replayed.answer.body))
    return _shown(EditorSessionView.of(session), token, url)


@operation(scope=Scope.EDIT, answers={204: None}, editor=True)
def end_editor_session(call: Call[Body, Query], campaign_id: str, session_id: str) -> Answer:
    """End a session of the visual editor

    Its token opens nothing from then on.
    """
    editor_sessions.end(call.account_id, campaign_id, session_id)
    return no_content()


def preflight(_: Request, __: Mapping[str, str]) -> Response:
    """Let the visual editor ask from a customer's page

    What it may do is decided by its token when it asks.
    """
    headers: dict[str, Any] = {
        **HEADERS,
        **CORS,
        "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, Idempotency-Key",
        "Access-Control-Max-Age": "7200",
    }
    return Response("", headers, 204)


def _kept(session: EditorSession, url: str) -> Answer:
    return answer(_Remembered(session=EditorSessionView.of(session), url=url), 201)


def _again(call: Call[NewEditorSession, Query], made: _Remembered) -> Answer:
    """The answer a repeated request got, its secret derived anew; only who began the session can."""
    if call.key is None or call.token is None:
        raise Unauthorized
    secret = derived_secret(call.token, made.session.id)
    _, token = editor_session.begin(call.key, made.session.campaign_id, made.session.id, call.now, secret)
    if editor_sessions.opened_by(token, call.now) is None:
        raise IdempotencyKeyReused
    return _shown(made.session, token, made.url)


def _shown(session: EditorSessionView, token: EditorToken, url: str) -> Answer:
    return answer(
        NewEditorSessionView(**session.model_dump(), token=str(token), url=token.in_address(url)), 201
    )
