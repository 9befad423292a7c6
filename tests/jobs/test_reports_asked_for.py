"""Who asks for a report gets that of now, once, besides what is due."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client

from chalicelib.domain.job import Job
from chalicelib.domain.subscription import Channel, Subscription
from chalicelib.jobs import reports
from chalicelib.table import jobs, subscriptions
from tests import factories
from tests.api.callers import Tenant
from tests.counting.shop import Shop
from tests.jobs.reporting import NOW, Receiver, read, run, with_primary
from tests.jobs.worker import drain, finished


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
