"""Subscriptions and mails in a browser: added, ended and read, accessible, whole on a phone, and harmless."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.list_id import list_id
from tests.browser.dashboard.accessibility import OPENED, violations, width_on_a_phone
from tests.browser.dashboard.conftest import Actrail
from tests.browser.running import Running

pytestmark = pytest.mark.slow
HOSTILE = (
    "<body style='background:#ffffff'><p style='color:#123456'>The verdict</p>"
    "<script>parent.document.title = document.title = 'stolen'</script>"
    "<a href='javascript:alert(1)'>Open</a></body>"
)


@pytest.fixture
def campaign(actrail: Actrail, unique: str):
    made = actrail.campaign(f"Report {unique}")
    actrail.made(f"/v1/campaigns/{made['id']}/status", {"status": "live"})
    return made


def test_somebody_subscribes_from_the_report_and_ends_it_again(actrail: Actrail, desk: Page, campaign):
    desk.goto(f"{actrail.url}/campaigns/{campaign['id']}/report")
    desk.get_by_role("main").get_by_role("button", name="Subscriptions").click()
    desk.get_by_role("button", name="Add a subscription").click()
    dialog = desk.get_by_role("dialog", name="Add a subscription")
    dialog.get_by_label("Address").fill("nobody")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog).to_contain_text("Must be a mail address")
    found = {"dialog": violations(desk, OPENED)}
    dialog.get_by_label("Address").fill("ann@example.com")
    dialog.get_by_role("button", name="Add").click()

    row = desk.get_by_role("row").filter(has_text="ann@example.com")
    expect(row).to_contain_text("On Mondays")
    expect(dialog).to_be_hidden()
    found["list"] = violations(desk)
    assert width_on_a_phone(desk) <= 360
    desk.set_viewport_size({"width": 1200, "height": 900})
    row.get_by_role("button", name="End the subscription").click()
    desk.get_by_role("dialog").get_by_role("button", name="End subscription").click()
    expect(desk.get_by_text("Nobody gets this report yet")).to_be_visible()
    assert found == {"dialog": [], "list": []}


def test_a_webhooks_secret_is_shown_in_a_dialog_once(actrail: Actrail, desk: Page, campaign):
    desk.goto(f"{actrail.url}/subscriptions?campaign={campaign['id']}")
    desk.get_by_role("button", name="Add a subscription").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("By").select_option("webhook")
    dialog.get_by_label("Address").fill("https://example.com/hook")
    dialog.get_by_role("button", name="Add").click()

    secret = desk.get_by_role("dialog", name="The webhook’s secret")
    expect(secret.get_by_label("The secret", exact=True)).to_be_visible()
    assert violations(desk, OPENED) == []
    secret.get_by_role("button", name="I have kept it").click()
    expect(desk.get_by_role("row").filter(has_text="https://example.com/hook")).to_be_visible()


def test_a_double_click_on_send_now_sends_one_mail_which_can_be_read(actrail: Actrail, desk: Page, campaign):
    subscription = {
        "campaign_id": campaign["id"],
        "channel": "email",
        "address": "ann@example.com",
        "every": "week",
    }
    actrail.made("/v1/subscriptions", subscription)
    desk.goto(f"{actrail.url}/subscriptions?campaign={campaign['id']}")

    desk.get_by_role("button", name="Send the report").dblclick()

    expect(desk.get_by_text("The report of now is on its way.").first).to_be_visible()
    mails = desk.get_by_role("link", name=f"{campaign['name']}: ")
    for _ in range(40):
        if mails.count():
            break
        desk.wait_for_timeout(250)
        desk.reload()
    expect(mails).to_have_count(1)


def test_a_mail_is_read_and_runs_nothing(
    actrail: Actrail, system: Running, page: Page, context, session_cookies, campaign
):
    context.add_cookies(session_cookies)
    message = EmailMessage()
    message["To"], message["Subject"] = "ann@example.com", f"{campaign['name']}: wait"
    message["List-Id"] = list_id(campaign["id"])
    message.set_content("The verdict as text")
    message.add_alternative(HOSTILE, subtype="html")
    system.settings.mail.mkdir(parents=True, exist_ok=True)
    (system.settings.mail / f"{campaign['id']}.eml").write_bytes(message.as_bytes())
    page.goto(f"{actrail.url}/subscriptions?campaign={campaign['id']}")

    page.get_by_role("link", name=f"{campaign['name']}: wait").click()

    shown = page.frame_locator("iframe").get_by_text("The verdict")
    expect(shown).to_have_css("color", "rgb(18, 52, 86)")
    expect(page).to_have_title(f"{campaign['name']}: wait · Actrail")
    frame = next(each for each in page.frames if each.url.endswith("/frame"))
    assert frame.title() == ""
    assert violations(page, "main > :not(iframe)") == []
    assert width_on_a_phone(page) <= 360
