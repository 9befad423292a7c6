"""Keys: made, listed and revoked by an admin."""

from __future__ import annotations

import secrets

from pydantic import Field

from chalicelib.api.http import Call, answer, no_content, operation
from chalicelib.api.schema import Body, Paged, PageQuery, Query, UtcTime, View, name_of
from chalicelib.domain.api_key import SECRET_BYTES, Scope, Token, derived_secret, mint
from chalicelib.domain.ids import new_id
from chalicelib.errors import IdempotencyKeyReused, Unauthorized
from chalicelib.table import api_keys
from chalicelib.table.once import Answer, Replayed


class NewKey(Body):
    """A key to make."""

    scope: Scope = Field(strict=False)
    name: str = Field("", max_length=128, description="what it is for")


class KeyView(View):
    """A key without its secret."""

    id: str
    scope: Scope
    name: str
    created_at: UtcTime


class NewKeyView(KeyView):
    """A key with its secret, shown this once."""

    key: str


@operation(scope=Scope.ADMIN, query=PageQuery, answers={200: Paged[KeyView]})
def list_keys(call: Call[Body, PageQuery]) -> Answer:
    """List keys"""
    page = api_keys.listed(call.account_id, call.query.limit, call.query.cursor)
    return answer(Paged[KeyView](items=page.mapped(KeyView.of).items, next_cursor=page.next_cursor))


@operation(scope=Scope.ADMIN, body=NewKey, answers={201: NewKeyView}, refuses=(IdempotencyKeyReused,))
def create_key(call: Call[NewKey, Query]) -> Answer:
    """Make a key

    The secret is in this answer and nowhere else. Sent again with the same Idempotency-Key, the answer is the
    same: the secret is then derived from the caller's own, and stored no more than any other.
    """
    key_id = new_id(call.now)
    name = name_of(call.body.name) if call.body.name else ""
    secret = _secret(call, key_id)
    key, token = mint(call.account_id, key_id, call.body.scope, name, call.now, secret)
    try:
        api_keys.create(key, call.intent(lambda key: answer(KeyView.of(key), 201)))
    except Replayed as replayed:
        return _again(call, KeyView.model_validate_json(replayed.answer.body))
    return _shown(KeyView.of(key), token)


@operation(scope=Scope.ADMIN, answers={204: None})
def revoke_key(call: Call[Body, Query], key_id: str) -> Answer:
    """Revoke a key

    It opens nothing from then on; write keys within a minute.
    """
    api_keys.revoke(call.account_id, key_id)
    return no_content()


def _secret(call: Call[NewKey, Query], key_id: str) -> bytes:
    """Random; but one that the same caller can derive again where the request may be repeated."""
    if call.idempotency_key is None:
        return secrets.token_bytes(SECRET_BYTES)
    return derived_secret(_token(call), key_id)


def _again(call: Call[NewKey, Query], made: KeyView) -> Answer:
    """The answer a repeated request got, with the secret derived anew; only who made the key can."""
    secret = derived_secret(_token(call), made.id)
    _, token = mint(call.account_id, made.id, made.scope, made.name, made.created_at, secret)
    if api_keys.opened_by(token) is None:
        raise IdempotencyKeyReused
    return _shown(made, token)


def _token(call: Call[NewKey, Query]) -> Token:
    """The caller's own. Raises Unauthorized where a session asks, whose requests are not repeated."""
    if call.token is None:
        raise Unauthorized
    return call.token


def _shown(made: KeyView, token: Token) -> Answer:
    return answer(NewKeyView(**made.model_dump(), key=str(token)), 201)
