"""All pages in a browser: accessible, whole on a phone; and the way from a key to a launch."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.dashboard.accessibility import RULES, violations
from tests.browser.dashboard.conftest import Actrail

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop(actrail: Actrail):
    """A campaign that has one of everything."""
    campaign = actrail.campaign("Everything", type="multipage")
    actrail.made(f"/v1/campaigns/{campaign['id']}/subtests", {"name": "Checkout"})
    actrail.tracker(campaign, "Own of everything")
    actrail.tracker(campaign, "Widget of everything", "widget")
    account = actrail.tracker(campaign, "Account of everything", "aat", context="below the price")
    actrail.select(campaign, account, "primary")
    actrail.made(f"/v1/campaigns/{campaign['id']}/status", {"status": "live"})
    return campaign


@pytest.mark.parametrize("scheme", RULES)
def test_axe_finds_nothing_on_any_page_or_dialog(actrail: Actrail, desk: Page, shop, scheme):
    desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    own = f"/campaigns/{shop['id']}"
    found = {}
    for path in ("/campaigns", "/trackers", own, f"{own}/goals", f"{own}/launch", "/campaigns?status=ended"):
        desk.goto(actrail.url + path)
        desk.wait_for_load_state("networkidle")
        found[path] = violations(desk, scheme)
    openers = {
        "/campaigns": ["New campaign"],
        own: ["Delete campaign"],
        f"{own}/goals": ["New tracker", "About Account of everything"],
        f"{own}/launch": ["End"],
        "/trackers": ["Edit Own of everything", "Delete Own of everything", "Delete Account of everything"],
    }
    for path, names in openers.items():
        for name in names:
            desk.goto(actrail.url + path)
            desk.get_by_role("button", name=name).first.click()
            expect(desk.get_by_role("dialog")).to_be_visible()
            found[name] = violations(desk, scheme)

    assert {place: each for place, each in found.items() if each} == {}


def test_axe_finds_nothing_on_the_way_in(actrail: Actrail, page: Page, complaints):
    page.goto(actrail.url)

    assert violations(page) == []


def test_no_page_is_wider_than_a_phone(actrail: Actrail, desk: Page, shop):
    desk.set_viewport_size({"width": 360, "height": 740})
    own = f"/campaigns/{shop['id']}"

    for path in ("/campaigns", "/trackers", own, f"{own}/goals", f"{own}/launch"):
        desk.goto(actrail.url + path)
        desk.wait_for_load_state("networkidle")

        assert desk.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_somebody_with_a_key_alone_makes_a_campaign_and_puts_it_live(
    actrail: Actrail, page: Page, complaints, unique
):
    page.goto(actrail.url)
    page.get_by_label("Secret key").fill(actrail.key)
    page.get_by_role("button", name="Sign in").click()

    page.get_by_role("button", name="New campaign").click()
    dialog = page.get_by_role("dialog", name="New campaign")
    dialog.get_by_label("Name").fill(f"Summer {unique}")
    dialog.get_by_role("button", name="Make campaign").click()

    page.get_by_role("button", name="Add a variation").click()
    page.get_by_label("Name of the new variation").fill("Bold")
    page.get_by_label("Weight of the new variation in percent").fill("20")
    expect(page.get_by_text("% of the visitors take part.")).to_contain_text("120%")
    page.get_by_label("Weight of variation 1 in percent").fill("30")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_have_text("Saved.")

    page.get_by_role("link", name="Launch").click()
    expect(
        page.get_by_text("Without a primary goal no report will ever say which variation wins.")
    ).to_be_visible()
    page.get_by_role("button", name="Go live").click()
    page.get_by_role("dialog").get_by_role("button", name="Go live").click()
    expect(page.get_by_text(f"“Summer {unique}” is live now.")).to_be_visible()

    page.get_by_role("link", name="Campaigns").click()
    row = page.locator("tr").filter(has_text=f"Summer {unique}")
    expect(row).to_contain_text("0% of the data")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Secret key")).to_be_visible()
    page.goto(f"{actrail.url}/campaigns")
    expect(page.get_by_label("Secret key")).to_be_visible()
