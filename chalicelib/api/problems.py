"""Refusals as application/problem+json (RFC 9457), for every route; light enough for intake."""

from __future__ import annotations

import orjson

from chalicelib.errors import ActrailError
from chalicelib.observability import count
from chalicelib.web import content_security_policy

HEADERS = {
    "Cache-Control": "no-store",
    content_security_policy.HEADER: content_security_policy.NOTHING,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def body_of(error: ActrailError) -> str:
    """The problem's document. ``message`` repeats ``detail``: SDKs in use look for it."""
    return orjson.dumps(
        {
            "type": f"/docs#{error.code}",
            "title": error.title,
            "status": error.status,
            "detail": error.message,
            "code": error.code,
            "message": error.message,
            **error.details,
        }
    ).decode()


def headers_of(error: ActrailError) -> dict[str, str]:
    """The problem's headers. Counts the refusal by its code."""
    count("Refused", error.code)
    return {"Content-Type": "application/problem+json", **error.headers}
