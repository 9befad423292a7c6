"""What trackers see of a page."""

import pytest
from playwright.sync_api import Page

from chalicelib.domain.tag import TagCampaign, TagTracker
from chalicelib.domain.tracker import DomEvent
from tests.browser.tag.site import Site

BUY = TagTracker(12, DomEvent.CLICK, "#buy")
SHADOW = """
<shop-card></shop-card>
<script>
  customElements.define("shop-card", class extends HTMLElement {
    connectedCallback() {
      this.attachShadow({ mode: "open" }).innerHTML = `MARKUP`;
    }
  });
</script>
"""


def test_a_click_on_a_child_is_a_click_on_the_tracked_element(site: Site, page: Page) -> None:
    site.compile(BUY)
    page.goto(site.put("/", '<button id="buy">  Buy\n <b>now</b></button>'))

    page.click("b")

    event = site.first("element.click")
    assert (event["tracker_id"], event["label"]) == ("12", "Buy now")


def test_the_label_is_at_most_100_characters_long(site: Site, page: Page) -> None:
    site.compile(BUY)
    page.goto(site.put("/", f'<button id="buy">{"x" * 300}</button>'))

    page.click("#buy")

    assert site.first("element.click")["label"] == "x" * 100


def test_an_element_added_after_the_tag_is_tracked(site: Site, page: Page) -> None:
    site.compile(BUY)
    page.goto(site.put("/"))

    page.evaluate("document.body.innerHTML = '<button id=buy>Late</button>'")
    page.click("#buy")

    assert site.first("element.click")["label"] == "Late"


def test_three_clicks_are_three_events_with_ids_of_their_own(site: Site, page: Page) -> None:
    site.compile(BUY)
    page.goto(site.put("/", '<button id="buy">Buy</button>'))

    for _ in range(3):
        page.click("#buy")

    assert len(site.all("element.click", 3)) == 3


def test_a_click_inside_an_open_shadow_root_is_seen_from_inside_and_from_outside(
    site: Site, page: Page
) -> None:
    site.compile(TagTracker(1, DomEvent.CLICK, "button.add"), TagTracker(2, DomEvent.CLICK, "main shop-card"))
    markup = SHADOW.replace("MARKUP", "<button class=add><i>Add</i></button>")
    page.goto(site.put("/", f"<main>{markup}</main>"))

    page.click("i")

    assert {event["tracker_id"] for event in site.all("element.click", 2)} == {"1", "2"}


def test_a_click_on_slotted_content_is_seen_by_what_surrounds_the_slot(site: Site, page: Page) -> None:
    site.compile(TagTracker(1, DomEvent.CLICK, ".frame"))
    markup = SHADOW.replace("MARKUP", "<div class=frame><slot></slot></div>")
    page.goto(site.put("/", markup.replace("></shop-card>", "><b>Light</b></shop-card>")))

    page.click("b")

    assert site.first("element.click")["tracker_id"] == "1"


def test_changes_and_submissions_inside_an_open_shadow_root_are_each_seen_once(
    site: Site, page: Page
) -> None:
    site.compile(TagTracker(1, DomEvent.CHANGE, "input"), TagTracker(2, DomEvent.SUBMIT, "form"))
    form = "<form onsubmit='return false'><input name=q><button>Go</button></form>"
    page.goto(site.put("/", SHADOW.replace("MARKUP", form)))

    page.fill("input", "shoes")
    page.click("button")

    site.first("element.submit")
    assert site.actions("element") == ["element.change", "element.submit"]


def test_a_page_that_stops_the_propagation_hides_nothing(site: Site, page: Page) -> None:
    site.compile(BUY)
    page.goto(site.put("/", '<button id="buy">Buy</button>'))

    page.evaluate("""() => ["click", "mousedown"].forEach((type) =>
        [document, document.body].forEach((node) =>
            node.addEventListener(type, (event) => event.stopImmediatePropagation(), true)))""")
    page.click("#buy")

    assert site.first("element.click")["tracker_id"] == "12"


def test_mousedown_change_and_submit_are_tracked(site: Site, page: Page) -> None:
    site.compile(
        TagTracker(1, DomEvent.MOUSEDOWN, "button"),
        TagTracker(2, DomEvent.CHANGE, "select"),
        TagTracker(3, DomEvent.SUBMIT, "form.order"),
    )
    options = "<select><option>S<option>M</select>"
    page.goto(site.put("/", f"<form class=order onsubmit='return false'>{options}<button>Go</button></form>"))

    page.select_option("select", "M")
    page.click("button")

    site.first("element.submit")
    seen = {event["action"]: event.get("tracker_id") for event in site.accepted}
    assert seen["element.mousedown"] == "1"
    assert seen["element.change"] == "2"
    assert seen["element.submit"] == "3"


def test_a_hover_counts_once_the_pointer_has_stayed(site: Site, page: Page) -> None:
    site.compile(TagTracker(5, DomEvent.HOVER, "#menu", params={"milliseconds": 300}))
    page.goto(site.put("/", '<nav id="menu"><b>Shoes</b> <i>Shirts</i></nav><p>Elsewhere</p>'))

    page.hover("#menu")
    page.hover("p")
    short = site.stays_without("element.hover")
    page.hover("#menu b")
    page.wait_for_timeout(150)
    page.hover("#menu i")

    assert short
    assert site.first("element.hover")["tracker_id"] == "5"


def test_an_element_is_visible_once_enough_of_it_has_shown_for_long_enough(site: Site, page: Page) -> None:
    params = {"percent": 50, "milliseconds": 200}
    site.compile(TagTracker(6, DomEvent.VISIBLE, ".offer", params=params))
    page.goto(site.put("/", '<div style="height:2000px"></div><p class=offer style="height:300px">Offer</p>'))

    page.evaluate("scrollTo(0, 1500)")
    hardly = site.stays_without("element.visible")
    page.evaluate("scrollTo(0, 1700)")

    assert hardly
    assert site.first("element.visible")["label"] == "Offer"


def test_elements_that_come_later_are_visible_each_once(site: Site, page: Page) -> None:
    site.compile(TagTracker(6, DomEvent.VISIBLE, ".offer", params={"percent": 50, "milliseconds": 0}))
    page.goto(site.put("/", SHADOW.replace("MARKUP", "<p class=offer>Within</p>")))
    site.first("element.visible")

    page.evaluate("document.body.insertAdjacentHTML('afterbegin', '<p class=offer>Late</p>')")
    labels = [event["label"] for event in site.all("element.visible", 2)]
    page.evaluate("document.body.append(document.createElement('p'))")

    assert labels == ["Within", "Late"]
    page.wait_for_timeout(900)
    assert len(site.actions("element.visible")) == 2


def test_the_depth_of_a_page_counts_once_a_page(site: Site, page: Page) -> None:
    site.compile(TagTracker(7, DomEvent.SCROLL, "body", params={"percent": 75}))
    page.goto(site.put("/", '<div style="height:5984px"></div>'))

    page.evaluate("scrollTo(0, 3000)")
    hardly = site.stays_without("element.scroll")
    page.evaluate("scrollTo(0, 6000)")
    site.first("element.scroll")
    page.evaluate("scrollTo(0, 5000)")

    assert hardly
    page.wait_for_timeout(400)
    assert site.actions("element.scroll") == ["element.scroll"]


def test_the_depth_of_a_scrolling_element_is_its_own(site: Site, page: Page) -> None:
    site.compile(
        TagTracker(7, DomEvent.SCROLL, "body", params={"percent": 50}),
        TagTracker(8, DomEvent.SCROLL, "#terms", params={"percent": 100}),
    )
    box = '<div id=terms style="height:100px;overflow:auto"><p style="height:900px">Terms</p></div>'
    page.goto(site.put("/", box))

    page.evaluate("terms.scrollTo(0, 9999)")

    assert site.first("element.scroll")["tracker_id"] == "8"
    assert len(site.actions("element.scroll")) == 1


def test_a_bad_selector_breaks_neither_the_other_trackers_nor_the_page(site: Site, page: Page) -> None:
    errors: list[object] = []

    def note(error: object) -> None:
        errors.append(error)

    page.on("pageerror", note)
    bad = [TagTracker(number, event, "p:has-not(") for number, event in enumerate(DomEvent, start=1)]
    site.compile(*bad, BUY)
    page.goto(site.put("/", '<button id="buy">Buy</button>'))

    page.click("#buy")

    assert site.first("element.click")["tracker_id"] == "12"
    assert not errors


@pytest.mark.parametrize(
    ("body", "tracked"),
    [
        ("<a class=old>Old</a>", ["3"]),
        ("<a class=older>Older</a>", ["3"]),
        ("<a class=old>Old</a><a class=new>New</a>", []),
        ("<a class=older>Older</a><a class=old>Old</a>", []),
    ],
)
def test_a_fallback_counts_only_where_what_comes_before_matches_nothing(
    site: Site, page: Page, body: str, tracked: list[str]
) -> None:
    site.compile(
        TagTracker(3, DomEvent.CLICK, "a.new", fallback_selectors=("a.old", "a.older")),
        TagTracker(4, DomEvent.CLICK, "a"),
    )
    page.goto(site.put("/", body))

    page.locator("a").first.click()

    site.until(lambda: "4" in [event.get("tracker_id") for event in site.accepted])
    assert [event["tracker_id"] for event in site.accepted if event.get("tracker_id") == "3"] == tracked


@pytest.mark.parametrize(
    ("body", "fallback"),
    [("<a class=new>New</a>", None), ("<a class=old>Old</a>", 1), ("<a class=older>Older</a>", 2)],
)
@pytest.mark.parametrize("event", [DomEvent.CLICK, DomEvent.HOVER, DomEvent.VISIBLE])
def test_an_action_says_which_fallback_matched_and_nothing_when_the_selector_did(
    site: Site, page: Page, event: DomEvent, body: str, fallback: int | None
) -> None:
    params = {"milliseconds": 100, "percent": 50}
    site.compile(TagTracker(3, event, "a.new", fallback_selectors=("a.old", "a.older"), params=params))
    page.goto(site.put("/", body))

    page.hover("a")
    page.click("a")

    assert site.first(f"element.{event}").get("fallback") == fallback


def test_the_depth_of_what_a_fallback_matches_is_one_by_a_fallback(site: Site, page: Page) -> None:
    site.compile(TagTracker(7, DomEvent.SCROLL, "#page", fallback_selectors=("body",), params={"percent": 1}))
    page.goto(site.put("/", '<div style="height:5984px"></div>'))

    page.evaluate("scrollTo(0, 3000)")

    assert site.first("element.scroll")["fallback"] == 1


def test_a_page_that_changes_while_a_pointer_rests_makes_no_fallback_of_a_selector(
    site: Site, page: Page
) -> None:
    site.compile(TagTracker(3, DomEvent.HOVER, "a.new", params={"milliseconds": 300}))
    page.goto(site.put("/", "<a class=new>New</a>"))

    page.hover("a")
    page.evaluate("document.querySelector('a').className = ''")

    assert "fallback" not in site.first("element.hover")


def test_an_account_tracker_tells_every_campaign_the_visitor_is_in(site: Site, page: Page) -> None:
    campaigns = [TagCampaign(3, (100, 0)), TagCampaign(9, (0, 100)), TagCampaign(11, ())]
    site.compile(BUY, campaigns=campaigns)
    page.goto(site.put("/", '<button id="buy">Buy</button>'))

    page.click("#buy")

    assert site.first("element.click")["campaigns"] == {"3": "0", "9": "1"}


def test_a_campaigns_own_tracker_tells_that_campaign_alone_and_only_of_its_visitors(
    site: Site, page: Page
) -> None:
    site.compile(
        TagTracker(1, DomEvent.CLICK, "#buy", campaign_number=3),
        TagTracker(2, DomEvent.CLICK, "#buy", campaign_number=11),
        campaigns=[TagCampaign(3, (0, 100)), TagCampaign(9, (100,)), TagCampaign(11, (0,))],
    )
    page.goto(site.put("/", '<button id="buy">Buy</button>'))

    page.click("#buy")

    site.first("element.click")
    clicks = [event for event in site.accepted if event["action"] == "element.click"]
    assert [(event["tracker_id"], event["campaigns"]) for event in clicks] == [("1", {"3": "1"})]
