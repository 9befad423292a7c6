"""From a WSGI request to the event that API Gateway (REST, version 1) hands to a Lambda function.

https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-example-event
What WSGI does not tell: a header sent twice arrives as one with a comma, and an encoded slash in a path as
a slash.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import parse_qsl

from infra.local import payload
from infra.local.routes import Match

STAGE = "local"


def path_of(environ: Mapping[str, Any]) -> str:
    """Return the decoded path; WSGI passes its UTF-8 bytes as Latin-1 (PEP 3333)."""
    path: str = environ["PATH_INFO"]
    return path.encode("latin-1").decode(errors="replace")


def build(
    environ: Mapping[str, Any], path: str, match: Match, request_id: str, binary_types: frozenset[str]
) -> dict[str, Any]:
    """Return the event of a request whose path matches a resource, its body read.

    Raises payload.RequestError.
    """
    headers = _headers(environ)
    query = _query(environ.get("QUERY_STRING", ""))
    body, is_base64 = payload.read(environ, binary_types)
    return {
        "resource": match.resource,
        "path": path,
        "httpMethod": environ["REQUEST_METHOD"],
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(match.parameters) or None,
        "stageVariables": None,
        "requestContext": _context(environ, path, match.resource, request_id),
        "body": body,
        "isBase64Encoded": is_base64,
    }


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    headers = {_header_name(key): value for key, value in environ.items() if key.startswith("HTTP_")}
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(key):
            headers[_header_name(key)] = environ[key]
    client = environ["REMOTE_ADDR"]
    forwarded = headers.get("X-Forwarded-For")
    headers["X-Forwarded-For"] = f"{forwarded}, {client}" if forwarded else client
    headers["X-Forwarded-Port"] = str(environ["SERVER_PORT"])
    headers["X-Forwarded-Proto"] = environ["wsgi.url_scheme"]
    return headers


@cache
def _header_name(key: str) -> str:
    """Turn HTTP_X_REQUEST_ID into X-Request-Id: WSGI has lost the sender's spelling."""
    return key.removeprefix("HTTP_").replace("_", "-").title()


def _query(text: str) -> dict[str, list[str]]:
    query: dict[str, list[str]] = {}
    for name, value in _parameters(text):
        query.setdefault(name, []).append(value)
    return query


@lru_cache(maxsize=100)
def _parameters(text: str) -> list[tuple[str, str]]:
    """Names and values. The pages of a site send the same ones, their write key, again and again."""
    return parse_qsl(text, keep_blank_values=True)


@lru_cache(maxsize=2)
def _log_time(seconds: int) -> str:
    """A time as access logs have it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")


def _context(environ: Mapping[str, Any], path: str, resource: str, request_id: str) -> dict[str, Any]:
    now = time.time()
    return {
        "accountId": "000000000000",
        "apiId": "local",
        "domainName": environ.get("HTTP_HOST", ""),
        "extendedRequestId": request_id,
        "httpMethod": environ["REQUEST_METHOD"],
        "identity": {"sourceIp": environ["REMOTE_ADDR"], "userAgent": environ.get("HTTP_USER_AGENT")},
        "path": path,
        "protocol": environ["SERVER_PROTOCOL"],
        "requestId": request_id,
        "requestTime": _log_time(int(now)),
        "requestTimeEpoch": int(now * 1000),
        "resourceId": "local",
        "resourcePath": resource,
        "stage": STAGE,
    }
