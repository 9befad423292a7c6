"""Subscribers get a campaign's report when it is due, once, and noted as sent only after it was."""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client

from chalicelib.aws import webhook
from chalicelib.aws.webhook import CallFailed
from chalicelib.domain.job import Job, JobKind
from chalicelib.domain.schedule import REPORTS
from chalicelib.domain.subscription import Channel, Rhythm, Subscription
from chalicelib.jobs import reports
from chalicelib.settings import settings
from chalicelib.table import accounts, jobs, subscriptions
from tests import factories
from tests.api.callers import Tenant
from tests.counting.shop import Shop
from tests.jobs.worker import drain, finished

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
"""A Monday, past 8:00 in Berlin."""


@pytest.fixture
def mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where mails land."""
    monkeypatch.setenv("ACTRAIL_MAIL_FOLDER", str(tmp_path))
    monkeypatch.setenv("ACTRAIL_URL", "https://actrail.example/api")
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


class Receiver:
    """Somebody's webhook, which answers what it is told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, str]] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                if status == 200:
                    receiver.taken.append((body, self.headers["actrail-signature"]))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.close()


def answer_slowly(server: socket.socket) -> None:
    """Answer a call a letter at a time, for as long as somebody listens."""
    taken, _ = server.accept()
    with taken, suppress(OSError):
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: ".ljust(100, b"-"):
            taken.send(bytes([letter]))
            time.sleep(0.1)


def run(shop: Shop, now: datetime) -> Job:
    """The day's job, until it is done."""
    job = Job.begun(shop.tenant.id, "reports", JobKind.REPORTS, now)
    while job.status == "running":
        job = reports.step(job, now)
    return job


def read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def with_primary(shop: Shop) -> str:
    campaign = shop.campaigns[0]["id"]
    path = f"/v1/campaigns/{campaign}/goals/{shop.aat['id']}"
    assert shop.tenant.edit.put(path, {"role": "primary"}).status == 200
    return str(campaign)


def test_a_mail_has_the_verdict_the_numbers_the_plot_and_a_link(shop: Shop, mails: Path):
    campaign = with_primary(shop)
    factories.new_subscription(shop.tenant.id, campaign, address="ann@example.com")

    done = run(shop, NOW)

    (path,) = mails.iterdir()
    mail = read(path)
    page = mail.get_body(("html",))
    assert page is not None
    html = page.get_content()
    (plot,) = mail.iter_attachments()
    assert (done.done, mail["To"]) == (1, "ann@example.com")
    name, headline, missing = mail["Subject"].split(": ")
    assert (name, headline) == ("One", "Not ready to decide")
    assert headline in html
    assert missing in html
    assert "Add to cart" in html
    baseline = html[html.index(">baseline<") :].split("</tr>")[0]
    assert baseline.count("–") == 2
    assert "no data" not in baseline
    assert f"https://actrail.example/api/campaigns/{campaign}" in html
    assert plot.get_content_type() == "image/svg+xml"
    assert b"<polyline" in plot.get_payload(decode=True)


def test_a_report_is_sent_once_a_day_or_on_mondays(shop: Shop, mails: Path):
    campaign = with_primary(shop)
    for every in Rhythm:
        factories.new_subscription(shop.tenant.id, campaign, every=every, address=f"{every}@example.com")

    sent = [run(shop, NOW + timedelta(hours=hours)).done for hours in (0, 1, 24, 25, 7 * 24)]

    assert sent == [2, 0, 1, 0, 2]


def test_the_first_report_comes_when_the_next_day_or_monday_does(shop: Shop, mails: Path):
    campaign = with_primary(shop)
    wednesday = NOW + timedelta(days=2)
    for every in Rhythm:
        factories.new_subscription(shop.tenant.id, campaign, every=every, created_at=wednesday)

    sent = [run(shop, wednesday + timedelta(days=days)).done for days in (0, 1, 4, 5)]

    assert sent == [0, 1, 1, 2]


def test_a_webhook_is_signed_and_called_again_until_it_takes_the_report(
    shop: Shop, mails: Path, receiver: Receiver
):
    campaign = with_primary(shop)
    factories.new_subscription(
        shop.tenant.id, campaign, channel=Channel.WEBHOOK, address=receiver.url, secret="s3cret"
    )
    receiver.statuses = [500, 503]

    done = run(shop, NOW)

    ((body, signature),) = receiver.taken
    seconds = signature.split(",")[0].removeprefix("t=")
    digest = hmac.new(b"s3cret", f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    assert done.done == 1
    assert signature == f"t={seconds},v1={digest}"
    assert json.loads(body)["campaign"] == {"id": campaign, "name": "One"}
    assert run(shop, NOW).done == 0


def test_what_nobody_takes_is_not_noted_as_sent_and_keeps_nobody_else_waiting(
    shop: Shop, mails: Path, receiver: Receiver
):
    campaign = with_primary(shop)
    refused = factories.new_subscription(
        shop.tenant.id, campaign, channel=Channel.WEBHOOK, address=receiver.url
    )
    factories.new_subscription(shop.tenant.id, campaign)
    receiver.statuses = [500] * reports.MOST_TRIES

    first, next_day = run(shop, NOW), run(shop, NOW + timedelta(days=1))

    assert (first.done, list(first.result)) == (1, [refused.id])
    assert (next_day.done, len(receiver.taken)) == (2, 1)


def test_addresses_that_are_none_after_all_keep_nobody_else_waiting(shop: Shop, mails: Path):
    campaign = with_primary(shop)
    wrong = [
        factories.new_subscription(shop.tenant.id, campaign, channel=channel, address=address).id
        for channel, address in [
            (Channel.WEBHOOK, "https://a..b/"),
            (Channel.WEBHOOK, "https://127.0.0.1:99999/"),
            (Channel.EMAIL, "=?utf-8?q?x=0aBcc=3ay?=@example.com"),
        ]
    ]
    factories.new_subscription(shop.tenant.id, campaign)

    done = run(shop, NOW)

    assert (done.done, sorted(done.result)) == (1, wrong)


def test_a_campaigns_name_breaks_no_line_of_a_mails_head(shop: Shop, mails: Path):
    campaign = with_primary(shop)
    factories.new_subscription(shop.tenant.id, campaign)
    renamed = {"name": "One\u2028Bcc: eve@example.com"}
    assert shop.tenant.edit.call("PATCH", f"/v1/campaigns/{campaign}", renamed).status == 200

    assert run(shop, NOW).done == 1

    (path,) = mails.iterdir()
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert mail["Subject"].startswith("One Bcc: eve@example.com: ")
    assert mail["Bcc"] is None


def test_a_campaign_that_is_not_live_sends_nothing_and_its_subscription_waits(shop: Shop, mails: Path):
    campaign = with_primary(shop)
    subscription = factories.new_subscription(shop.tenant.id, campaign)
    shop.tenant.edit.moved(shop.campaigns[0], "paused")

    assert run(shop, NOW).done == 0

    (kept,) = subscriptions.all_of(shop.tenant.id)
    zone = accounts.get(shop.tenant.id).zone
    assert kept == subscription
    assert kept.due(REPORTS, NOW, zone) == "20260112"


def asked(shop: Shop, subscription: Subscription) -> dict[str, Any]:
    """The job that sends the report of now, once it is done."""
    begun = shop.tenant.edit.post(f"/v1/subscriptions/{subscription.id}/reports", {})
    assert (begun.status, begun.body["kind"]) == (202, "reports")
    return finished(shop.tenant.read, begun.body["id"])


def test_a_report_that_is_asked_for_goes_to_that_subscriber_alone_and_what_is_due_comes_all_the_same(
    shop: Shop, mails: Path
):
    campaign = with_primary(shop)
    ann = factories.new_subscription(shop.tenant.id, campaign, address="ann@example.com")
    factories.new_subscription(shop.tenant.id, campaign, address="bob@example.com")

    job = asked(shop, ann)
    at_once = [read(path) for path in mails.iterdir()]
    scheduled = [run(shop, NOW + timedelta(hours=hours)).done for hours in (0, 24)]

    assert (job["done"], [mail["To"] for mail in at_once]) == (1, ["ann@example.com"])
    assert subscriptions.all_of(shop.tenant.id)[0].last_sent == "20260113"
    assert scheduled == [2, 2]
    ids = [mail["Message-ID"] for mail in map(read, mails.iterdir()) if mail["To"] == "ann@example.com"]
    assert len(ids) == len(set(ids)) == 3
    assert all(re.fullmatch(r"<[0-9a-z]+\.[0-9A-Z]+@actrail>", each) for each in ids)


def test_asking_notes_when_it_was_sent_and_leaves_what_is_due(shop: Shop, mails: Path):
    subscription = factories.new_subscription(shop.tenant.id, with_primary(shop))

    asked(shop, subscription)

    (kept,) = subscriptions.all_of(shop.tenant.id)
    (shown,) = shop.tenant.read.get("/v1/subscriptions").body["items"]
    assert kept == replace(subscription, sent_at=kept.sent_at)
    assert kept.sent_at is not None
    assert kept.sent_at - datetime.fromisoformat(shown["sent_at"]) < timedelta(milliseconds=1)


def test_who_asks_twice_within_a_minute_is_sent_the_report_once_and_later_again(shop: Shop, mails: Path):
    subscription = factories.new_subscription(shop.tenant.id, with_primary(shop))
    path = f"/v1/subscriptions/{subscription.id}/reports"

    clicks = [shop.tenant.edit.post(path, {}) for _ in range(2)]
    job = finished(shop.tenant.read, clicks[0].body["id"])
    once_done = shop.tenant.edit.post(path, {})
    drain()
    before = jobs.get(shop.tenant.id, job["id"])
    later = Job.begun(before.account_id, before.id, before.kind, before.created_at + 2 * subscriptions.PAUSE)

    assert [each.body["created_at"] for each in (*clicks, once_done)] == [job["created_at"]] * 3
    assert len(list(mails.iterdir())) == 1
    assert subscriptions.begin_sending(subscription.id, later) == later


def test_a_report_is_asked_for_once_with_an_idempotency_key(shop: Shop, mails: Path):
    subscription = factories.new_subscription(shop.tenant.id, with_primary(shop))
    path = f"/v1/subscriptions/{subscription.id}/reports"

    first, again = (shop.tenant.edit.post(path, {}, once="now") for _ in range(2))
    drain()

    assert (again.status, again.body) == (first.status, first.body)
    assert len(list(mails.iterdir())) == 1


def test_an_idempotency_key_that_was_used_within_the_minute_sends_nothing_after_it(
    shop: Shop, mails: Path, monkeypatch: pytest.MonkeyPatch
):
    subscription = factories.new_subscription(shop.tenant.id, with_primary(shop))
    path = f"/v1/subscriptions/{subscription.id}/reports"
    asked(shop, subscription)

    first = shop.tenant.edit.post(path, {}, once="now")
    monkeypatch.setattr(subscriptions, "PAUSE", timedelta(0))
    again = shop.tenant.edit.post(path, {}, once="now")
    drain()

    assert (again.status, again.body) == (first.status, first.body)
    assert len(list(mails.iterdir())) == 1


def test_the_report_of_a_campaign_that_is_not_live_is_sent_when_it_is_asked_for(shop: Shop, mails: Path):
    subscription = factories.new_subscription(shop.tenant.id, with_primary(shop))
    shop.tenant.edit.moved(shop.campaigns[0], "ended")

    assert asked(shop, subscription)["done"] == 1


def test_what_is_asked_for_and_nobody_takes_is_told_by_the_job(shop: Shop, mails: Path, receiver: Receiver):
    subscription = factories.new_subscription(
        shop.tenant.id, with_primary(shop), channel=Channel.WEBHOOK, address=receiver.url
    )
    receiver.statuses = [500] * reports.MOST_TRIES

    assert list(asked(shop, subscription)["result"]) == [subscription.id]

    (told,) = shop.tenant.read.get("/v1/subscriptions").body["items"]
    assert "answered 500" in told["problem"]
    assert run(shop, NOW).done == 1
    assert shop.tenant.read.get("/v1/subscriptions").body["items"][0]["problem"] == ""


def test_a_subscription_that_is_not_there_or_anothers_is_sent_nothing(
    shop: Shop, mails: Path, client: Client
):
    subscription = factories.new_subscription(shop.tenant.id, with_primary(shop))
    path = f"/v1/subscriptions/{subscription.id}/reports"
    stranger = Tenant.signed_up(client)

    answers = [stranger.edit.post(path, {}), shop.tenant.edit.post("/v1/subscriptions/none/reports", {})]
    reading = shop.tenant.read.post(path, {})
    drain()

    assert ([each.status for each in answers], reading.status) == ([404, 404], 403)
    assert list(mails.iterdir()) == []


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
