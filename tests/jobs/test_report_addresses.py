"""Where reports go: addresses that are some, calls that are short and never into our own network."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import pytest

from chalicelib.aws import webhook
from chalicelib.aws.webhook import CallFailed
from tests.counting.shop import Shop


def answer_slowly(server: socket.socket) -> None:
    """Answer a call a letter at a time, for as long as somebody listens."""
    taken, _ = server.accept()
    with taken, suppress(OSError):
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: ".ljust(100, b"-"):
            taken.send(bytes([letter]))
            time.sleep(0.1)


def test_a_call_is_short_however_slowly_it_is_answered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(webhook, "TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer_slowly, args=(server,), daemon=True).start()
        began = time.monotonic()

        with pytest.raises(CallFailed):
            webhook.call(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", "secret", 0, local=True)

        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9001/",
        "https://localhost/",
        "http://10.0.0.1/x",
        "http://224.0.0.1/",
        "http://[::ffff:100.64.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://[64:ff9b::a9fe:a9fe]/",
    ],
)
def test_what_only_we_can_reach_is_never_called(address: str):
    with pytest.raises(CallFailed, match="not on the internet"):
        webhook.call(address, b"{}", "secret", 0)


def test_an_address_that_is_none_is_refused(shop: Shop, subtests: pytest.Subtests):
    for channel, address in [
        ("email", "nobody"),
        ("email", "a@b.com, c@d.com"),
        ("email", "(a@b.com"),
        ("email", "a\0@b.com"),
        ("email", "=?utf-8?q?a=0ab?=@c.com"),
        ("webhook", "ftp://example.com"),
        ("webhook", "https://"),
        ("webhook", "https://me:secret@example.com/"),
        ("webhook", "https://[broken"),
        ("webhook", "https://a..b/"),
        ("webhook", "https://example.com:99999/"),
        ("webhook", "https://example.com/a b"),
        ("webhook", "https://example.com/\u00fc"),
    ]:
        with subtests.test(address):
            body = {"campaign_id": shop.campaigns[0]["id"], "every": "day"}

            answer = shop.tenant.edit.post(
                "/v1/subscriptions", body | {"channel": channel, "address": address}
            )

            assert (answer.status, answer.body["errors"][0]["field"]) == (422, "address")


def test_a_webhooks_secret_is_shown_once(shop: Shop):
    campaign = shop.campaigns[0]["id"]
    body = {
        "campaign_id": campaign,
        "channel": "webhook",
        "address": "https://example.com/h",
        "every": "week",
    }

    made = shop.tenant.edit.post("/v1/subscriptions", body)
    listed = shop.tenant.read.get("/v1/subscriptions").body["items"]

    assert (made.status, len(made.body["secret"])) == (201, 64)
    assert [each["id"] for each in listed] == [made.body["id"]]
    assert "secret" not in listed[0]
    assert shop.tenant.edit.delete(f"/v1/subscriptions/{made.body['id']}").status == 204
    assert shop.tenant.read.get("/v1/subscriptions").body["items"] == []
