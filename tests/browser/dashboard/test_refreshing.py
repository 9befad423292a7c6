"""Pages stay true while somebody looks at them, and a refresh takes nothing from under a hand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.dashboard.conftest import Actrail, send
from tests.local.system import eventually

pytestmark = pytest.mark.slow

EVERY = 10_000
"""Milliseconds after which a page asks for what has changed."""

ARRIVAL = 30.0
"""Seconds that an event may take from the intake through the stream onto a page."""

REFRESH = "document.body.dispatchEvent(new Event('refresh'))"


@pytest.fixture
def campaign(actrail: Actrail, unique: str) -> dict[str, Any]:
    """A live campaign."""
    made = actrail.campaign(f"Watched {unique}", url="https://shop.example/")
    return status(actrail, made, "live")


def status(actrail: Actrail, campaign: dict[str, Any], to: str) -> dict[str, Any]:
    return actrail.made(f"/v1/campaigns/{campaign['id']}/status", {"status": to})


def rename(actrail: Actrail, campaign: dict[str, Any], name: str) -> None:
    actrail.api.patch(f"/v1/campaigns/{campaign['id']}", json={"name": name}).raise_for_status()


@pytest.mark.parametrize("step", ["", "/goals", "/launch", "/report"])
def test_a_status_that_somebody_else_changes_is_shown_on_every_step(actrail, desk, campaign, step):
    desk.clock.install()
    desk.goto(f"{actrail.url}/campaigns/{campaign['id']}{step}")
    expect(desk.locator("#campaign-title .badge")).to_have_text("Live")
    status(actrail, campaign, "paused")

    desk.clock.fast_forward(EVERY)

    expect(desk.locator("#campaign-title .badge")).to_have_text("Paused")


def test_the_launch_step_offers_what_the_campaign_may_do_now(actrail, desk, campaign):
    desk.goto(f"{actrail.url}/campaigns/{campaign['id']}/launch")
    status(actrail, campaign, "paused")
    desk.evaluate(REFRESH)
    desk.get_by_role("button", name="Resume").click()

    expect(desk.locator(".toast")).to_contain_text("is live now")


def test_a_set_up_shows_what_somebody_else_changes_until_something_is_typed_into_it(
    actrail: Actrail, desk: Page, campaign, unique
):
    desk.goto(f"{actrail.url}/campaigns/{campaign['id']}")
    field, title = desk.get_by_label("Name", exact=True), desk.get_by_role("heading", level=1)
    rename(actrail, campaign, f"Theirs {unique}")
    desk.evaluate(REFRESH)
    expect(field).to_have_value(f"Theirs {unique}")

    field.fill("Mine")
    title.click()
    rename(actrail, campaign, f"Theirs again {unique}")
    desk.evaluate(REFRESH)

    expect(title).to_have_text(f"Theirs again {unique}")
    expect(field).to_have_value("Mine")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_contain_text("Somebody has changed this meanwhile")
    desk.evaluate(REFRESH)
    expect(field).to_have_value("Mine")


def test_nobody_is_sent_to_the_sign_in_page_away_from_what_they_have_typed(actrail, page, context, campaign):
    page.goto(actrail.url)
    page.get_by_label("Secret key").fill(actrail.key)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/campaigns")
    page.goto(f"{actrail.url}/campaigns/{campaign['id']}")
    field = page.get_by_label("Name", exact=True)
    field.fill("Mine")
    context.clear_cookies()

    with page.expect_response("**/title"):
        page.evaluate(REFRESH)
    page.wait_for_timeout(300)

    expect(field).to_have_value("Mine")


def test_who_walks_by_keyboard_keeps_the_place_when_a_list_is_loaded_anew(actrail, desk, campaign):
    desk.goto(f"{actrail.url}/campaigns")
    link = desk.get_by_role("link", name=campaign["name"])
    link.focus()
    desk.locator("#campaigns").evaluate("element => element.classList.add('old')")

    desk.evaluate(REFRESH)

    expect(desk.locator("#campaigns.old")).to_have_count(0)
    expect(link).to_be_focused()


def test_a_profile_shows_what_the_visitor_does_next(actrail: Actrail, desk: Page, write_key, unique):
    uuid = f"watched-{unique}"
    send(actrail, write_key, {"action": "cart.view", "uuid": uuid})
    desk.goto(f"{actrail.url}/profiles/{uuid}")
    expect(desk.locator("#activity")).to_contain_text("cart.view")
    expect(desk.locator("#known")).to_contain_text("nobody has identified this visitor")
    send(actrail, write_key, {"action": "cart.add", "uuid": uuid, "label": f"Tea {unique}"})
    who = {"action": "profile.identify", "uuid": uuid, "params": {"email": f"{unique}@example.com"}}
    send(actrail, write_key, who)

    def is_shown() -> bool:
        desk.evaluate(REFRESH)
        desk.wait_for_timeout(500)
        return desk.locator("#activity").get_by_text(f"Tea {unique}").is_visible()

    assert eventually(is_shown, ARRIVAL)
    expect(desk.locator("#known")).to_contain_text(f"{unique}@example.com")


def test_a_report_sent_now_is_in_the_list_of_mails_and_noted_as_sent(actrail: Actrail, desk: Page, campaign):
    subscription = {"campaign_id": campaign["id"], "channel": "email", "every": "week"}
    actrail.made("/v1/subscriptions", {**subscription, "address": "now@example.com"})
    desk.goto(f"{actrail.url}/subscriptions?campaign={campaign['id']}")
    expect(desk.locator("#mails")).to_contain_text("No mail was written yet")
    expect(desk.locator("#subscriptions")).to_contain_text("not yet")

    desk.get_by_role("button", name="Send the report").click()

    expect(desk.locator("#mails")).to_contain_text("now@example.com", timeout=ARRIVAL * 1000)
    desk.evaluate(REFRESH)
    expect(desk.locator("#subscriptions")).not_to_contain_text("not yet")


def test_what_was_opened_or_closed_in_a_report_stays_so_when_the_report_is_loaded_anew(actrail, desk, read):
    desk.goto(f"{actrail.url}/campaigns/{read['id']}/report")
    report, daily = desk.locator("#report"), desk.locator("details.daily").first
    expect(daily).to_have_attribute("open", "")
    daily.locator("summary").click()
    answers = iter("ab")

    def differently(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=f"{answer.text()}<!-- {next(answers)} -->")

    desk.route("**/report", differently)
    for state in (None, ""):
        report.evaluate("element => element.classList.add('old')")
        desk.evaluate(REFRESH)
        expect(report).to_have_class("report")
        if state is None:
            expect(daily).not_to_have_attribute("open", "")
            daily.locator("summary").click()
        else:
            expect(daily).to_have_attribute("open", "")


def test_an_answer_that_says_the_same_again_leaves_the_page_as_it_is(actrail, desk, campaign):
    desk.goto(f"{actrail.url}/campaigns/{campaign['id']}/goals")
    goals = desk.locator("#selected")
    goals.evaluate("element => element.classList.add('old')")
    desk.evaluate(REFRESH)
    expect(goals).not_to_have_class(re.compile("old"))
    goals.evaluate("element => element.classList.add('kept')")

    with desk.expect_response("**/goals"):
        desk.evaluate(REFRESH)
    desk.wait_for_timeout(200)

    expect(goals).to_have_class("kept")


def test_a_write_key_that_somebody_has_kept_stands_in_the_snippets_of_their_browser(
    actrail: Actrail, desk: Page, write_key
):
    desk.goto(f"{actrail.url}/install")
    tag, field = desk.get_by_label("The tag", exact=True), desk.get_by_label("Your write key")
    field.fill("wk_of_nobody")
    expect(desk.get_by_text("This is none of the account’s write keys.")).to_be_visible()
    expect(tag).to_contain_text("YOUR_WRITE_KEY")

    field.fill(write_key)
    expect(tag).to_contain_text(f"/v1/tag/{write_key}.js")
    desk.reload()

    expect(tag).to_contain_text(f"/v1/tag/{write_key}.js")
    expect(desk.get_by_label("An event by curl", exact=True)).to_contain_text(f"write_key={write_key}")
    expect(field).to_have_value(write_key)
