"""Trackers are made, changed and deleted on the page, with the rules and warnings that hold everywhere."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.editor.studio import Editor, Studio, context_of

pytestmark = pytest.mark.slow


def test_a_tracker_is_saved_with_fallbacks_and_a_fingerprint(studio: Studio, editor: Editor):
    campaign = studio.campaign()
    editor.open(studio.address(campaign, "bootstrap-table"))

    editor.pick("tr:has-text('Oslo') a")
    editor.add("Book Oslo")

    (tracker,) = studio.trackers(campaign)
    assert (tracker["kind"], tracker["event"]) == ("xat", "click")
    assert tracker["selector"] == '[href="/book/oslo"]'
    assert tracker["fingerprint"] == {"tag": "a", "text": "Book", "href": "/book/oslo"}
    assert len(tracker["fallback_selectors"]) <= 2
    expect(editor.panel).to_contain_text("Trackers of this campaign (1)")
    assert editor.said == []


def test_a_name_that_an_account_tracker_has_is_said_while_it_is_typed(studio: Studio, editor: Editor):
    studio.tracker(studio.campaign(), "Taken name", "aat")
    editor.open(studio.address(studio.campaign(), "classic"))
    editor.pick("#order-now")
    editor.panel.get_by_role("button", name="Add a tracker").click()

    editor.dialog.get_by_label("Name").fill("TAKEN name ")
    expect(editor.dialog).to_contain_text("This campaign's tracker may have it too")
    editor.dialog.get_by_label("(AAT)").check()
    expect(editor.dialog).to_contain_text("Choose another name")
    said_so_far = list(editor.said)
    editor.dialog.get_by_role("button", name="Add tracker").click()

    expect(editor.dialog.get_by_role("alert").last).to_contain_text("Another account tracker has this name")
    assert said_so_far == []


def test_what_an_event_takes_besides_is_asked_for(studio: Studio, editor: Editor):
    campaign = studio.campaign()
    editor.open(studio.address(campaign, "classic"))
    editor.pick("#order-now")
    editor.panel.get_by_role("button", name="Add a tracker").click()

    editor.dialog.get_by_label("Name").fill("Seen")
    editor.dialog.get_by_label("Event").select_option("visible")
    editor.dialog.get_by_label("Percent of it in view").fill("75")
    editor.dialog.get_by_role("button", name="Add tracker").click()
    expect(editor.note).to_have_text("Saved “Seen”.")

    assert studio.trackers(campaign)[0]["params"] == {"percent": 75, "milliseconds": 1000}


def test_only_this_campaigns_trackers_are_listed_and_edited_as_their_kind_allows(
    studio: Studio, editor: Editor
):
    campaign = studio.campaign()
    studio.tracker(studio.campaign("Other"), "Of another campaign", "aat")
    kinds = {"Listed AAT": "aat", "Listed XAT": "xat", "Listed widget": "widget"}
    for name, kind in kinds.items():
        studio.tracker(campaign, name, kind)
    editor.open(studio.address(campaign, "classic"))

    for name in ("Listed XAT", "Listed widget"):
        editor.action("Edit", name).click()
        editor.dialog.get_by_label("Name").fill(f"{name} 2")
        editor.dialog.get_by_role("button", name="Save").click()
        expect(editor.note).to_have_text(f"Saved “{name} 2”.")
    editor.action("Edit", "Listed AAT").click()
    expect(editor.dialog.get_by_label("Name")).to_be_disabled()
    editor.dialog.get_by_label("Context (a memo)").fill("the yellow one")
    editor.dialog.get_by_role("button", name="Save").click()
    expect(editor.note).to_have_text("Saved “Listed AAT”.")

    expect(editor.panel).not_to_contain_text("Of another campaign")
    assert {each["name"]: (each["kind"], each["context"]) for each in studio.trackers(campaign)} == {
        "Listed AAT": ("aat", "the yellow one"),
        "Listed XAT 2": ("xat", ""),
        "Listed widget 2": ("widget", ""),
    }


@pytest.mark.parametrize("kind", ["xat", "widget"])
def test_a_tracker_whose_page_has_changed_is_pointed_at_again_and_stays_what_it_is_besides(
    studio: Studio, editor: Editor, kind: str
):
    campaign = studio.campaign()
    before = studio.tracker(
        campaign, "Order", kind, selector="#order", event="mousedown", context="the yellow one"
    )
    editor.open(studio.address(campaign, "classic"))

    editor.action("Point again", "Order").click()
    editor.click("#order-now")
    editor.panel.get_by_role("button", name="Use it for the tracker").click()
    editor.dialog.get_by_role("button", name="Save").click()
    expect(editor.note).to_have_text("Saved “Order”.")

    (tracker,) = studio.trackers(campaign)
    assert (tracker["selector"], tracker["fingerprint"]["tag"]) == ("#order-now", "input")
    assert {name: tracker[name] for name in ("id", "kind", "event", "context")} == {
        name: before[name] for name in ("id", "kind", "event", "context")
    }
    assert editor.said == []


def test_an_account_tracker_is_not_pointed_at_again(studio: Studio, editor: Editor):
    campaign = studio.campaign()
    studio.tracker(campaign, "Account's", "aat")

    editor.open(studio.address(campaign, "classic"))

    expect(editor.action("Edit", "Account's")).to_be_visible()
    expect(editor.action("Point again", "Account's")).to_have_count(0)


def test_an_xat_is_promoted_hidden_and_deleted(studio: Studio, editor: Editor):
    campaign = studio.campaign()
    studio.tracker(campaign, "Promoted here")
    editor.open(studio.address(campaign, "classic"))

    editor.action("Make an AAT", "Promoted here").click()
    expect(editor.dialog).to_contain_text("There is no way back")
    editor.dialog.get_by_role("button", name="Make it an AAT").click()
    expect(editor.note).to_contain_text("is an account tracker now")
    editor.action("Hide", "Promoted here").click()
    expect(editor.action("Show", "Promoted here")).to_be_visible()
    promoted = studio.trackers(campaign)
    editor.action("Delete", "Promoted here").click()
    expect(editor.dialog).to_contain_text("No campaign uses it")
    kept = len(studio.trackers(campaign))
    editor.dialog.get_by_role("button", name="Delete tracker").click()
    expect(editor.note).to_have_text("Deleted “Promoted here”.")

    assert [(each["kind"], each["hidden"]) for each in promoted] == [("aat", True)]
    assert (kept, studio.trackers(campaign)) == (1, [])


def test_deleting_a_goal_says_what_would_be_lost_and_asks_for_its_name(studio: Studio, editor: Editor):
    campaign, user = studio.campaign(), studio.campaign("Uses it")
    tracker = studio.tracker(campaign, "Used elsewhere", "aat")
    path = f"/v1/campaigns/{user['id']}/goals/{tracker['id']}"
    studio.api.put(path, json={"role": "primary"}).raise_for_status()
    editor.open(studio.address(campaign, "classic"))

    editor.action("Delete", "Used elsewhere").click()
    expect(editor.dialog).to_contain_text("Uses it (draft, primary goal)")
    expect(editor.dialog).to_contain_text("1 goal")
    editor.dialog.get_by_role("button", name="Cancel").click()
    kept = len(studio.trackers(campaign))
    editor.action("Delete", "Used elsewhere").click()
    typed = editor.dialog.get_by_label("Type its name")
    expect(typed).to_be_focused()
    typed.fill("Used")
    editor.dialog.get_by_role("button", name="Delete with its data").click()
    refused = typed.evaluate("field => field.validationMessage")
    typed.fill("Used elsewhere")
    editor.dialog.get_by_role("button", name="Delete with its data").click()
    expect(editor.note).to_have_text("Deleted “Used elsewhere”.")

    assert (kept, refused) == (1, "Type the name as it is: Used elsewhere")
    assert studio.trackers(campaign) == []
    assert editor.said == []


def test_counts_and_outlines_follow_a_page_that_changes(studio: Studio, editor: Editor):
    campaign = studio.campaign()
    studio.tracker(campaign, "Comes later", selector=".later")
    editor.open(studio.address(campaign, "classic"))
    entry, outlines = editor.entry("Comes later"), editor.page.locator("actrail-editor .frame.match")
    expect(entry).to_contain_text("Matches 0 elements")

    editor.page.evaluate("""() => {
        const host = document.body.appendChild(document.createElement('div'));
        document.body.insertAdjacentHTML('beforeend', '<button class="later">Light</button>');
        host.attachShadow({ mode: 'open' }).innerHTML = '<button class="later">Shadow</button>';
    }""")
    expect(entry).to_contain_text("Matches 2 elements")
    entry.hover()
    expect(outlines).to_have_count(2)
    editor.page.evaluate("document.querySelector('button.later').remove()")
    expect(outlines).to_have_count(1)
    expect(entry).to_contain_text("Matches 1 element on")


def test_a_selector_that_matches_nothing_gets_no_grade(studio: Studio, editor: Editor):
    editor.open(studio.address(studio.campaign(), "classic"))
    editor.pick("#order-now")
    expect(editor.grade).to_have_text("anchored")

    editor.selector.fill("#nowhere")

    expect(editor.panel).to_contain_text("Matches 0 elements on this page")
    expect(editor.grade).to_have_count(0)


SWITCHED = """
actrail.onVariation((campaign, variation) => {
  if (variation == 1) document.querySelector("#order-now").id = "order-later";
});
"""


def test_a_tracker_that_a_variation_lacks_is_flagged(studio: Studio, editor: Editor):
    campaign = studio.campaign()
    page = editor.page
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ {SWITCHED} }})")
    studio.tracker(campaign, "Only in the original")
    editor.open(studio.address(campaign, "classic"))
    mark = f"data-actrail-{campaign['number']}"
    original = page.locator("html").get_attribute(mark)

    editor.panel.get_by_label("Variation shown").select_option(index=1)
    expect(page.locator(f"html[{mark}='1']")).to_be_attached()
    expect(editor.panel).to_contain_text("Matches 0 elements")

    name = campaign["variations"][1]["name"]
    expect(editor.panel).to_contain_text(f"Missing in {name}: this would bias the test.")
    assert original == "0"


def test_a_selector_is_looked_for_in_every_variation_before_it_is_saved(studio: Studio, editor: Editor):
    campaign = studio.campaign()
    page = editor.page
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ {SWITCHED} }})")
    editor.open(studio.address(campaign, "classic"))
    editor.pick("#order-now")
    editor.panel.get_by_role("button", name="Add a tracker").click()
    editor.dialog.get_by_label("Name").fill("Looked for")
    for box in editor.dialog.get_by_role("checkbox").all():
        box.uncheck()

    editor.dialog.get_by_role("button", name="Check in every variation").click()

    name = campaign["variations"][1]["name"]
    expect(editor.dialog).to_contain_text(f"Missing in {name}", timeout=15_000)
    expect(editor.dialog.get_by_label("Name")).to_have_value("Looked for")
    assert page.locator("html").get_attribute(f"data-actrail-{campaign['number']}") == "0"


@pytest.mark.parametrize(("scheme", "sample"), [("light", "classic"), ("dark", "right-to-left")])
def test_nobody_is_shut_out(studio: Studio, browser: Browser, scheme: str, sample: str):
    campaign = studio.campaign()
    studio.tracker(campaign, "Accessible")
    found = {}
    with context_of(browser, color_scheme=scheme) as context:
        page = context.new_page()
        editor = Editor(page).open(studio.address(campaign, sample))
        axe = Axe()

        def look(name: str) -> None:
            within = {"include": [["actrail-editor"]]}
            found[name] = [each["id"] for each in axe.run(page, within).response["violations"]]

        look("list")
        editor.pick("#order-now" if sample == "classic" else ".buy-button")
        look("choice")
        editor.panel.get_by_role("button", name="Add a tracker").click()
        expect(editor.dialog.get_by_label("Name")).to_be_focused()
        look("form")
        page.keyboard.press("Escape")
        editor.action("Make an AAT", "Accessible").click()
        look("question")

    assert found == {"list": [], "choice": [], "form": [], "question": []}
