"""The account's trackers in a browser: filters, the eye, editing, and both questions before a deletion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.dashboard.conftest import Actrail

pytestmark = pytest.mark.slow


@pytest.fixture
def campaign(actrail: Actrail, unique: str):
    return actrail.campaign(f"Campaign {unique}")


def open_list(actrail: Actrail, page: Page, unique: str) -> None:
    """The list with this test's trackers alone, found by typing."""
    page.goto(f"{actrail.url}/trackers")
    page.get_by_label("Search").fill(unique)
    page.wait_for_url(f"**/trackers?q={unique}*")


def row(page: Page, name: str) -> Locator:
    return page.locator("tbody tr").filter(has_text=name)


def test_the_list_is_filtered_and_its_address_leads_back_to_it(actrail, desk, campaign, unique):
    actrail.tracker(campaign, f"{unique} exclusive", "xat")
    actrail.tracker(campaign, f"{unique} account", "aat")
    open_list(actrail, desk, unique)
    expect(desk.locator("tr[data-row]")).to_have_count(2)
    expect(row(desk, "exclusive")).to_contain_text("Not live")

    desk.get_by_label("Kind").select_option("aat")
    expect(desk.locator("tr[data-row]")).to_have_count(1)
    desk.reload()

    expect(row(desk, "account")).to_be_visible()
    expect(desk.locator("tr[data-row]")).to_have_count(1)


def test_the_eye_hides_and_shows(actrail, desk, campaign, unique):
    made = actrail.tracker(campaign, f"{unique} tracker")
    open_list(actrail, desk, unique)

    eye = row(desk, unique).get_by_role("button", name="Hide")
    eye.click()

    expect(row(desk, unique)).to_contain_text("Hidden")
    expect(eye).to_be_focused()
    assert actrail.api.get(f"/v1/trackers/{made['id']}").json()["hidden"] is True
    eye.press("Enter")
    expect(eye).to_have_attribute("aria-pressed", "false")


def test_an_xat_is_edited_and_the_list_shows_it_at_once(actrail, desk, campaign, unique):
    actrail.tracker(campaign, f"{unique} before")
    open_list(actrail, desk, unique)

    row(desk, unique).get_by_role("button", name="Edit").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill(f"{unique} after")
    dialog.get_by_label("Context").fill("below the price")
    dialog.get_by_role("button", name="Save").click()

    expect(dialog).to_be_hidden()
    expect(row(desk, f"{unique} after")).to_contain_text("below the price")
    expect(desk.locator(".toast")).to_have_text("Saved.")


def test_an_unused_tracker_goes_after_a_plain_question(actrail, desk, campaign, unique):
    actrail.tracker(campaign, f"{unique} tracker")
    open_list(actrail, desk, unique)

    row(desk, unique).get_by_role("button", name="Delete").click()
    dialog = desk.get_by_role("dialog", name=f"Delete “{unique} tracker”?")
    dialog.get_by_role("button", name="Delete tracker").click()

    expect(row(desk, f"{unique} tracker")).to_have_count(0)
    expect(desk.get_by_text("No tracker is like that")).to_be_visible()


def test_a_used_tracker_goes_once_its_name_is_typed(actrail, desk, campaign, unique):
    actrail.select(campaign, actrail.tracker(campaign, f"{unique} tracker"), "primary")
    open_list(actrail, desk, unique)

    row(desk, f"{unique} tracker").get_by_role("button", name="Delete").click()
    dialog = desk.get_by_role("dialog", name=f"“{unique} tracker” is in use")
    expect(dialog).to_contain_text(f"Campaign {unique}")
    expect(dialog).to_contain_text("1 goal with 0 unique converters and 0 actions")
    dialog.get_by_label("Type the tracker’s name").fill("something else")
    dialog.get_by_role("button", name="Delete tracker and data").click()
    expect(dialog).to_contain_text(f"Type the name as it is: {unique} tracker")
    dialog.get_by_label("Type the tracker’s name").fill(f"{unique} tracker")
    dialog.get_by_role("button", name="Delete tracker and data").click()

    expect(dialog).to_be_hidden()
    expect(row(desk, f"{unique} tracker")).to_have_count(0)
    assert actrail.goals(campaign) == []


def test_where_a_tracker_is_used_is_a_click_away(actrail, desk, campaign, unique):
    actrail.select(campaign, actrail.tracker(campaign, f"{unique} tracker"))
    open_list(actrail, desk, unique)

    row(desk, f"{unique} tracker").get_by_role("button", name="Where").click()

    desk.get_by_role("dialog").get_by_role("link", name=f"Campaign {unique}").click()
    desk.wait_for_url(f"**/campaigns/{campaign['id']}/goals")
