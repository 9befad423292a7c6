"""A network that loses requests and answers on the way to DynamoDB, underneath everything of ours."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from unittest import mock

from chalicelib.table import wire


class Network:
    """While there is chaos, a tenth of the requests to the table begin an outage: of one try, or of a call.

    The first request of an outage may arrive, and only its answer get lost. The stream is read in peace.
    """

    def __init__(self) -> None:
        self.chaos: Random | None = None
        self._outage = 0
        self._answer_lost = False

    @contextmanager
    def failing(self, chaos: Random) -> Iterator[None]:
        """Let it fail, as this randomness has it."""
        self._outage, self.chaos = 0, chaos
        try:
            yield
        finally:
            self.chaos = None

    @contextmanager
    def in_place(self) -> Iterator[Network]:
        """Have every connection of http.client go through this network; nobody waits between tries."""
        connection = http.client.HTTPConnection
        request, response = connection.request, connection.getresponse

        def requested(
            of: http.client.HTTPConnection, method: str, url: str, body: bytes, headers: dict[str, str]
        ) -> None:
            self._answer_lost = False
            to_table = headers["x-amz-target"].startswith(wire.TABLE_API)
            if to_table and self._begins_or_lasts() and not self._answer_lost:
                raise ConnectionResetError
            request(of, method, url, body, headers)

        def answered(of: http.client.HTTPConnection) -> http.client.HTTPResponse:
            answer = response(of)
            if self._answer_lost:
                answer.read()
                raise ConnectionResetError
            return answer

        with (
            mock.patch.object(connection, "request", requested),
            mock.patch.object(connection, "getresponse", answered),
            mock.patch.object(time, "sleep", return_value=None),
        ):
            yield self

    def _begins_or_lasts(self) -> bool:
        if self.chaos is None:
            return False
        if not self._outage and self.chaos.random() < 0.1:
            self._outage = self.chaos.choice((1, wire.TRIES))
            self._answer_lost = self.chaos.random() < 0.5
        lost = self._outage > 0
        self._outage = max(0, self._outage - 1)
        return lost
