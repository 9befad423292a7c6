"""API Gateway and Lambda on one machine: a WSGI application that calls a Chalice app as they do.

Each request becomes a proxy event, the app is called with it as a Lambda function is, and its answer becomes
the HTTP answer, within the same limits. A Chalice app serves one request at a time, as a Lambda instance
does: give each worker process one thread.
"""

import base64
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from chalice.app import Chalice

from infra.local import events
from infra.local.compression import compressed
from infra.local.invocation import Context
from infra.local.payload import RequestError
from infra.local.routes import Routes

INVOCATION_LIMIT = 6 * 1024 * 1024
"""Bytes of JSON that a Lambda function is called with, and that it answers."""

MOST_UNSEEN = INVOCATION_LIMIT // 10
"""Characters of a body that have room in an invocation however they are escaped, headers included."""

_CODES = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    HTTPStatus.BAD_GATEWAY: "bad_gateway",
}
_WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
_PHRASES = {status.value: status.phrase for status in HTTPStatus}

_log = logging.getLogger(__name__)

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, bytes]


class Gateway:
    """The WSGI application in front of a Chalice app."""

    def __init__(self, app: Chalice) -> None:
        self._app = app
        self._routes = Routes(app.routes)
        self._binary_types = frozenset(app.api.binary_types)

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a WSGI request."""
        request_id = str(uuid.uuid4())
        try:
            status, headers, body = self._answer(environ, request_id)
        except RequestError as error:
            status, headers, body = problem(error.status, error.detail)
        body, headers = compressed(body, headers, environ.get("HTTP_ACCEPT_ENCODING", ""))
        if environ["REQUEST_METHOD"] == "HEAD":
            headers.append(("Content-Length", str(len(body))))
            body = b""
        headers.append(("x-amzn-RequestId", request_id))
        # Any number may be a status; only the registered ones have a name.
        start_response(f"{status} {_PHRASES.get(status, 'Unknown')}", headers)
        return [body]

    def _answer(self, environ: Mapping[str, Any], request_id: str) -> Answer:
        path = events.path_of(environ)
        match = self._routes.match(path)
        if match is None:
            raise RequestError(HTTPStatus.NOT_FOUND, "there is nothing at this path")
        methods = self._app.routes[match.resource]
        if environ["REQUEST_METHOD"] not in methods:
            return _method_not_allowed(methods)
        event = events.build(environ, path, match, request_id, self._binary_types)
        if _is_too_large(event, event["body"]):
            raise RequestError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"the request, written as JSON for the function, is larger than {INVOCATION_LIMIT} bytes",
            )
        return self._invoke(event, request_id)

    def _invoke(self, event: dict[str, Any], request_id: str) -> Answer:
        """Call the app; whatever a Lambda function must not do is a 502, as API Gateway has it."""
        try:
            result = self._app(event, Context(request_id))
            too_large = _is_too_large(result, result.get("body"))
            answer = _answer_of(result)
        except Exception as error:
            _log.exception("the function failed", extra={"request_id": request_id})
            raise RequestError(HTTPStatus.BAD_GATEWAY, "internal server error") from error
        if too_large:
            raise RequestError(HTTPStatus.BAD_GATEWAY, f"the answer is larger than {INVOCATION_LIMIT} bytes")
        return answer


def _is_too_large(value: Mapping[str, Any], body: str | None) -> bool:
    """Whether Lambda would refuse an event or an answer. Short bodies are not looked at: they stay short."""
    return len(body or "") > MOST_UNSEEN and len(orjson.dumps(value)) > INVOCATION_LIMIT


def problem(status: HTTPStatus, detail: str) -> Answer:
    """Return an answer of the gateway itself, in the form the app's own errors have (RFC 9457)."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status,
        "detail": detail,
        "code": _CODES[status],
        "message": detail,
    }
    return status, [("Content-Type", "application/problem+json")], orjson.dumps(body)


def _method_not_allowed(methods: Iterable[str]) -> Answer:
    allowed = ", ".join(sorted(methods))
    status, headers, body = problem(HTTPStatus.METHOD_NOT_ALLOWED, f"this path takes {allowed}")
    return status, [*headers, ("Allow", allowed)], body


def _answer_of(result: Mapping[str, Any]) -> Answer:
    """Turn the function's answer into HTTP's; raises what a malformed one gives rise to."""
    status = int(result["statusCode"])
    multiple: Mapping[str, list[str]] = result.get("multiValueHeaders") or {}
    headers = [(name, value) for name, values in multiple.items() for value in values]
    given = {name.lower() for name in multiple}
    headers += [(name, str(value)) for name, value in result["headers"].items() if name.lower() not in given]
    if status not in _WITHOUT_BODY and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    body = (result.get("body") or "").encode()
    return status, headers, base64.b64decode(body, validate=True) if result.get("isBase64Encoded") else body
