"""The app behind the local gateway is called, and answers, as behind API Gateway."""

import base64
import gzip
import os
import socket
import threading
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local import http_server
from infra.local.events import path_of
from infra.local.isolation import without_accounts
from infra.local.ports import LOOPBACK, free_port
from infra.local.processes import Child
from infra.local.routes import Routes
from infra.local.settings import LocalSettings

TEXT = {"Content-Type": "text/plain"}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("gateway")
    settings = LocalSettings(folder, free_port(), app="tests.local.small_app:app", watched=[Path(__file__)])
    server = Child(http_server.program(settings, without_accounts(os.environ)))
    try:
        server.wait_until_ready(threading.Event())
        with httpx.Client(base_url=settings.url, trust_env=False) as client:
            yield client
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("body", "coding"),
    [(gzip.compress("zwölf".encode(), mtime=0), "gzip"), (zlib.compress("zwölf".encode()), "deflate")],
    ids=["gzip", "deflate"],
)
def test_a_compressed_body_reaches_the_app_as_text(web, body, coding):
    event = send(web, body, TEXT | {"Content-Encoding": coding})

    assert event["body"] == "zwölf"
    assert not event["isBase64Encoded"]


@pytest.mark.parametrize(
    ("body", "coding"),
    [(b"not compressed", "gzip"), (gzip.compress(b"cut off", mtime=0)[:-9], "gzip"), (b"any", "br")],
    ids=["not compressed", "cut off", "unknown coding"],
)
def test_a_body_that_is_not_what_its_coding_says_is_415(web, body, coding):
    answer = web.post("/event", content=body, headers=TEXT | {"Content-Encoding": coding})

    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


def test_a_small_body_that_decompresses_to_more_than_10_mb_is_413(web):
    bomb = gzip.compress(bytes(11 * 1024 * 1024))

    answer = web.post("/event", content=bomb, headers=TEXT | {"Content-Encoding": "gzip"})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br", "gzip"), ("deflate", "deflate"), ("br", None), ("gzip;q=0", None)],
)
def test_an_answer_is_compressed_from_1024_bytes_on_if_the_client_takes_it(web, accepted, coding):
    short, long = (web.get(f"/large/{size}", headers={"Accept-Encoding": accepted}) for size in (1023, 1024))

    assert (short.text, short.headers.get("Content-Encoding")) == ("x" * 1023, None)
    assert (long.text, long.headers.get("Content-Encoding")) == ("x" * 1024, coding)


def test_a_body_of_a_binary_type_is_base64_and_stays_compressed(web):
    body = gzip.compress(b"anything")

    event = send(web, body, {"Content-Type": "application/x-bytes", "Content-Encoding": "gzip"})

    assert event["isBase64Encoded"]
    assert base64.b64decode(event["body"]) == body


def test_a_body_that_is_not_utf_8_is_base64(web):
    event = send(web, b"\xff\xfe", TEXT)

    assert event["isBase64Encoded"]
    assert base64.b64decode(event["body"]) == b"\xff\xfe"


def test_no_body_is_null(web):
    event = send(web, b"", TEXT)

    assert event["body"] is None
    assert not event["isBase64Encoded"]


def test_a_parameter_sent_twice_is_kept_twice_and_its_last_value_alone(web):
    event = web.get("/event?a=1&a=%C3%A9%202&empty=").json()["event"]

    assert event["multiValueQueryStringParameters"] == {"a": ["1", "é 2"], "empty": [""]}
    assert event["queryStringParameters"] == {"a": "é 2", "empty": ""}


def test_what_is_absent_is_null(web):
    event = web.get("/event").json()["event"]

    assert event["queryStringParameters"] is None
    assert event["multiValueQueryStringParameters"] is None
    assert event["pathParameters"] is None


def test_headers_are_passed_on_with_where_the_request_came_from(web):
    headers = {"Authorization": "Bearer a.b/c==", "X-Custom": "1", "X-Forwarded-For": "192.0.2.1"}

    event = web.get("/event", headers=headers).json()["event"]

    assert event["headers"]["Authorization"] == "Bearer a.b/c=="
    assert event["multiValueHeaders"]["X-Custom"] == ["1"]
    assert event["headers"]["X-Forwarded-For"] == "192.0.2.1, 127.0.0.1"
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"


def test_a_header_sent_twice_reaches_the_app_with_both_values(web):
    event = web.get("/event", headers=[("X-Custom", "1"), ("X-Custom", "2")]).json()["event"]

    assert event["headers"]["X-Custom"] == "1,2"


def test_a_path_parameter_is_decoded(web):
    answer = web.get("/things/a%20b%C3%A9%25/parts/%7Bc%7D")

    assert answer.json() == ["a bé%", "{c}"]


def test_a_fixed_segment_goes_before_a_parameter(web):
    assert web.get("/things/first/parts/2").json() == ["static", "2"]
    assert web.get("/things/second/parts/2").json() == ["second", "2"]


def test_the_request_id_is_the_same_for_client_event_and_context_and_never_used_twice(web):
    answers = [web.get("/event") for _ in range(2)]

    ids = [answer.headers["x-amzn-RequestId"] for answer in answers]
    assert ids[0] != ids[1]
    assert [answer.json()["aws_request_id"] for answer in answers] == ids
    assert [answer.json()["event"]["requestContext"]["requestId"] for answer in answers] == ids
    assert uuid.UUID(ids[0]).version == 4


def test_a_function_is_told_how_much_of_29_seconds_is_left(web):
    remaining = web.get("/event").json()["remaining"]

    assert 25_000 < remaining <= 29_000


@pytest.mark.parametrize("path", ["/", "/unknown", "/things//parts/1", "/things/1", "/health/more"])
def test_a_path_without_a_route_is_a_404_problem(web, path):
    answer = web.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "there is nothing at this path",
        "code": "not_found",
        "message": "there is nothing at this path",
    }


def test_a_method_the_route_has_not_is_a_405_problem_that_says_which_it_has(web):
    answer = web.patch("/event")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert answer.json()["code"] == "method_not_allowed"


def test_the_answer_to_head_has_the_length_of_the_body_and_no_body(web):
    answer = web.head("/event")

    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) > 500
    assert answer.content == b""


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_10_mb_is_413_whether_its_length_is_said_or_not(web, chunked):
    body = bytes(10 * 1024 * 1024 + 1)

    answer = web.post("/event", content=iter([body]) if chunked else body, headers=TEXT)

    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_a_body_that_makes_the_event_larger_than_6_mb_is_413(web):
    fits, too_large = (
        web.post("/event", content=b"x" * size, headers=TEXT) for size in (3_000_000, 6_300_000)
    )

    assert fits.status_code == 200
    assert too_large.status_code == 413


def test_an_answer_larger_than_6_mb_is_502(web):
    assert len(web.get("/large/6000000").content) == 6_000_000
    assert web.get("/large/6300000").status_code == 502


def test_an_answer_that_lambda_could_not_pass_on_is_502(web):
    answer = web.get("/broken")

    assert answer.status_code == 502
    assert answer.json()["code"] == "bad_gateway"


def test_a_binary_answer_arrives_as_bytes(web):
    answer = web.get("/bytes", headers={"Accept": "application/x-bytes"})

    assert answer.content == bytes(range(256))


def test_a_header_with_two_values_is_sent_twice(web):
    answer = web.get("/cookies")

    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_an_answer_without_content_has_no_content_type(web):
    answer = web.delete("/nothing")

    assert answer.status_code == 204
    assert "content-type" not in answer.headers


def test_nothing_of_a_request_is_left_for_the_next_on_the_same_connection(web):
    send(web, b"first", TEXT | {"X-First": "1"})

    event = web.get("/event").json()["event"]

    assert event["body"] is None
    assert "X-First" not in event["headers"]


def test_a_client_that_waits_before_it_sends_a_body_is_told_to_go_on_and_then_answered(web):
    head = b"POST /event HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n"

    with socket.create_connection((LOOPBACK, web.base_url.port), timeout=10) as client:
        client.sendall(head + b"Expect: 100-continue\r\n\r\n")
        told = client.recv(1000)
        client.sendall(b"body")
        answered = client.recv(1000)

    assert told.startswith(b"HTTP/1.1 100 ")
    assert answered.startswith(b"HTTP/1.1 200 ")


def test_what_is_not_http_is_400_and_disturbs_nobody(web):
    with socket.create_connection((LOOPBACK, web.base_url.port), timeout=10) as client:
        client.sendall(b"\x16\x03\x01 nothing of ours\r\n\r\n")
        answered = client.recv(1000)

    assert answered.startswith(b"HTTP/1.1 400 ")
    assert web.get("/health").status_code == 200


def test_a_client_that_goes_away_in_the_middle_disturbs_nobody(web):
    with socket.create_connection((LOOPBACK, web.base_url.port)) as client:
        client.sendall(b"POST /event HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")

    assert web.get("/health").status_code == 200


@given(
    st.lists(
        st.text(st.characters(exclude_characters="/{}", codec="utf-8"), min_size=1), min_size=2, max_size=2
    )
)
@settings(max_examples=50)
def test_any_text_can_be_a_path_parameter(values):
    environ = {"PATH_INFO": f"/a/{values[0]}/b/{values[1]}".encode().decode("latin-1")}

    match = Routes(["/a/{x}/b/{y}"]).match(path_of(environ))

    assert match is not None
    assert match.parameters == {"x": values[0], "y": values[1]}


def test_a_parameter_that_is_part_of_a_segment_is_refused_as_api_gateway_does():
    with pytest.raises(ValueError, match="whole segment"):
        Routes(["/tag/{key}.js"])


def send(web: httpx.Client, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    answer = web.post("/event", content=body, headers=headers)
    event: dict[str, Any] = answer.json()["event"]
    return event
