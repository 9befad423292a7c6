"""Somebody else who is quicker, at the worst moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from chalicelib.table.wire import Wire


@contextmanager
def just_before(operation: str, action: Callable[[], object] | None) -> Iterator[None]:
    """Let somebody else act right before the first request of an operation is sent."""
    waiting = [action] if action else []
    call = Wire.call

    def called(of: Wire, asked: str, body: dict[str, Any]) -> dict[str, Any]:
        if asked == operation and waiting:
            waiting.pop()()
        return call(of, asked, body)

    with mock.patch.object(Wire, "call", called):
        yield
