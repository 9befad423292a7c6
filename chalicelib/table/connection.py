"""A kept HTTP/1.1 connection for requests whose headers are ready: one write, and an answer of known length.

``http.client`` makes a message of every answer's headers and sends a request in two packets, which takes
longer than all else that intake does for an event. DynamoDB answers with Content-Length and nothing that
depends on other headers; an answer of another form is taken for a broken connection.
"""

from __future__ import annotations

import re
import socket
import ssl
import struct
from collections.abc import Mapping

LONGEST_HEAD = 65_536
PART = 262_144
"""Bytes that are asked for at once: most answers come whole."""

_STATUS = re.compile(rb"HTTP/1\.[0-9] ([0-9]{3})\b")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length:[ \t]*([0-9]+)[ \t]*(?:\r|$)")
_CLOSE = re.compile(rb"(?i)\r\nconnection:[ \t]*close[ \t]*(?:\r|$)")


class Broken(OSError):
    """The connection ended before the answer did, or what came is no answer."""


class Connection:
    """A connection that opens when it is first used, and again after it was closed.

    Not safe under threads. Whatever it raises leaves it closed, the request done or not.
    """

    def __init__(self, host: str, port: int, *, secure: bool, timeout: float) -> None:
        self._address = (host, port)
        self._context = ssl.create_default_context() if secure else None
        self._timeout = timeout
        self._timeval = int(timeout), int(timeout % 1 * 1e6)
        self._open: socket.socket | None = None

    def post(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to a POST to /. Raises OSError."""
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        head = f"POST / HTTP/1.1\r\n{''.join(lines)}content-length: {len(body)}\r\n\r\n"
        try:
            opened = self._open or self._opened()
            opened.sendall(head.encode("latin-1") + body)
            return self._answer(opened)
        except BaseException:
            self.close()  # what nobody waits for any more must not be taken for the next one's answer
            raise

    def close(self) -> None:
        """Close it; the next request opens another."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _opened(self) -> socket.socket:
        plain = socket.create_connection(self._address, self._timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The kernel keeps the time: Python would ask it before each read and write whether it may.
        plain.settimeout(None)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            plain.setsockopt(socket.SOL_SOCKET, option, struct.pack("@ll", *self._timeval))
        self._open = plain
        if self._context is not None:
            self._open = self._context.wrap_socket(plain, server_hostname=self._address[0])
        return self._open

    def _answer(self, opened: socket.socket) -> tuple[int, bytes]:
        """RFC 9112, sections 4 to 6, for an answer with Content-Length."""
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            if len(received) > LONGEST_HEAD:
                raise Broken("an answer without a body")
            received += _more(opened)
        head, body = received[:end], received[end + 4 :]
        status, length = _STATUS.match(head), _LENGTH.search(head)
        if status is None or length is None:
            raise Broken("an answer without a status or a length")
        parts, missing = [body], int(length[1]) - len(body)
        while missing > 0:
            parts.append(_more(opened))
            missing -= len(parts[-1])
        if missing < 0:
            raise Broken("more than one answer")
        if _CLOSE.search(head):
            self.close()
        return int(status[1]), b"".join(parts)


def _more(opened: socket.socket) -> bytes:
    part = opened.recv(PART)
    if not part:
        raise Broken("the connection ended within an answer")
    return part
