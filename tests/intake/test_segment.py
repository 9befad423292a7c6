"""Segment's tracking API: its SDKs work unchanged, and what they send is stored once."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from segment.analytics import Client
from segment.analytics.request import APIError

from app import app
from infra.local.gateway import Gateway
from tests.conftest import forget_process
from tests.intake.senders import Shop, now


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Tests look at answers."""


@pytest.fixture
def server(shop: Shop) -> Iterator[str]:
    """The address of the app behind HTTP, as API Gateway has it."""
    gateway = Gateway(app)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        # wsgiref's input has no end of its own.
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0)))
        return gateway(environ, start_response)

    with make_server("127.0.0.1", 0, answer, handler_class=_Quiet) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()
    forget_process()


@pytest.mark.parametrize("gzip", [False, True])
def test_segments_python_sdk_works_unchanged(shop, server, gzip):
    client = Client(shop.write_key, host=server, sync_mode=True, gzip=gzip, max_retries=0)
    page = {"url": "https://shop.example/", "title": "Shop", "path": "/"}
    seen = {"experiment_id": shop.campaign["id"], "variation_id": "1"}

    client.identify("u1", {"email": "a@b.example", "plan": "pro"})
    client.track("u1", "Order Completed", {"total": 9.5, "ip": "203.0.113.7"})
    client.track("u1", "cart.add", anonymous_id="v1")
    client.track("u1", "Experiment Viewed", seen)
    client.page("u1", "Docs", "Home", page)
    client.screen("u1", "Docs", "Cart")
    client.group("u1", "g1", {"name": "Acme"})
    client.alias("old", "u1")

    stored = {event["action"]: event for event in shop.feed("u1")}
    assert stored.keys() == {
        "profile.identify", "track.order-completed", "campaign.exposure", "page.visit", "screen.view",
        "profile.group", "profile.alias",
    }  # fmt: skip
    assert stored["track.order-completed"]["params"] == {
        "user_id": "u1",
        "total": 9.5,
        "sent_ip": "203.0.113.7",
    }
    assert stored["track.order-completed"]["label"] == "Order Completed"
    assert stored["page.visit"]["params"] == {"user_id": "u1", "category": "Docs", **page}
    assert [event["action"] for event in shop.feed("v1")] == ["cart.add"]
    profile = shop.tenant.read.get("/v1/profiles/u1").body
    assert profile["identifiers"] == [
        {"kind": "email", "value": "a@b.example"},
        {"kind": "user_id", "value": "u1"},
    ]
    assert [each["variation_id"] for each in profile["variations"]] == ["1"]


def test_the_sdks_queue_is_delivered_in_batches(shop, server):
    client = Client(shop.write_key, host=server, upload_size=20, upload_interval=0.05)

    for number in range(50):
        client.track(anonymous_id="v1", event="cart.add", properties={"number": number})
    client.shutdown()

    assert sorted(event["params"]["number"] for event in shop.feed("v1", limit=100)) == list(range(50))


def test_the_sdk_reads_why_a_key_is_refused(server):
    client = Client("wk_a_b_c", host=server, sync_mode=True, max_retries=0)

    with pytest.raises(APIError) as refusal:
        client.track("u1", "cart.add")

    assert (refusal.value.status, refusal.value.code) == (401, "unauthorized")


BROWSER = {"Content-Type": "text/plain", "Origin": "https://shop.example"}
LETTERS = {"track": "t", "page": "p", "screen": "s", "identify": "i", "group": "g", "alias": "a"}


def _call(shop: Shop, kind: str, **fields: Any) -> dict[str, Any]:
    """A call as analytics.js sends it: no header of its own, the key in the body."""
    return {
        "timestamp": now(),
        "integrations": {"Segment.io": {}},
        "type": kind,
        "event": "cart.add",
        "groupId": "g1",
        "properties": {"url": "https://shop.example/"},
        "context": {"page": {"path": "/", "url": "https://shop.example/"}, "userAgent": "Mozilla/5.0"},
        "messageId": f"ajs-next-{kind}",
        "anonymousId": "v1",
        "writeKey": shop.write_key,
        "userId": None,
        "sentAt": now(),
        "_metadata": {"bundled": ["Segment.io"], "unbundled": []},
        **fields,
    }


@pytest.mark.parametrize("kind", LETTERS)
def test_a_browsers_call_is_stored_once_at_either_address(shop, kind):
    call = _call(shop, kind)

    answers = [shop.send(call, f"/v1/{name}", BROWSER, x="1") for name in (kind, LETTERS[kind], kind)]

    assert [answer.status for answer in answers] == [200] * 3
    assert [answer.body for answer in answers] == [{"success": True, "accepted": 1, "rejected": []}] * 3
    assert [event["id"] for event in shop.feed("v1")] == [f"ajs-next-{kind}"]


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b"])
def test_a_batch_keeps_its_good_calls_and_says_what_was_wrong_with_the_others(shop, path):
    calls = [
        _call(shop, "track"),
        _call(shop, "wink", messageId="w"),
        _call(shop, "track", anonymousId=""),
        7,
    ]
    key = base64.b64encode(f"{shop.write_key}:".encode()).decode()

    answer = shop.send({"batch": calls}, path, {"Authorization": f"Basic {key}"}, x="1")

    assert (answer.status, answer.body["success"], answer.body["accepted"]) == (200, True, 1)
    assert [(each["index"], each["id"], each["code"]) for each in answer.body["rejected"]] == [
        (1, "w", "invalid_action"),
        (2, "ajs-next-track", "invalid_uuid"),
        (3, None, "not_an_object"),
    ]


@pytest.mark.parametrize("body", [{"batch": {}}, {"events": []}, {}])
def test_a_batch_without_calls_is_malformed(shop, body):
    assert shop.send(body, "/v1/batch").code == "malformed"
