"""HTTP at its edges: keys, bodies, versions and idempotency in; answers and problems out.

An operation is a function with everything declared that its callers must know: what it parses, what it
answers and what it refuses. The same declaration parses the request and describes the route in OpenAPI.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import orjson
from chalice.app import Request, Response
from pydantic import BaseModel, ValidationError

from chalicelib.api.admission import Caller, admitted, check_reach
from chalicelib.api.answering import checked, logged, refusal_of
from chalicelib.api.problems import HEADERS, body_of, headers_of
from chalicelib.api.schema import Body, Query
from chalicelib.api.validation import invalid
from chalicelib.domain.api_key import ApiKey, Scope, Token
from chalicelib.domain.editor_session import EditorSession
from chalicelib.errors import (
    ActrailError,
    Malformed,
    TooLarge,
    Unauthorized,
    UnsupportedMediaType,
)
from chalicelib.table import catalogue
from chalicelib.table.once import Answer, Intent, Once, Replayed

MOST_BYTES = 256 * 1024
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Retry-After"}
"""Of what the visual editor asks from customers' pages: a bearer token opens it, and no cookie ever does."""
NO_VERSION = 0
"""What an If-Match that names no version of ours is taken for: it matches nothing."""

_ETAG = re.compile(r'(?:W/)?"?([0-9]{1,15})"?')
_IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,255}")

BodyType = TypeVar("BodyType", bound=BaseModel)
QueryType = TypeVar("QueryType", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call(Generic[BodyType, QueryType]):
    """A request that was let in: parsed, and from a key that has the scope needed.

    ``token`` and ``key`` are None where no key is needed. ``session`` is the editor session that asks in the
    key's place: it has no token that opens anything else.
    """

    token: Token | None
    key: ApiKey | None
    session: EditorSession | None
    body: BodyType
    query: QueryType
    now: datetime
    if_match: int | None
    idempotency_key: str | None
    fingerprint: str

    @property
    def account_id(self) -> str:
        """The account that asks. Nothing of another one is within its reach."""
        if self.key is None:
            raise Unauthorized
        return self.key.account_id

    @property
    def dry_run(self) -> bool:
        """Whether nothing is to be written."""
        return bool(getattr(self.query, "dry_run", False))

    def intent(self, render: Callable[[Any], Answer]) -> Intent:
        """How the write is wanted; ``render`` makes the answer from its outcome, to be remembered."""
        if self.idempotency_key is None:
            return Intent(self.dry_run)
        once = Once(self.account_id, self.idempotency_key, self.fingerprint, self.now, render)
        return Intent(self.dry_run, once)


@dataclass(frozen=True, slots=True)
class Operation:
    """One route's function and what is to know of it.

    Attributes:
        answers: models of the bodies by status; None for an answer without one.
        refuses: errors besides those that every operation of its form may answer.
        versioned: whether it heeds If-Match.
        editor: whether the visual editor may ask, from a customer's page and within its campaign.
    """

    handler: Callable[..., Answer]
    scope: Scope | None
    answers: Mapping[int, type[BaseModel] | None]
    body: type[BaseModel]
    query: type[BaseModel]
    refuses: tuple[type[ActrailError], ...]
    versioned: bool
    media_type: str
    editor: bool = False

    @property
    def takes_body(self) -> bool:
        """Whether requests have a body."""
        return self.body is not Body

    def __call__(self, request: Request, path: Mapping[str, str]) -> Response:
        """Answer a request; whatever happens is an answer."""
        return logged("request", request, lambda: self._response(request, path))

    def _response(self, request: Request, path: Mapping[str, str]) -> Response:
        answer = self._answered(request, path)
        headers: dict[str, str | list[str]] = {
            **HEADERS,
            **(CORS if self.editor else {}),
            **(answer.headers or {}),
        }
        return Response(answer.body, headers, answer.status)

    def _answered(self, request: Request, path: Mapping[str, str]) -> Answer:
        try:
            caller = admitted(request, self.scope, now := datetime.now(UTC), in_editor=self.editor)
            given = checked(path, "resource")
            return self._done(self._call(request, caller, given, now), request.method, given)
        except Replayed as replayed:
            return replayed.answer
        except Exception as error:  # noqa: BLE001 - the last line of defence: an answer of our form, and the log
            return problem(refusal_of(error))

    def _done(self, call: Call[Any, Any], method: str, path: Mapping[str, str]) -> Answer:
        answer = self.handler(call, **path)
        if method != "GET" and call.key is not None:
            catalogue.forget(call.account_id)  # intake in this process is to see the change at once
        return answer

    def _call(
        self, request: Request, caller: Caller, path: Mapping[str, str], now: datetime
    ) -> Call[Any, Any]:
        if caller.session is not None:
            check_reach(caller.session, path)
        raw = _raw(request) if self.takes_body else b""
        return Call(
            token=caller.token,
            key=caller.key,
            session=caller.session,
            body=_body(self.body, raw, request) if self.takes_body else self.body(),
            query=_query(self.query, request.query_params or {}),
            now=now,
            if_match=_version(request.headers.get("if-match")) if self.versioned else None,
            idempotency_key=_idempotency_key(request) if request.method == "POST" else None,
            fingerprint=_fingerprint(request),
        )


def operation(  # noqa: PLR0913 - one declaration each, all by name
    *,
    scope: Scope | None,
    answers: Mapping[int, type[BaseModel] | None],
    body: type[Body] = Body,
    query: type[Query] = Query,
    refuses: tuple[type[ActrailError], ...] = (),
    versioned: bool = False,
    media_type: str = "application/json",
    editor: bool = False,
) -> Callable[[Callable[..., Answer]], Operation]:
    """Declare a function to be a route's; see Operation."""

    def declare(handler: Callable[..., Answer]) -> Operation:
        return Operation(handler, scope, answers, body, query, refuses, versioned, media_type, editor)

    return declare


def answer(view: BaseModel, status: int = 200, version: int | None = None) -> Answer:
    """An answer with a body, and the version as its ETag."""
    headers = {"Content-Type": "application/json"}
    if version is not None:
        headers["ETag"] = f'"{version}"'
    return Answer(status, view.model_dump_json(), headers)


def no_content(_: object = None) -> Answer:
    """The answer to a deletion."""
    return Answer(204)


def problem(error: ActrailError) -> Answer:
    """The error as an answer."""
    return Answer(error.status, body_of(error), headers_of(error))


def _body(model: type[BodyType], raw: bytes, request: Request) -> BodyType:
    media_type = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType("Send the body as application/json.")
    if len(raw) > MOST_BYTES:
        raise TooLarge(f"The body must have at most {MOST_BYTES} bytes.")
    try:
        return model.model_validate(orjson.loads(raw))
    except orjson.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON: {error}.") from error
    except ValidationError as error:
        raise invalid(error) from error


def _query(model: type[QueryType], parameters: Mapping[str, str]) -> QueryType:
    try:
        return model.model_validate(dict(parameters))
    except ValidationError as error:
        raise invalid(error) from error


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    tag = _ETAG.fullmatch(if_match.strip())
    return int(tag[1]) if tag else NO_VERSION


def _idempotency_key(request: Request) -> str | None:
    key: str | None = request.headers.get("idempotency-key")
    if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
        raise Malformed("Idempotency-Key must have 1 to 255 visible ASCII characters.")
    return key


def _raw(request: Request) -> bytes:
    """The body's bytes, whether it came as text or in base64."""
    raw = request.raw_body
    return raw.encode() if isinstance(raw, str) else raw


def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256()
    query = sorted((request.query_params or {}).items())
    for part in (request.method, request.path, repr(query)):
        digest.update(f"{part}\n".encode("utf-8", "surrogatepass"))
    digest.update(_raw(request))
    return digest.hexdigest()
