"""The kept connection: an answer is read whole or the connection is given up, never half."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from chalicelib.table.connection import Broken, Connection

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def answering(*answers: bytes | None) -> Iterator[tuple[Connection, list[bytes]]]:
    """A connection to a server with these answers, one a request, and the requests; None ends it."""
    seen: list[bytes] = []
    left = list(answers)

    def serve(listening: socket.socket) -> None:
        while left:
            accepted, _ = listening.accept()
            with accepted, suppress(ConnectionResetError):
                while left and (request := accepted.recv(65536)):
                    seen.append(request)
                    answer = left.pop(0)
                    if answer is None:
                        break
                    accepted.sendall(answer)
                    if b"\r\n\r\n" not in answer or answer.endswith(b"-"):
                        break

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        connection = Connection("127.0.0.1", listening.getsockname()[1], secure=False, timeout=2)
        yield connection, seen
        connection.close()
        thread.join()


def test_requests_share_a_connection_and_keep_their_answers():
    with answering(OK, OK.replace(b"{}", b"[]")) as (connection, seen):
        answers = [connection.post({"x-amz-target": "T.Op"}, body) for body in (b"1", b"22")]

    assert answers == [(200, b"{}"), (200, b"[]")]
    assert seen[0] == b"POST / HTTP/1.1\r\nx-amz-target: T.Op\r\ncontent-length: 1\r\n\r\n1"


def test_names_of_headers_are_read_in_any_case():
    with answering(OK.lower().replace(b"http", b"HTTP")) as (connection, _):
        assert connection.post({}, b"") == (200, b"{}")


def test_a_connection_that_the_server_wants_closed_is_opened_anew():
    closing = OK.replace(b"\r\n\r\n", b"\r\nConnection: Close\r\n\r\n")

    with answering(closing, OK) as (connection, seen):
        answers = [connection.post({}, b"") for _ in range(2)]

    assert answers == [(200, b"{}")] * 2
    assert len(seen) == 2


@pytest.mark.parametrize(
    "broken",
    [
        None,
        b"",
        b"nonsense\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}-",
        b"HTTP/1.1 2",
    ],
)
def test_a_broken_answer_is_no_answer_and_leaves_nothing_for_the_next(broken):
    with answering(broken, OK) as (connection, _):
        with pytest.raises(Broken):
            connection.post({}, b"")
        after = connection.post({}, b"")

    assert after == (200, b"{}")


def test_an_answer_that_nobody_waits_for_is_not_taken_for_the_next(monkeypatch):
    with answering(OK.replace(b"{}", b"[]"), OK) as (connection, _):
        with monkeypatch.context() as patch:
            patch.setattr(Connection, "_answer", _interrupted)
            with pytest.raises(KeyboardInterrupt):
                connection.post({}, b"")
        after = connection.post({}, b"")

    assert after == (200, b"{}")


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt
