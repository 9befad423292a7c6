"""Requests to DynamoDB, counted where every client sends them: in http.client."""

from __future__ import annotations

import http.client
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock


@contextmanager
def requests_sent() -> Iterator[Counter[str]]:
    """Counts the requests of this process by operation, such as ``GetItem``, each try of them."""
    sent: Counter[str] = Counter()
    put = http.client.HTTPConnection.putheader

    def noting(connection: http.client.HTTPConnection, name: Any, *values: Any) -> None:
        if _text(name).lower() == "x-amz-target":
            sent[_text(values[0]).partition(".")[2]] += 1
        put(connection, name, *values)

    with mock.patch.object(http.client.HTTPConnection, "putheader", noting):
        yield sent


def _text(header: str | bytes) -> str:
    return header.decode() if isinstance(header, bytes) else header
