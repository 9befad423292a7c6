"""Segment's HTTP tracking API, on intake's own path: calls become events, and all rules of events hold.

https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/. The SDKs want a 200, and read
``code`` and ``message`` of anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from chalice.app import Response

from chalicelib.api.express import Request
from chalicelib.api.intake import batch_of, take_in, taken
from chalicelib.api.reception import answered, opened
from chalicelib.domain.segment_call import KINDS, event_of
from chalicelib.errors import Malformed

ADDRESSES = {**{kind: kind for kind in KINDS}, **{kind[0]: kind for kind in KINDS}}
"""The last part of a call's path, and its kind: browsers send to /v1/t what servers send to /v1/track."""


def collect_call(request: Request, _: Mapping[str, str]) -> Response:
    """Take a call of Segment's tracking API in"""
    return answered(request, _call)


def collect_calls(request: Request, _: Mapping[str, str]) -> Response:
    """Take calls of Segment's tracking API in

    All but those that are listed as rejected are stored.
    """
    return answered(request, _batch)


def _call(request: Request) -> Response:
    kind = ADDRESSES[request.path.rpartition("/")[2]]
    return _taken(request, kind)


def _batch(request: Request) -> Response:
    return _taken(request, None)


def _taken(request: Request, kind: str | None) -> Response:
    account, body, size = opened(request)
    batch = batch_of(request, [body] if kind else _calls_in(body), size)
    outcome = take_in(account, batch, datetime.now(UTC), partial(event_of, kind=kind))
    return taken({"success": True, **outcome.body()})


def _calls_in(body: Any) -> list[Any]:
    calls = body.get("batch") if isinstance(body, dict) else None
    if isinstance(calls, list):
        return calls
    raise Malformed('The body must be {"batch": [...]}.')
