"""From a click in the demo shop to exact numbers: browser, tag, intake, stream, counters and report.

Each test is one visitor or more. Their numbers are what the reports and the feed show more than before.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from chalicelib.domain.bucketing import variation_of
from chalicelib.table.catalogue import KEPT
from infra.local.credentials import Credentials
from infra.local.shop import demo
from infra.local.shop.demo import CAMPAIGNS, GOALS, TRACKERS
from tests.browser.running import Running
from tests.local.system import eventually

pytestmark = pytest.mark.slow

Numbers = Counter[tuple[str, ...]]
"""How many, by campaign, tracker ("" for visitors), variation and kind."""


@dataclass(frozen=True)
class Shop:
    """The demo shop of a running system, and the system's API."""

    url: str
    api: httpx.Client
    keys: Credentials

    def numbers(self) -> Numbers:
        """What the reports of all campaigns say."""
        found: Numbers = Counter()
        for campaign in self.api.get("/v1/campaigns").raise_for_status().json()["items"]:
            report = self.api.get(f"/v1/campaigns/{campaign['id']}/report").raise_for_status().json()
            assert report["multi_variation_visitors"] == 0
            for variation in report["variations"]:
                found[campaign["name"], "", variation["id"], "visitors"] += variation["visitors"]
            for goal in report["goals"]:
                for variation in goal["variations"]:
                    for kind in ("converters", "actions"):
                        key = (campaign["name"], goal["tracker"]["name"], variation["id"], kind)
                        found[key] += variation[kind]
        return found

    def feed(self, visitor: str) -> list[dict[str, Any]]:
        """The visitor's events, newest first."""
        items: list[dict[str, Any]] = self.api.get(f"/v1/profiles/{visitor}/events").json()["items"]
        return items


@dataclass(frozen=True)
class Visitor:
    """Who a browser's profile is to the tag."""

    uuid: str
    variations: Mapping[str, str]

    @classmethod
    def of(cls, page: Page) -> "Visitor":
        [uuid] = [each["value"] for each in page.context.cookies() if each.get("name") == "actrail"]
        marks = page.evaluate("({ ...document.documentElement.dataset })")
        shown = {int(name.rsplit("-", 1)[1]): value for name, value in marks.items() if "-" in name}
        # The demo's campaigns are the account's first ones, in this order.
        names = [str(campaign["name"]) for campaign in CAMPAIGNS.values()]
        return cls(str(uuid), {names[number - 1]: variation for number, variation in shown.items()})

    def numbers(self, *actions: str) -> Numbers:
        """What a first visit with these actions, as trackers' names, adds to the reports."""
        added: Numbers = Counter()
        for campaign, variation in self.variations.items():
            added[campaign, "", variation, "visitors"] = 1
            for tracker, times in Counter(actions).items():
                if tracker in goals_of(campaign):
                    added[campaign, tracker, variation, "converters"] = 1
                    added[campaign, tracker, variation, "actions"] = times
        return added


@pytest.fixture(scope="session")
def shop(system: Running) -> Iterator[Shop]:
    with system.api(system.keys) as api:
        yield Shop(system.settings.shop_url, api, system.keys)


@pytest.fixture
def adds(shop: Shop) -> Callable[[Numbers], None]:
    """Asserts that the reports come to show so much more than at the start of the test, and no more."""
    before = shop.numbers()

    def check(expected: Numbers) -> None:
        eventually(lambda: shop.numbers() - before == expected)
        time.sleep(0.6)
        assert shop.numbers() - before == expected

    return check


@pytest.mark.parametrize(
    ("variation", "words"), [(0, "Tea, straight from the garden"), (1, "Slow down. Have a cup.")]
)
def test_a_page_shows_the_variation_that_the_visitor_is_in(
    shop: Shop, context: BrowserContext, page: Page, adds, variation: int, words: str
):
    visitor = next(each for each in map(str, range(100)) if variation_of(each, 1, [50, 50]) == variation)
    context.add_cookies([{"name": "actrail", "value": visitor, "url": shop.url}])

    page.goto(shop.url)

    expect(page.locator("h1")).to_have_text(words, use_inner_text=True)
    assert Visitor.of(page).variations["Words on the home page"] == str(variation)
    adds(Visitor.of(page).numbers())


def test_every_visitor_counts_once_in_each_of_three_campaigns(shop: Shop, browser: Browser, adds):
    expected: Numbers = Counter()

    with ExitStack() as open_browsers:
        for _ in range(6):
            page = open_browsers.enter_context(browser.new_context()).new_page()
            page.goto(f"{shop.url}/tea.html?name=rose-assam")
            page.click("#add-to-cart")
            page.reload()
            page.click("#add-to-cart")
            expected += Visitor.of(page).numbers("Add to cart", "Add to cart")

        adds(expected)


def test_clicks_on_the_children_of_an_element_are_its_own(shop: Shop, page: Page, adds):
    page.goto(f"{shop.url}/tea.html?name=jade-sencha")

    page.click("#add-to-cart svg")
    page.click("#add-to-cart > :is(span, strong):visible")
    page.click("#add-to-cart", position={"x": 8, "y": 20})

    adds(Visitor.of(page).numbers("Add to cart", "Add to cart", "Add to cart"))


def test_clicks_within_a_shadow_root_are_counted(shop: Shop, page: Page, adds):
    page.goto(f"{shop.url}/tea.html?name=white-peony")

    page.click("quantity-stepper .more span")
    page.click("quantity-stepper .more")
    page.click("quantity-stepper .less")

    adds(Visitor.of(page).numbers("One more", "One more"))


def test_a_click_and_a_submission_that_leave_the_page_are_counted(shop: Shop, page: Page, adds):
    page.goto(shop.url)

    page.click(".hero a.button")
    page.wait_for_url("**/tea.html?*")
    page.goto(f"{shop.url}/checkout.html")
    order(page)

    adds(Visitor.of(page).numbers("Hero button", "Place order"))


def test_what_happens_offline_is_counted_once_the_network_is_back(
    shop: Shop, context: BrowserContext, page: Page, adds
):
    page.goto(f"{shop.url}/tea.html?name=smoky-pine")
    context.set_offline(True)
    page.click("#add-to-cart")
    page.click("#add-to-cart")
    page.wait_for_timeout(1500)

    context.set_offline(False)

    adds(Visitor.of(page).numbers("Add to cart", "Add to cart"))


def test_what_happened_on_a_page_that_was_closed_offline_is_counted_at_the_next_visit(
    shop: Shop, context: BrowserContext, page: Page, adds
):
    another = context.new_page()  # without any page a context may go away
    page.goto(f"{shop.url}/tea.html?name=smoky-pine")
    visitor = Visitor.of(page)
    context.set_offline(True)
    page.click("#add-to-cart")
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    context.set_offline(False)

    another.goto(shop.url)

    adds(visitor.numbers("Add to cart"))


def test_two_tabs_are_one_visitor_in_one_session(shop: Shop, context: BrowserContext, adds):
    one, two = context.new_page(), context.new_page()
    one.goto(f"{shop.url}/tea.html?name=jade-sencha")
    two.goto(f"{shop.url}/tea.html?name=rose-assam")

    for page in (one, two, one):
        page.click("#add-to-cart")
    one.close()

    visitor = Visitor.of(two)
    adds(visitor.numbers("Add to cart", "Add to cart", "Add to cart"))
    assert actions(shop.feed(visitor.uuid))["session.start"] == 1


def test_a_journey_through_the_shop_stands_in_the_feed_and_in_the_reports(shop: Shop, page: Page, adds):
    page.goto(shop.url)
    page.click(".hero a.button")
    page.click("quantity-stepper .more")
    page.click("#add-to-cart")
    page.click(".added a")
    expect(page.locator(".lines li")).to_have_count(1)
    page.click("a.checkout")
    order(page)

    visitor = Visitor.of(page)
    adds(visitor.numbers("Hero button", "One more", "Add to cart", "Place order"))
    feed = shop.feed(visitor.uuid)
    assert actions(feed) == {
        "session.start": 1,
        "campaign.exposure": len(visitor.variations),
        "page.visit": 5,
        "element.click": 3,
        "element.submit": 1,
    }
    times = [event["time"] for event in feed]
    assert times == sorted(times, reverse=True)
    pages = [event["params"]["url"] for event in reversed(feed) if event["action"] == "page.visit"]
    paths = [re.sub(r"\?.*", "", url.removeprefix(shop.url)) for url in pages]
    assert paths == ["/", "/tea.html", "/cart.html", "/checkout.html", "/thanks.html"]


def test_a_page_that_changes_makes_a_tracker_drift_until_its_selector_matches_again(
    shop: Shop, context: BrowserContext, page: Page, browser: Browser, adds
):
    fields = {"selector": "[data-test=button] > button", "fallback_selectors": ["#add-to-cart"]}
    new_xat(shop, "Words on the cart button", "Drifter", **fields)
    desk = signed_in(shop, browser)
    page.goto(f"{shop.url}/tea.html?name=rose-assam")
    page.click("#add-to-cart")
    adds(Visitor.of(page).numbers("Add to cart"))
    desk.goto(desk.url.replace("/campaigns", "/trackers?q=Drifter"))
    expect(desk.locator("td[data-label=Health]")).to_contain_text("Receiving")

    page.evaluate("document.querySelector('[data-test=button]').dataset.test = 'buy'")
    for _ in range(2):
        page.click("#add-to-cart")
    adds(Visitor.of(page).numbers("Add to cart", "Add to cart", "Add to cart"))
    desk.reload()

    expect(desk.locator("td[data-label=Health]")).to_contain_text("Drifting")
    expect(desk.locator("td[data-label=Health]")).to_contain_text("open the editor and point at it again")
    clicks = [each for each in shop.feed(Visitor.of(page).uuid) if each["action"] == "element.click"]
    assert Counter(each["fallback"] for each in clicks) == {None: 4, 1: 2}
    page.reload()
    page.click("#add-to-cart")
    adds(Visitor.of(page).numbers(*["Add to cart"] * 4))
    desk.reload()
    expect(desk.locator("td[data-label=Health]")).to_contain_text("Receiving")
    desk.context.close()


def test_the_campaigns_of_the_demo_have_a_page_of_the_shop_so_that_the_visual_editor_opens_there(shop: Shop):
    campaigns = shop.api.get("/v1/campaigns").raise_for_status().json()["items"]

    assert {httpx.get(campaign["url"], trust_env=False).status_code for campaign in campaigns} == {200}
    assert all(campaign["url"].startswith(f"{shop.url}/") for campaign in campaigns)


def test_a_demo_that_is_set_up_again_makes_nothing_twice(shop: Shop, tmp_path: Path):
    paths = ["/v1/sites", "/v1/campaigns", "/v1/trackers"]
    before = [ids_at(shop, path) for path in paths]

    again = [
        demo.set_up(tmp_path / name, str(shop.api.base_url), shop.url, shop.keys) for name in ("one", "two")
    ]

    assert [ids_at(shop, path) for path in paths] == before
    assert again[0] == again[1]
    assert again[0].campaigns == {"hero": 1, "button": 2, "delivery": 3}


def ids_at(shop: Shop, path: str) -> list[str]:
    return [item["id"] for item in shop.api.get(path).raise_for_status().json()["items"]]


def new_xat(shop: Shop, campaign: str, name: str, **fields: Any) -> None:
    """Make a tracker of clicks in a campaign, and wait until the tag of every process has it."""
    campaigns = shop.api.get("/v1/campaigns").raise_for_status().json()["items"]
    [campaign_id] = [each["id"] for each in campaigns if each["name"] == campaign]
    body = {"name": name, "event": "click", "kind": "xat", **fields}
    shop.api.post(f"/v1/campaigns/{campaign_id}/trackers", json=body).raise_for_status()
    time.sleep(KEPT)


def signed_in(shop: Shop, browser: Browser) -> Page:
    """A tab on the dashboard, of a context of its own."""
    desk = browser.new_context().new_page()
    desk.goto(str(shop.api.base_url))
    desk.get_by_label("Secret key").fill(shop.keys.secret_key)
    desk.get_by_role("button", name="Sign in").click()
    desk.wait_for_url("**/campaigns")
    return desk


def order(page: Page) -> None:
    """Fill in the form that the page shows, and send it."""
    page.fill("#name", "A visitor")
    page.fill("#email", "visitor@example.com")
    page.fill("#address", "1 Garden Lane")
    page.click("#checkout .button")
    page.wait_for_url("**/thanks.html*")


def goals_of(campaign: str) -> set[str]:
    [name] = [name for name, each in CAMPAIGNS.items() if each["name"] == campaign]
    return {TRACKERS[tracker].name for tracker in GOALS[name]}


def actions(feed: list[dict[str, Any]]) -> Counter[str]:
    return Counter(event["action"] for event in feed)
