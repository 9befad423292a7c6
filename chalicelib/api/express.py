"""Requests that bring events, answered around Chalice's dispatch, which takes longer than the rest of intake.

Their routes are Chalice's like all others, for packaging and for whoever lists them.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, NamedTuple

from chalice.app import Chalice, Response

from chalicelib.api.routes import ROUTES, Route

MODULES = {"intake", "segment"}
"""Whose operations take a Request of this module."""

_ROUTES = {
    (route.method, route.path): route for route in ROUTES if route.operation.partition(":")[0] in MODULES
}


class Request(NamedTuple):
    """What there is to know of a request that brings events.

    Attributes:
        path: the route's, such as ``/v1/track``.
        headers: by name in lower case.
        query: the last value of each parameter.
    """

    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


class ExpressApp(Chalice):
    """Chalice, but for requests that bring events."""

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer a Lambda event of API Gateway's version 1."""
        route = _route_of(event)
        answer: dict[str, Any] = _answered(route, event) if route else super().__call__(event, context)
        return answer


def _route_of(event: Mapping[str, Any]) -> Route | None:
    context = event.get("requestContext") or {}
    return _ROUTES.get((context.get("httpMethod", ""), context.get("resourcePath", "")))


def _answered(route: Route, event: Mapping[str, Any]) -> dict[str, Any]:
    response: Response = route.load()(_request(event), {})
    return {
        "statusCode": response.status_code,
        "headers": response.headers,
        "multiValueHeaders": {},
        "body": response.body,
    }


def _request(event: Mapping[str, Any]) -> Request:
    query = event.get("multiValueQueryStringParameters") or {}
    return Request(
        event["requestContext"]["resourcePath"],
        {name.lower(): value for name, value in (event.get("headers") or {}).items()},
        {name: values[-1] for name, values in query.items()},
        _body(event),
    )


def _body(event: Mapping[str, Any]) -> bytes:
    body: str | bytes = event.get("body") or ""
    if event.get("isBase64Encoded"):
        return base64.b64decode(body)
    return body.encode() if isinstance(body, str) else body  # Chalice's test client hands over bytes
