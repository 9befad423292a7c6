"""A network that loses requests and answers on the way to DynamoDB, underneath everything of ours."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest import mock

from chalicelib.table import wire


class Network:
    """While there is chaos, a tenth of the requests to the table begin an outage: of one try, or of a call.

    The first request of an outage may arrive, and only its answer get lost. The stream is read in peace.
    """

    def __init__(self) -> None:
        self.lost = 0
        self._chaos: Random | None = None
        self._outage = 0
        self._unanswered: socket.socket | None = None

    @contextmanager
    def failing(self, chaos: Random) -> Iterator[None]:
        """Let it fail, as this randomness has it."""
        self._outage, self._chaos = 0, chaos
        try:
            yield
        finally:
            self._chaos = None

    @contextmanager
    def in_place(self) -> Iterator[Network]:
        """Have every socket go through this network; nobody waits between tries."""
        send_all, receive = socket.socket.sendall, socket.socket.recv_into

        def sent(of: socket.socket, data: Any, *flags: int) -> None:
            self._unanswered = None
            if wire.TABLE_API.encode() in data and self._begins_or_lasts(of):
                self.lost += 1
                if self._unanswered is None:
                    raise ConnectionResetError
            send_all(of, data, *flags)

        def received(of: socket.socket, *arguments: Any) -> int:
            number = receive(of, *arguments)
            # By now the request was done.
            if of is self._unanswered:
                raise ConnectionResetError
            return number

        with (
            mock.patch.object(socket.socket, "sendall", sent),
            mock.patch.object(socket.socket, "recv_into", received),
            mock.patch.object(time, "sleep", return_value=None),
        ):
            yield self

    def _begins_or_lasts(self, of: socket.socket) -> bool:
        if self._chaos is None:
            return False
        if not self._outage and self._chaos.random() < 0.1:
            self._outage = self._chaos.choice((1, wire.TRIES))
            self._unanswered = of if self._chaos.random() < 0.5 else None
        lasts = self._outage > 0
        self._outage = max(0, self._outage - 1)
        return lasts
