"""All pages in a browser: accessible, whole on a phone; and the way from a key to a launch."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.dashboard.accessibility import OPENED, violations, width_on_a_phone
from tests.browser.dashboard.conftest import Actrail
from tests.local.system import eventually

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def shop(actrail: Actrail):
    """A campaign that has one of everything."""
    campaign = actrail.campaign("Everything", type="multipage")
    actrail.made(f"/v1/campaigns/{campaign['id']}/subtests", {"name": "Checkout"})
    actrail.tracker(campaign, "Own of everything")
    hidden = actrail.tracker(campaign, "Hidden of everything")
    actrail.api.patch(f"/v1/trackers/{hidden['id']}", json={"hidden": True}).raise_for_status()
    actrail.campaign("Nothing yet")
    actrail.tracker(campaign, "Widget of everything", "widget")
    account = actrail.tracker(campaign, "Account of everything", "aat", context="below the price")
    actrail.select(campaign, account, "primary")
    actrail.made(f"/v1/campaigns/{campaign['id']}/status", {"status": "live"})
    return campaign


OPENERS = {
    "/campaigns": ["New campaign"],
    "/campaigns?status=ended": [],
    "/trackers?q=everything": [
        "Edit Own of everything",
        "Delete Own of everything",
        "Delete Account of everything",
    ],
    "/campaigns/{id}": ["Delete campaign"],
    "/campaigns/{id}/goals": ["New tracker", "About Account of everything"],
    "/campaigns/{id}/launch": ["End"],
}
"""Pages, and the buttons on them that open something."""


@pytest.mark.parametrize("path", OPENERS)
def test_axe_finds_nothing_on_any_page_or_dialog(actrail: Actrail, desk: Page, shop, path):
    desk.goto(actrail.url + path.format(id=shop["id"]))
    found = {"": violations(desk)}
    for name in OPENERS[path]:
        desk.get_by_role("button", name=name).first.click()
        expect(desk.get_by_role("dialog")).to_be_visible()
        found[name] = violations(desk, OPENED)
        desk.keyboard.press("Escape")
        expect(desk.get_by_role("dialog")).to_be_hidden()

    assert {place: each for place, each in found.items() if each} == {}


def test_axe_finds_nothing_on_the_way_in(actrail: Actrail, page: Page, complaints):
    page.goto(actrail.url)

    assert violations(page) == []


def test_no_page_is_wider_than_a_phone(actrail: Actrail, desk: Page, shop):
    desk.set_viewport_size({"width": 360, "height": 740})

    for path in OPENERS:
        desk.goto(actrail.url + path.format(id=shop["id"]))

        assert width_on_a_phone(desk) <= 360, path


def test_the_contract_is_no_wider_than_a_phone_with_all_of_it_open(actrail: Actrail, page: Page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{actrail.url}/docs")

    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")

    assert width_on_a_phone(page) <= 360


@pytest.mark.parametrize("step", ["", "/goals", "/launch", "/report"])
def test_the_step_that_is_shown_is_whole_on_a_phone(actrail: Actrail, desk: Page, shop, step):
    desk.set_viewport_size({"width": 360, "height": 740})

    desk.goto(f"{actrail.url}/campaigns/{shop['id']}{step}")

    shown = desk.locator(".steps [aria-current]")
    expect(shown).to_be_visible()
    assert eventually(lambda: is_whole_across(shown, 360))


def is_whole_across(locator: Locator, width: int) -> bool:
    box = locator.bounding_box()
    return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width


def test_on_a_phone_every_page_is_in_sight_in_the_navigation_on_one_line(actrail: Actrail, desk: Page):
    desk.goto(f"{actrail.url}/campaigns")
    width_on_a_phone(desk)

    boxes = [
        each.bounding_box() for each in desk.get_by_role("navigation", name="Pages").get_by_role("link").all()
    ]

    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes), boxes
    assert len({box and box["y"] for box in boxes}) == 1


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
