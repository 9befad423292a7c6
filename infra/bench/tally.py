"""Requests to DynamoDB, counted where every client sends them: at the sockets of this process."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

_TARGET = re.compile(rb"x-amz-target: *DynamoDB_\d+\.(\w+)", re.IGNORECASE)


@contextmanager
def requests_sent() -> Iterator[Counter[str]]:
    """Counts the requests to an emulator by operation, such as ``GetItem``, each try of them."""
    sent: Counter[str] = Counter()
    send_all = socket.socket.sendall

    def noting(of: socket.socket, data: Any, *flags: int) -> None:
        sent.update(name.decode() for name in _TARGET.findall(data))
        send_all(of, data, *flags)

    with mock.patch.object(socket.socket, "sendall", noting):
        yield sent
