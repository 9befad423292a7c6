"""Calls of webhooks: signed, short, and never to a machine that only we can reach."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from threading import Timer
from urllib.parse import urlsplit

from chalicelib.errors import ActrailError

TIMEOUT = 10.0
"""Seconds for the connection, and as many for all the rest of a call."""

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses that a gateway translates to the IPv4 address at their end (RFC 6052)."""


class CallFailed(ActrailError):
    """The webhook did not take the call: it is not there, not to be called, or answered with an error."""

    code = "call_failed"


def signature(secret: str, seconds: int, body: bytes) -> str:
    """What a call is signed with: proof of who sent it, and when."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def call(address: str, body: bytes, secret: str, seconds: int, *, local: bool = False) -> None:
    """Post a body to a webhook. ``local`` systems may call themselves. Raises CallFailed.

    It connects to the very address it has looked up and judged, and follows no redirection: neither can lead
    it elsewhere. An address that names no host or path that can be called is a call that failed.
    """
    parts = urlsplit(address)
    host, secure = parts.hostname or "", parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Actrail",
        "Actrail-Signature": signature(secret, seconds, body),
    }
    try:
        port = parts.port or (443 if secure else 80)
        opened = socket.create_connection((_judged(host, port, local=local), port), TIMEOUT)
        with (
            opened,
            _ended_in_time(opened),
            closing(_connection(opened, host, port, secure=secure)) as connection,
        ):
            connection.request("POST", path, body, headers)
            status = connection.getresponse().status
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise CallFailed(f"{host}: {error}") from error
    if not 200 <= status < 300:
        raise CallFailed(f"{host} answered {status}.")


@contextmanager
def _ended_in_time(opened: socket.socket) -> Iterator[None]:
    """Have the connection end when time is over, however little by little the other side answers."""
    with opened.dup() as same:  # TLS takes the socket over, and this one with it ends all the same
        timer = Timer(TIMEOUT, partial(_end, same))
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _end(opened: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        opened.shutdown(socket.SHUT_RDWR)


def _connection(opened: socket.socket, host: str, port: int, *, secure: bool) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    connection.sock = opened
    if secure:
        connection.sock = ssl.create_default_context().wrap_socket(opened, server_hostname=host)
    return connection


def _judged(host: str, port: int, *, local: bool) -> str:
    """An address of the host that anybody can reach. Raises CallFailed for one that only we can."""
    for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        found = ipaddress.ip_address(place[0])
        if local or _is_public(found):
            return str(found)
    raise CallFailed(f"{host} is not on the internet.")


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether anybody can reach it. An IPv6 address that stands for an IPv4 one is as public as that is."""
    if isinstance(address, ipaddress.IPv6Address):
        meant = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            meant = ipaddress.IPv4Address(address.packed[-4:])
        if meant is not None:
            return _is_public(meant)
    return address.is_global and not address.is_multicast
