"""Who the visitor is, and when there is none: consent and bots."""

import re
import time

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from chalicelib.domain.tag import SiteOptions, TagCampaign, TagTracker
from chalicelib.domain.tracker import DomEvent
from tests.browser.tag.site import Answer, Site

ASKS = SiteOptions(bots_allowed=True, consent_required=True)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def stored(page: Page) -> list[str]:
    """What the tag keeps: keys of the storage, and the cookie."""
    keys: list[str] = page.evaluate("Object.keys(localStorage)")
    return keys + [str(cookie["name"]) for cookie in page.context.cookies()]


def test_a_visitor_is_the_same_on_the_next_page(site: Site, page: Page) -> None:
    page.goto(site.put("/"))
    page.goto(site.put("/next"))

    first, second = site.all("page.visit", 2)

    assert first["uuid"] == second["uuid"]
    assert UUID.fullmatch(first["uuid"])


def test_the_cookie_is_the_sites_own_and_lasts_13_months(site: Site, page: Page) -> None:
    page.goto(site.put("/"))
    visit = site.first("page.visit")

    (cookie,) = page.context.cookies()

    months = (cookie["expires"] - time.time()) / (365.25 / 12 * 86_400)
    assert (cookie["name"], cookie["value"]) == ("actrail", visit["uuid"])
    assert (cookie["domain"], cookie["path"], cookie["sameSite"]) == ("127.0.0.1", "/", "Lax")
    assert months == pytest.approx(13, abs=0.02)


def test_the_next_page_does_not_prolong_the_cookie(site: Site, page: Page) -> None:
    page.goto(site.put("/"))
    (before,) = page.context.cookies()
    page.wait_for_timeout(1100)
    page.goto(site.put("/next"))

    (after,) = page.context.cookies()

    assert after == before


def test_a_cookie_of_the_domain_is_shared_by_its_hosts(site: Site, page: Page) -> None:
    site.compile(options=SiteOptions(bots_allowed=True, cookie_domain="shop.localhost"))
    address = site.put("/").replace("127.0.0.1", "www.shop.localhost")
    page.goto(address)
    page.goto(address.replace("www.", "blog."))

    first, second = site.all("page.visit", 2)

    assert first["uuid"] == second["uuid"]


def test_another_cookie_with_a_similar_name_is_no_visitor(site: Site, page: Page) -> None:
    page.context.add_cookies([{"name": "myactrail", "value": "someone", "url": site.address}])

    page.goto(site.put("/"))

    assert UUID.fullmatch(site.first("page.visit")["uuid"])


def test_a_cookie_left_to_the_server_is_read_and_never_written(site: Site, page: Page) -> None:
    site.compile(options=SiteOptions(bots_allowed=True, server_cookie=True))
    page.goto(site.put("/"))
    page.goto(site.put("/next"))
    before, same = site.all("page.visit", 2)
    none = page.context.cookies()
    server = "0d9e3f1c-0000-4000-8000-000000000000"
    page.context.add_cookies([{"name": "actrail", "value": server, "url": site.address}])
    page.goto(site.put("/later"))

    later = site.all("page.visit", 3)[2]

    assert before["uuid"] == same["uuid"]
    assert none == []
    assert later["uuid"] == server
    assert "actrail.visitor" not in stored(page)


def test_an_intake_that_sets_the_cookie_is_sent_it(site: Site, page: Page) -> None:
    site.compile(options=SiteOptions(bots_allowed=True, server_cookie=True, base_url=site.address))
    site.answer = lambda events: Answer(headers={"Set-Cookie": f"actrail={events[0]['uuid']}; Path=/"})
    page.goto(site.put("/"))
    uuid = site.first("page.visit")["uuid"]
    page.wait_for_function("document.cookie.includes('actrail=')")
    page.goto(site.put("/next"))

    site.all("page.visit", 2)

    assert {event["uuid"] for event in site.accepted} == {uuid}
    assert site.batches[-1].cookie == f"actrail={uuid}"


def test_without_the_consent_asked_for_nothing_is_stored_and_nothing_sent(site: Site, page: Page) -> None:
    tracker = TagTracker(1, DomEvent.CLICK, "#buy")
    site.compile(tracker, options=ASKS, campaigns=[TagCampaign(3, (100,))])
    page.goto(site.put("/", "<button id=buy data-actrail-action=cart.add>Buy</button>"))

    page.click("#buy")
    page.evaluate("actrail.track('cart.add'); actrail.page(); actrail.identify({ email: 'a@b.example' })")

    assert site.stays_without("page.visit")
    assert stored(page) == []
    assert site.batches == []
    assert page.locator("html").get_attribute("data-actrail-3") is None


def test_consent_starts_with_the_visit_of_the_page_and_is_remembered(site: Site, page: Page) -> None:
    visible = TagTracker(1, DomEvent.VISIBLE, "p", params={"percent": 50, "milliseconds": 0})
    site.compile(visible, options=ASKS)
    page.goto(site.put("/", "<p>Offer</p>"))
    page.wait_for_timeout(100)

    page.evaluate("actrail.consent(true)")
    site.first("element.visible")
    page.goto(site.put("/next"))

    assert site.all("page.visit", 2)[1]["params"]["url"].endswith("/next")
    assert site.actions()[:3] == ["session.start", "page.visit", "element.visible"]


def test_withdrawn_consent_clears_cookie_session_and_queue_and_stops(site: Site, page: Page) -> None:
    site.compile(TagTracker(1, DomEvent.CLICK, "#buy"))
    site.answer = lambda _: Answer(503)
    page.goto(site.put("/", "<button id=buy>Buy</button>"))
    site.until(lambda: len(site.batches) > 0)
    page.evaluate("actrail.track('cart.add')")
    before = stored(page)

    page.evaluate("actrail.consent(false)")
    site.answer = lambda _: Answer()
    page.click("#buy")
    page.evaluate("actrail.track('cart.add')")

    assert {"actrail", "actrail.session"} <= set(before)
    assert stored(page) == ["actrail.consent"]
    assert site.stays_without("cart.add")
    page.goto(site.put("/next"))
    assert site.stays_without("page.visit")


def test_consent_withdrawn_in_one_tab_stops_the_others(
    site: Site, page: Page, context: BrowserContext
) -> None:
    page.goto(site.put("/"))
    other = context.new_page()
    other.goto(site.put("/other"))
    site.all("page.visit", 2)

    page.evaluate("actrail.consent(false)")
    other.evaluate("actrail.track('cart.add')")

    assert site.stays_without("cart.add")
    assert stored(other) == ["actrail.consent"]


def test_consent_given_again_makes_a_new_visitor(site: Site, page: Page) -> None:
    page.goto(site.put("/"))
    before = site.first("page.visit")["uuid"]

    page.evaluate("actrail.consent(false); actrail.consent(true)")

    assert site.all("page.visit", 2)[1]["uuid"] != before


def test_automated_browsers_are_left_out_unless_allowed(site: Site, page: Page) -> None:
    site.compile(options=SiteOptions())

    page.goto(site.put("/"))
    page.evaluate("actrail.track('cart.add'); actrail.consent(true)")

    assert site.stays_without("page.visit")
    assert "actrail" not in stored(page)


@pytest.mark.parametrize(
    ("agent", "people"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", False),
        ("Mozilla/5.0 AppleWebKit/537.36 (compatible; Bytespider)", False),
        ("Mozilla/5.0 Chrome/120.0 Safari/537.36 Chrome-Lighthouse", False),
        ("Mozilla/5.0 HeadlessChrome/120.0", False),
        ("Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/120.0 Mobile Safari/537.36", True),
        ("Mozilla/5.0 (Windows NT 10.0) Firefox/130.0", True),
    ],
)
def test_known_bots_are_left_out_by_the_name_they_give(
    site: Site, browser: Browser, agent: str, people: bool
) -> None:
    site.compile(options=SiteOptions())
    context = browser.new_context(user_agent=agent)
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })")
    page = context.new_page()
    page.goto(site.put("/"))

    followed = "actrail" in stored(page)
    context.close()

    assert followed is people
