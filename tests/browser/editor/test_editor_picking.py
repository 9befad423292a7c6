"""The editor opens with a token, points at elements without the page's knowledge, and judges selectors."""

import re

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.editor.studio import Editor, Studio

pytestmark = pytest.mark.slow


def sent(page: Page) -> list[str]:
    """Collects the addresses of what the page sends to the intake."""
    addresses: list[str] = []

    def hear(request: object) -> None:
        url = str(getattr(request, "url", ""))
        if "/v1/events" in url:
            addresses.append(url)

    page.on("request", hear)
    return addresses


def test_the_token_leaves_the_address_at_once_and_nothing_is_collected(studio: Studio, editor: Editor):
    page = editor.page
    addresses = sent(page)
    page.add_init_script("addEventListener('DOMContentLoaded', () => { shownAddress = location.href; })")

    editor.open(studio.address(studio.campaign(), "classic"))
    page.evaluate("actrail.track('cart.add'); actrail.page(); dispatchEvent(new Event('visibilitychange'))")
    page.locator("#order-now").click()
    page.wait_for_timeout(600)

    assert page.url == page.evaluate("shownAddress") == studio.gallery.url("classic")
    assert addresses == []
    assert page.evaluate("Object.keys(localStorage)") == page.context.cookies() == []
    assert editor.said == []


def test_a_page_whose_address_has_a_route_in_its_hash_keeps_it(studio: Studio, editor: Editor):
    address = studio.address(studio.campaign(), "classic").replace("#", "#/shoes?size=42#", 1)

    editor.open(address)

    assert editor.page.url == studio.gallery.url("classic") + "#/shoes?size=42"


def test_the_editor_stays_while_the_person_goes_from_page_to_page_until_it_is_left(
    studio: Studio, editor: Editor
):
    campaign = studio.campaign("Stays")
    page = editor.open(studio.address(campaign, "classic")).page
    token = page.evaluate("sessionStorage['actrail.editor']")

    page.goto(studio.gallery.url("svelte"))
    expect(editor.panel.get_by_role("heading", name="Stays")).to_be_visible()
    with page.expect_request("**/v1/events*"):
        editor.panel.get_by_role("button", name="Leave the editor").click()

    expect(page.locator("actrail-editor")).to_have_count(0)
    assert page.evaluate("Object.keys(sessionStorage)") == []
    path = f"{studio.api.base_url}/v1/campaigns/{campaign['id']}"
    answer = httpx.get(path, headers={"Authorization": f"Bearer {token}"}, trust_env=False)
    assert answer.status_code == 401


def test_a_token_that_opens_nothing_says_so_and_lets_the_person_leave(studio: Studio, editor: Editor):
    page = editor.page

    page.goto(studio.gallery.url("classic") + "#actrail-editor=ed_a_b_c_d")
    expect(editor.panel).to_contain_text("This editing session is over")
    editor.panel.get_by_role("button", name="Leave the editor").last.click()

    expect(page.locator("actrail-editor")).to_have_count(0)


def test_the_page_cannot_look_into_the_editor(studio: Studio, browser: Browser):
    page = browser.new_page()

    page.goto(studio.address(studio.campaign(), "classic"))
    expect(page.locator("actrail-editor")).to_be_attached()

    assert page.evaluate("document.querySelector('actrail-editor').shadowRoot") is None
    page.close()


def test_the_page_learns_nothing_of_what_is_picked(studio: Studio, editor: Editor):
    page = editor.open(studio.address(studio.campaign(), "single-page-app")).page
    page.evaluate("""() => {
        heard = [];
        const hear = ({ type, target }) => target.localName != "actrail-editor" && heard.push(type);
        for (const type of ["pointerdown", "mousedown", "mouseup", "click", "keydown"])
            for (const capture of [true, false]) document.addEventListener(type, hear, capture);
    }""")

    editor.pick("text=sent")

    expect(editor.selector).to_have_value('[name="folder-sent"]')
    assert page.evaluate("heard") == []


def test_a_click_on_what_is_within_picks_what_is_interactive_around_it(studio: Studio, editor: Editor):
    editor.open(studio.address(studio.campaign(), "icon-buttons"))

    editor.pick(".save rect")

    expect(editor.selector).to_have_value(".save")
    expect(editor.grade).to_have_text("anchored")
    expect(editor.page.locator("actrail-editor .frame.match")).to_have_count(1)


def test_arrow_keys_walk_to_parents_children_and_neighbours(studio: Studio, editor: Editor):
    page = editor.open(studio.address(studio.campaign(), "vue")).page
    caption = page.locator("actrail-editor .caption")
    editor.point()
    page.locator("text=One").hover(force=True)
    expect(caption).to_have_text("<a> “One”")

    seen = []
    for key in ("ArrowUp", "ArrowRight", "ArrowUp", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
        seen.append(re.sub(r"\W+", " ", caption.inner_text()).strip())
    page.keyboard.press("Enter")

    assert seen == ["li One", "li Two", "ul One Two", "li Two", "a Two"]
    expect(editor.selector).to_have_value('[href="/item/two"]')


def test_escape_ends_picking(studio: Studio, editor: Editor):
    editor.open(studio.address(studio.campaign(), "vue"))
    editor.point()

    editor.page.keyboard.press("Escape")

    expect(editor.panel.get_by_role("button", name="Pick an element")).to_be_visible()
    expect(editor.page.locator("actrail-editor .glass")).to_be_hidden()


EDITED = (
    (".list__link", "2 elements", "anchored", "class “list__link”"),
    (
        ".list__item:nth-child(2) a",
        "1 element",
        "structural",
        "counts positions within the class “list__item”",
    ),
    ("i > .button", "1 element", "structural", "a common word"),
    ("p > button", "1 element", "structural", "hangs on tags alone"),
    ("li:nth-child(2) a", "1 element", "fragile", "counts elements from the top"),
    (".list__item--active a", "1 element", "fragile", "just now"),
    (".css-1x2y3z button", "1 element", "fragile", "looks generated"),
    (".px-4 button", "1 element", "fragile", "how the element looks"),
)
"""Selectors, how many elements each matches, and how each is judged, and why."""

MORE = "<i><b class='button'>A</b></i><div class='css-1x2y3z px-4'><button>B</button></div>"


def test_an_edited_selector_is_counted_and_judged_at_once(studio: Studio, editor: Editor):
    editor.open(studio.address(studio.campaign(), "vue"))
    editor.page.evaluate("markup => document.body.insertAdjacentHTML('beforeend', markup)", MORE)
    editor.pick("text=Two")
    card = editor.panel.get_by_role("region", name="Picked element")

    for selector, count, grade, reason in EDITED:
        editor.selector.fill(selector)

        expect(card).to_contain_text(reason)
        expect(card).to_contain_text(f"Matches {count} on this page")
        expect(editor.grade).to_have_text(grade)


def test_every_element_that_matches_is_outlined_and_a_fallback_where_none_does(
    studio: Studio, editor: Editor
):
    editor.open(studio.address(studio.campaign(), "strict-policy"))
    editor.pick("text=Open an account")
    frames = editor.page.locator("actrail-editor .frame.match")

    editor.selector.fill("main a")
    expect(frames).to_have_count(2)
    editor.selector.fill(".nowhere")

    expect(frames).to_have_count(1)
    expect(editor.panel).to_contain_text("Matches 0 elements on this page, a fallback 1")


def test_a_selector_that_is_none_cannot_be_saved(studio: Studio, editor: Editor):
    editor.open(studio.address(studio.campaign(), "vue"))
    editor.pick("text=Two")

    editor.selector.fill("a:has-not(")

    expect(editor.panel).to_contain_text("does not understand this selector")
    expect(editor.panel.get_by_role("button", name="Add a tracker")).to_be_disabled()


def test_a_frame_is_opened_by_itself(studio: Studio, editor: Editor):
    page = editor.open(studio.address(studio.campaign(), "frames")).page
    editor.pick("iframe")

    editor.panel.get_by_role("button", name="Open the frame by itself").click()

    page.wait_for_url("**/framed.html")
    expect(editor.panel.get_by_role("button", name="Pick an element")).to_be_visible()


def test_the_panel_is_moved_and_minimised_and_stays_so(studio: Studio, editor: Editor):
    page = editor.open(studio.address(studio.campaign(), "classic")).page
    handle = editor.panel.get_by_role("button", name="Move")
    before = editor.panel.bounding_box()
    box = handle.bounding_box()
    assert before is not None
    assert box is not None

    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] - 295, box["y"] - 95)
    page.mouse.up()
    handle.focus()
    page.keyboard.press("ArrowLeft")
    editor.panel.get_by_role("button", name="Minimise the editor").click()
    page.reload()

    expect(editor.panel.get_by_role("button", name="Show the editor")).to_be_visible()
    after = editor.panel.bounding_box()
    assert after is not None
    assert (round(after["x"] - before["x"]), round(after["y"] - before["y"])) == (-324, -100)
    expect(editor.panel.get_by_role("button", name="Pick an element")).to_be_hidden()


def test_a_modal_dialog_that_the_page_opens_later_leaves_the_editor_usable(studio: Studio, editor: Editor):
    page = editor.open(studio.address(studio.campaign(), "modal-dialog")).page
    page.evaluate("document.querySelector('dialog').close()")
    editor.panel.get_by_role("button", name="Minimise the editor").click()

    page.evaluate("document.querySelector('dialog').showModal()")

    editor.panel.get_by_role("button", name="Show the editor").click()
    editor.pick("text=Yes, please")
    expect(editor.selector).to_have_value(".accept-letter")
