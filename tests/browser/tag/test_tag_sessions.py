"""Page visits and sessions come by themselves."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from chalicelib.domain.tag import SinglePage, SiteOptions, TagCampaign
from tests.browser.tag.site import Site

MORNING = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


def at(site: Site, page: Page, now: datetime, zone: str = "UTC", *campaigns: TagCampaign) -> None:
    """Open a page at a time that moves only when told to."""
    site.compile(campaigns=campaigns, options=SiteOptions(time_zone=zone, bots_allowed=True))
    page.clock.install(time=now)
    page.goto(site.put("/"))
    settle(site, page, "page.visit")


def settle(site: Site, page: Page, action: str, count: int = 1) -> None:
    """Let the tag's delay pass until the intake has so many events with the action."""
    page.clock.run_for(300)
    site.all(action, count)


def test_a_visit_tells_address_referrer_and_title(site: Site, page: Page) -> None:
    site.put("/", '<a href="/next?size=42">Next</a>')
    site.put("/next", title="Shoes")

    page.goto(site.address + "/")
    page.click("a")

    assert site.all("page.visit", 2)[1]["params"] == {
        "url": site.address + "/next?size=42",
        "referrer": site.address + "/",
        "title": "Shoes",
    }


def test_a_session_starts_once_for_several_pages(site: Site, page: Page) -> None:
    page.goto(site.put("/"))
    page.goto(site.put("/next"))
    site.all("page.visit", 2)

    assert site.actions()[:2] == ["session.start", "page.visit"]
    assert site.actions("session") == ["session.start"]


@pytest.mark.parametrize(("minutes", "sessions"), [(29, 1), (31, 2)])
def test_thirty_idle_minutes_end_a_session(site: Site, page: Page, minutes: int, sessions: int) -> None:
    at(site, page, MORNING)

    page.clock.fast_forward(minutes * 60_000)
    page.evaluate("actrail.track('cart.add')")
    settle(site, page, "cart.add")

    assert site.actions("session.start") == ["session.start"] * sessions
    assert site.actions("session.end") == ["session.end"] * (sessions - 1)


def test_an_idle_page_ends_its_session_by_itself_at_the_time_of_the_last_event(
    site: Site, page: Page
) -> None:
    at(site, page, MORNING)

    page.clock.fast_forward(31 * 60_000)
    page.clock.run_for(61_000)
    settle(site, page, "session.end")

    start, end = site.first("session.start"), site.first("session.end")
    assert end["time"][:19] == site.first("page.visit")["time"][:19]
    assert end["id"] == start["id"] + "-end"
    assert site.actions("session.start") == ["session.start"]


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("UTC", datetime(2026, 3, 10, 23, 55, tzinfo=UTC), 2),
        ("Asia/Tokyo", datetime(2026, 3, 10, 23, 55, tzinfo=UTC), 1),
        ("Asia/Tokyo", datetime(2026, 3, 10, 14, 55, tzinfo=UTC), 2),
        ("America/New_York", datetime(2026, 3, 11, 3, 55, tzinfo=UTC), 2),
        ("No/Such_Zone", datetime(2026, 3, 10, 23, 55, tzinfo=UTC), 1),
    ],
)
def test_midnight_in_the_accounts_time_zone_ends_a_session(
    site: Site, page: Page, zone: str, before: datetime, after: int
) -> None:
    at(site, page, before, zone)

    page.clock.fast_forward(10 * 60_000)
    page.evaluate("actrail.track('cart.add')")
    settle(site, page, "cart.add")

    assert len(site.actions("session.start")) == after


def test_two_tabs_end_their_session_as_one_event(site: Site, page: Page) -> None:
    at(site, page, MORNING)
    kept = page.evaluate("localStorage['actrail.session']")
    page.clock.fast_forward(31 * 60_000)
    page.evaluate("actrail.track('cart.add')")
    settle(site, page, "cart.add")

    page.evaluate("(kept) => { localStorage['actrail.session'] = kept; actrail.track('cart.pay') }", kept)
    settle(site, page, "cart.pay")

    sent = [event for batch in site.batches for event in batch.events if event["action"] == "session.end"]
    assert len(sent) == 2
    assert sent[0] == sent[1]


def test_each_campaign_is_exposed_once_a_session(site: Site, page: Page) -> None:
    at(site, page, MORNING, "UTC", TagCampaign(3, (0, 100)), TagCampaign(9, (100,)), TagCampaign(4, (0,)))
    page.goto(site.put("/next"))
    settle(site, page, "page.visit", 2)
    page.clock.fast_forward(31 * 60_000)
    page.evaluate("actrail.track('cart.add')")
    settle(site, page, "cart.add")

    exposures = [event["params"] for event in site.accepted if event["action"] == "campaign.exposure"]

    once = [{"campaign_id": "3", "variation_id": "1"}, {"campaign_id": "9", "variation_id": "0"}]
    assert exposures == once * 2


def test_a_campaign_that_starts_during_a_session_is_exposed_in_it(site: Site, page: Page) -> None:
    page.goto(site.put("/"))
    site.first("page.visit")

    site.compile(campaigns=[TagCampaign(3, (100,))])
    page.goto(site.put("/next"))

    assert site.first("campaign.exposure")["params"] == {"campaign_id": "3", "variation_id": "0"}
    assert site.actions("session") == ["session.start"]


ROUTES = """
    history.pushState({}, '', '/shoes'); document.title = 'Shoes';
    setTimeout(() => { history.replaceState({}, '', '/shoes?size=42'); }, 200);
    setTimeout(() => { history.replaceState({ scroll: 1 }, '', '/shoes?size=42'); }, 400);
    setTimeout(() => { location.hash = 'reviews'; }, 600);
    setTimeout(() => history.go(-2), 800);
"""


@pytest.mark.parametrize(
    ("single_page", "routes"),
    [
        (SinglePage.OFF, ["/"]),
        (SinglePage.PATH, ["/", "/shoes", "/shoes?size=42", "/"]),
        (SinglePage.HASH, ["/", "/shoes", "/shoes?size=42", "/shoes?size=42#reviews", "/"]),
    ],
)
def test_routes_are_visits_when_so_configured(
    site: Site, page: Page, single_page: SinglePage, routes: list[str]
) -> None:
    site.compile(options=SiteOptions(single_page=single_page, bots_allowed=True))
    page.goto(site.put("/"))

    page.evaluate(ROUTES)
    page.wait_for_timeout(1200)
    page.evaluate("actrail.track('test.end')")
    site.first("test.end")

    visits = [event["params"] for event in site.accepted if event["action"] == "page.visit"]
    assert [visit["url"].removeprefix(site.address) for visit in visits] == routes
    assert [visit["title"] for visit in visits[1:2]] == ["Shoes"] * (len(routes) > 1)
    assert all(visit["referrer"] == site.address + "/" for visit in visits[1:2])


def test_a_page_is_visited_on_demand(site: Site, page: Page) -> None:
    page.goto(site.put("/"))

    page.evaluate("history.pushState({}, '', '/shoes'); actrail.page()")

    assert site.all("page.visit", 2)[1]["params"]["url"] == site.address + "/shoes"
