"""Pages that live before they are seen, and again after they were left."""

from playwright.sync_api import Browser, Page

from tests.browser.chromium import launched
from tests.browser.tag.site import Site

RESTORED = (
    "<script>addEventListener('pageshow', (e) => e.persisted && actrail.track('test.restored'))</script>"
)
PREPARED = """
let prepared = true;
Object.defineProperty(Document.prototype, "prerendering", { get: () => prepared });
show = () => { prepared = false; document.dispatchEvent(new Event("prerenderingchange")); };
"""


def test_a_page_that_comes_back_from_the_browsers_cache_is_visited_again(
    site: Site, browser: Browser
) -> None:
    keeping = launched(browser.browser_type, whole=True, ignore_default_args=["--disable-back-forward-cache"])
    page = keeping.new_page()
    site.put("/next", head="")
    page.goto(site.put("/", RESTORED))
    site.first("page.visit")
    page.wait_for_function("!Object.keys(localStorage).some((key) => key.startsWith('actrail:'))")

    page.goto(site.address + "/next")
    page.go_back(wait_until="commit")

    assert site.first("test.restored")
    assert [event["params"]["url"] for event in site.all("page.visit", 2)] == [site.address + "/"] * 2
    assert site.actions("session.start") == ["session.start"]
    keeping.close()


# Chromium prepares no page for a browser that is automated, so the page is told that it is only prepared.
def test_a_page_that_is_only_prepared_has_no_visitor_until_it_is_shown(site: Site, page: Page) -> None:
    page.add_init_script(PREPARED)
    page.goto(site.put("/"))
    stored = page.evaluate("[document.cookie, Object.keys(localStorage).length]")

    before = site.stays_without("page.visit")
    page.evaluate("show()")

    assert site.first("page.visit")
    assert (before, stored) == (True, ["", 0])
