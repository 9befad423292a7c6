"""A kept HTTP/1.1 connection for requests whose headers are ready: one write, and an answer of known length.

``http.client`` makes a message of every answer's headers and sends a request in two packets, which takes
longer than all else that intake does for an event. DynamoDB answers with Content-Length and nothing that
depends on other headers; an answer of another form is taken for a broken connection.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from io import BufferedReader
from typing import NamedTuple

LONGEST_LINE = 8192


class Broken(OSError):
    """The connection ended before the answer did, or what came is no answer."""


class _Open(NamedTuple):
    """What there is while the connection is open."""

    socket: socket.socket
    reader: BufferedReader


class Connection:
    """A connection that opens when it is first used, and again after it was closed.

    Not safe under threads. Whatever it raises leaves it closed, the request done or not.
    """

    def __init__(self, host: str, port: int, *, secure: bool, timeout: float) -> None:
        self._address = (host, port)
        self._context = ssl.create_default_context() if secure else None
        self._timeout = timeout
        self._open: _Open | None = None

    def post(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to a POST to /. Raises OSError."""
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        head = f"POST / HTTP/1.1\r\n{''.join(lines)}content-length: {len(body)}\r\n\r\n"
        try:
            connection = self._open or self._opened()
            connection.socket.sendall(head.encode("latin-1") + body)
            return self._answer(connection.reader)
        except BaseException:
            self.close()  # what nobody waits for any more must not be taken for the next one's answer
            raise

    def close(self) -> None:
        """Close it; the next request opens another."""
        if self._open is not None:
            self._open.reader.close()
            self._open.socket.close()
            self._open = None

    def _opened(self) -> _Open:
        plain = socket.create_connection(self._address, self._timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chosen = plain
        if self._context is not None:
            chosen = self._context.wrap_socket(plain, server_hostname=self._address[0])
        self._open = _Open(chosen, chosen.makefile("rb"))
        return self._open

    def _answer(self, reader: BufferedReader) -> tuple[int, bytes]:
        """RFC 9112, sections 4 to 6, for an answer with Content-Length."""
        version, _, rest = reader.readline(LONGEST_LINE).partition(b" ")
        status = rest[:3]
        if not version.startswith(b"HTTP/1.") or not status.isdigit():
            raise Broken("the connection ended without an answer")
        headers = _headers(reader)
        length = headers.get(b"content-length", b"")
        if not length.isdigit():
            raise Broken("an answer without a length")
        body = reader.read(int(length))
        if len(body) < int(length):
            raise Broken("the connection ended within an answer")
        if headers.get(b"connection", b"").lower() == b"close":
            self.close()
        return int(status), body


def _headers(reader: BufferedReader) -> dict[bytes, bytes]:
    """The lines up to the empty one, names in lower case."""
    headers = {}
    while line := reader.readline(LONGEST_LINE).strip():
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    return headers
