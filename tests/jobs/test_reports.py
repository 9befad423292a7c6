"""Subscribers get a campaign's report when it is due, once, and noted as sent only after it was."""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path

from chalicelib.domain.schedule import REPORTS
from chalicelib.domain.subscription import Channel, Rhythm
from chalicelib.jobs import reports
from chalicelib.table import accounts, subscriptions
from tests import factories
from tests.counting.shop import Shop
from tests.jobs.reporting import NOW, Receiver, read, run, with_primary


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
