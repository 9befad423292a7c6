"""The goals step in a browser: by mouse, by buttons and by keys."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.dashboard.conftest import Actrail
from tests.local.system import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def campaign(actrail: Actrail, desk: Page, unique: str):
    """A campaign with three trackers of its own, on its goals step."""
    made = actrail.campaign(f"Campaign {unique}")
    for name in ("One", "Two", "Three"):
        actrail.tracker(made, f"{name} {unique}")
    desk.goto(f"{actrail.url}/campaigns/{made['id']}/goals")
    expect(entry(desk, f"One {unique}")).to_be_visible()
    return made


def entry(page: Page, name: str) -> Locator:
    """A tracker in the list of what may be selected."""
    return page.locator("#selectable .tracker").filter(has_text=name)


def goal(page: Page, name: str, role: str = "") -> Locator:
    """A goal among those of a role."""
    chosen = f'[data-drop="{role}"]' if role else "[data-drop]"
    return page.locator(f"#selected {chosen} .tracker").filter(has_text=name)


def section(page: Page, role: str) -> Locator:
    """Where goals of a role are dropped."""
    return page.locator(f'[data-drop="{role}"]')


def drag(page: Page, what: Locator, to: Locator) -> None:
    """Drag by the mouse as a hand does: down, a little, there, and up once it is shown where it would go."""
    lift(page, what)
    end = to.bounding_box()
    assert end is not None
    x, y = end["x"] + end["width"] / 2, end["y"] + end["height"] - 8
    page.mouse.move(x, y, steps=6)
    places = cycle([(x + 1, y - 1), (x, y)])

    def is_shown() -> bool:
        page.mouse.move(*next(places))
        return to.locator(".sortable-ghost").count() > 0

    assert eventually(is_shown)
    page.mouse.up()


def lift(page: Page, what: Locator) -> None:
    """Begin to drag, once nothing is under way that would change the lists."""
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page.locator("[data-drop]:not([data-ready])")).to_have_count(0)
    start = what.bounding_box()
    assert start is not None
    page.mouse.move(start["x"] + 60, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + 70, start["y"] + start["height"] / 2 + 10, steps=4)
    expect(page.locator("#goal-preview")).to_be_visible()


def comes_to_have(actrail: Actrail, campaign: dict[str, Any], *expected: tuple[str, str]) -> bool:
    """Whether the campaign's goals come to be these: first words of names, and roles."""
    return eventually(
        lambda: [(name.split()[0], role) for name, role in actrail.goals(campaign)] == list(expected)
    )


def test_trackers_are_dragged_into_the_sections_and_out(actrail, desk, campaign, unique):
    drag(desk, entry(desk, f"One {unique}"), section(desk, "primary"))
    expect(goal(desk, f"One {unique}", "primary")).to_be_visible()
    drag(desk, entry(desk, f"Two {unique}"), section(desk, "secondary"))
    expect(goal(desk, f"Two {unique}", "secondary")).to_be_visible()
    drag(desk, entry(desk, f"Three {unique}"), section(desk, "secondary"))
    expect(goal(desk, f"Three {unique}", "secondary")).to_be_visible()
    expect(entry(desk, f"One {unique}").locator(".badge.accent")).to_have_text("Primary")
    expect(entry(desk, f"Three {unique}").locator(".badge.accent")).to_have_text("Secondary")
    assert {role for _, role in actrail.goals(campaign)} == {"primary", "secondary"}

    drag(desk, goal(desk, f"Two {unique}"), desk.locator('[data-drop=""]'))
    expect(goal(desk, f"Two {unique}")).to_have_count(0)
    assert comes_to_have(actrail, campaign, ("One", "primary"), ("Three", "secondary"))


def test_a_preview_tells_what_the_tracker_has_before_it_is_dropped(desk, campaign, unique):
    lift(desk, entry(desk, f"One {unique}"))

    expect(desk.locator("#goal-preview")).to_contain_text(f"“One {unique}” has no data in this campaign yet.")

    desk.mouse.up()
    expect(desk.locator("#goal-preview")).to_be_hidden()
    expect(goal(desk, f"One {unique}")).to_have_count(0)


def test_a_second_primary_goal_is_asked_about_and_cancelled_or_confirmed(actrail, desk, campaign, unique):
    entry(desk, f"One {unique}").get_by_role("button", name="primary").click()
    expect(goal(desk, f"One {unique}", "primary")).to_be_visible()

    drag(desk, entry(desk, f"Two {unique}"), section(desk, "primary"))
    dialog = desk.get_by_role("dialog", name="Replace the primary goal?")
    expect(dialog).to_contain_text(f"“One {unique}” is the primary goal.")
    dialog.get_by_role("button", name="Cancel").click()
    expect(goal(desk, f"Two {unique}")).to_have_count(0)
    expect(goal(desk, f"One {unique}", "primary")).to_be_visible()

    entry(desk, f"Two {unique}").get_by_role("button", name="primary").click()
    dialog.get_by_role("button", name="Replace").click()
    expect(goal(desk, f"Two {unique}", "primary")).to_be_visible()
    assert comes_to_have(actrail, campaign, ("Two", "primary"), ("One", "secondary"))


def test_goals_are_selected_moved_and_removed_by_keys_alone(actrail, desk, campaign, unique):
    for name in ("One", "Two", "Three"):
        button = entry(desk, f"{name} {unique}").get_by_role("button", name="secondary")
        button.focus()
        desk.keyboard.press("Enter")
        expect(goal(desk, f"{name} {unique}", "secondary")).to_be_visible()

    handle = goal(desk, f"Three {unique}").get_by_role("button", name="up and down keys")
    handle.focus()
    desk.keyboard.press("ArrowUp")
    expect(section(desk, "secondary").locator(".tracker").nth(1)).to_contain_text("Three")
    expect(handle).to_be_focused()
    desk.keyboard.press("ArrowUp")
    expect(section(desk, "secondary").locator(".tracker").first).to_contain_text("Three")
    three, one, two = [(name, "secondary") for name in ("Three", "One", "Two")]
    assert comes_to_have(actrail, campaign, three, one, two)

    remove = goal(desk, f"One {unique}").get_by_role("button", name="Remove")
    remove.focus()
    desk.keyboard.press("Enter")
    expect(goal(desk, f"One {unique}")).to_have_count(0)


def test_the_search_follows_what_is_typed(desk, campaign, unique):
    desk.get_by_label("Search trackers by name").press_sequentially("thr")

    expect(entry(desk, f"Three {unique}")).to_be_visible()
    expect(entry(desk, f"One {unique}")).to_have_count(0)


def test_the_box_of_an_account_tracker_opens_and_closes(actrail, desk, campaign, unique):
    made = actrail.tracker(campaign, f"Account {unique}", "aat", selector="[data-test=buy]")
    desk.reload()

    opener = entry(desk, f"Account {unique}").get_by_role("button", name="About")
    opener.click()
    box = desk.get_by_role("dialog", name=f"Account {unique}")
    expect(box).to_contain_text(campaign["id"])
    expect(box).to_contain_text("[data-test=buy]")
    expect(box.locator("time")).to_have_attribute(
        "datetime", made["created_at"][:19].replace("Z", "") + "+00:00"
    )
    desk.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_tracker_is_made_and_selected_without_leaving_the_page(actrail, desk, campaign, unique):
    desk.get_by_role("button", name="New tracker").click()
    dialog = desk.get_by_role("dialog", name="New tracker")
    dialog.get_by_label("Name", exact=True).fill(f"Made here {unique}")
    dialog.get_by_label("Event").select_option("visible")
    dialog.get_by_label("Share of the element").fill("30")
    dialog.get_by_label("CSS selector").fill("a[")
    dialog.get_by_role("button", name="Make tracker").click()
    expect(dialog).to_contain_text("Must be a CSS selector")
    dialog.get_by_label("CSS selector").fill("#buy")
    dialog.get_by_role("button", name="Make tracker").click()

    expect(dialog).to_be_hidden()
    entry(desk, f"Made here {unique}").get_by_role("button", name="primary").click()
    expect(goal(desk, f"Made here {unique}", "primary")).to_be_visible()


def test_what_somebody_else_selects_is_there_when_the_window_gets_the_focus_back(
    actrail, desk, campaign, unique
):
    [tracker] = [
        each
        for each in actrail.api.get("/v1/trackers", params={"q": unique}).json()["items"]
        if "One" in each["name"]
    ]
    actrail.select(campaign, tracker)
    desk.clock.install()
    desk.clock.fast_forward(3100)  # the page asks at most once in three seconds

    desk.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(goal(desk, f"One {unique}", "secondary")).to_be_visible()
