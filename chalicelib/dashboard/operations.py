"""What the API does, asked for from within: whatever a page changes, it changes as any other client would.

So a form is checked by the very model that checks the API's body, and a rule refuses both with the same
words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from chalicelib.api.http import Call, Operation
from chalicelib.api.validation import invalid
from chalicelib.dashboard.visit import Visit
from chalicelib.errors import Forbidden, Unauthorized

Model = TypeVar("Model", bound=BaseModel)


def done(
    visit: Visit,
    operation: Operation,
    body: Mapping[str, Any] | None = None,
    *,
    query: Mapping[str, Any] | None = None,
    if_match: str | None = None,
    **path: str,
) -> dict[str, Any]:
    """The body of the operation's answer, empty if it has none. Raises what the operation refuses with.

    The values of ``body`` and ``query`` may be text, as forms have them. ``if_match`` is the version that the
    form was made from; empty, it is not asked for.
    """
    if visit.me is None or operation.scope is None:
        raise Unauthorized
    if not visit.may(operation.scope):
        raise Forbidden(operation.scope)
    call = Call(
        token=None,
        key=visit.me.key,
        session=None,
        body=_checked(operation.body, body or {}),
        query=_checked(operation.query, query or {}),
        now=visit.now,
        if_match=int(if_match) if if_match and if_match.isdecimal() else None,
        idempotency_key=None,
        fingerprint="",
    )
    answer = operation.handler(call, **path)
    made: dict[str, Any] = orjson.loads(answer.body) if answer.body else {}
    return made


def _checked(model: type[Model], values: Mapping[str, Any]) -> Model:
    try:
        return model.model_validate(dict(values), strict=False)
    except ValidationError as error:
        raise invalid(error) from error
