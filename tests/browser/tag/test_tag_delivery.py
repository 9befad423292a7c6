"""Events reach the intake whatever happens in between."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from chalicelib.domain.tag import SiteOptions, TagTracker
from chalicelib.domain.tracker import DomEvent
from tests.browser.tag.site import Answer, Site

BUY = TagTracker(12, DomEvent.CLICK, "#buy")
DEBUG = SiteOptions(bots_allowed=True, debug=True)
NO_JITTER = "Math.random = () => 0"
"""What has failed is tried again without a pause."""


def waiting(page: Page) -> int:
    """How many events wait in the site's storage."""
    return int(page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('actrail:')).length"))


def emptied(page: Page) -> None:
    page.wait_for_function("!Object.keys(localStorage).some((key) => key.startsWith('actrail:'))")


def failing_first(times: int, answer: Answer) -> Callable[[list[dict[str, Any]]], Answer]:
    """Answers that fail so many times."""
    left = [answer] * times
    return lambda _: left.pop() if left else Answer()


def test_a_request_is_plain_text_so_that_the_browser_asks_no_permission_first(site: Site, page: Page) -> None:
    page.goto(site.put("/"))
    site.first("page.visit")

    (batch,) = site.batches

    assert batch.content_type.lower() == "text/plain;charset=utf-8"
    assert batch.cookie is None
    assert site.methods == ["POST"]


def test_events_that_happen_together_travel_together(site: Site, page: Page) -> None:
    page.goto(site.put("/"))

    page.evaluate("for (let n = 0; n < 10; n++) actrail.track('cart.add', { n })")

    site.all("cart.add", 10)
    assert len(site.batches) == 1


def test_what_the_intake_accepted_is_no_longer_kept(site: Site, page: Page) -> None:
    page.goto(site.put("/"))
    site.first("page.visit")

    emptied(page)

    assert site.batches[0].status == 200


def test_a_click_that_leaves_the_page_is_not_lost(site: Site, page: Page) -> None:
    site.compile(BUY)
    site.put("/next", head="")
    page.goto(site.put("/", '<a id="buy" href="/next">Buy</a>'))
    site.first("page.visit")

    page.click("#buy")
    page.wait_for_url("**/next")

    assert site.first("element.click")["tracker_id"] == "12"


def test_an_event_of_a_hidden_page_leaves_at_once(site: Site, page: Page) -> None:
    page.clock.install()
    page.goto(site.put("/"))
    page.clock.pause_at(page.evaluate("Date.now() + 10000") / 1000)
    emptied(page)

    page.evaluate("actrail.track('cart.add'); dispatchEvent(new Event('visibilitychange'))")

    assert site.first("cart.add")


def test_what_happens_offline_arrives_after_a_reload_online(
    site: Site, page: Page, context: BrowserContext
) -> None:
    page.goto(site.put("/"))
    site.first("page.visit")
    emptied(page)

    context.set_offline(True)
    page.evaluate("actrail.track('cart.add', { n: 1 })")
    page.wait_for_timeout(500)
    kept = waiting(page)
    context.set_offline(False)
    page.reload()

    assert kept == 1
    assert site.first("cart.add")["params"] == {"n": 1}


def test_coming_online_sends_without_a_reload(site: Site, page: Page, context: BrowserContext) -> None:
    page.goto(site.put("/"))
    site.first("page.visit")
    emptied(page)

    context.set_offline(True)
    page.evaluate("actrail.track('cart.add')")
    page.wait_for_timeout(400)
    context.set_offline(False)

    assert site.first("cart.add")
    emptied(page)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_intake_gets_the_same_events_again(site: Site, page: Page, status: int) -> None:
    page.add_init_script(NO_JITTER)
    site.answer = failing_first(2, Answer(status))
    page.goto(site.put("/"))

    site.first("page.visit")

    first, second, third = ([event["id"] for event in batch.events] for batch in site.batches)
    assert first == second == third
    emptied(page)


def test_the_time_the_intake_asks_for_is_waited(site: Site, page: Page) -> None:
    site.answer = failing_first(1, Answer(503, {"Retry-After": "1"}))
    site.open_refused(page)

    page.evaluate("for (let n = 0; n < 50; n++) actrail.track('cart.add', { n })")
    page.evaluate("dispatchEvent(new Event('visibilitychange'))")
    site.all("cart.add", 50)

    assert site.batches[1].arrived - site.batches[0].arrived >= 1


def test_a_batch_that_is_too_large_is_halved_until_it_fits(site: Site, page: Page) -> None:
    site.answer = lambda events: Answer(413 if len(events) > 3 else 200)
    page.goto(site.put("/"))

    page.evaluate("for (let n = 0; n < 10; n++) actrail.track('cart.add', { n })")

    assert [event["params"]["n"] for event in site.all("cart.add", 10)] == list(range(10))


def test_a_single_event_that_is_too_large_does_not_block_the_others(site: Site, page: Page) -> None:
    site.answer = lambda events: Answer(413 if "cart.huge" in str(events) else 200)
    page.goto(site.put("/"))
    site.first("page.visit")

    page.evaluate("actrail.track('cart.huge', { text: 'x'.repeat(70_000) }); actrail.track('cart.add')")

    assert site.first("cart.add")
    emptied(page)


def test_a_batch_that_could_not_be_read_is_given_up(site: Site, page: Page) -> None:
    site.answer = failing_first(1, Answer(400))
    page.goto(site.put("/"))
    emptied(page)

    page.evaluate("actrail.track('cart.add')")

    site.first("cart.add")
    assert site.actions() == ["cart.add"]


@pytest.mark.parametrize("status", [401, 403])
def test_an_intake_that_refuses_the_key_is_left_alone_until_the_next_page(
    site: Site, page: Page, status: int
) -> None:
    site.answer = failing_first(1, Answer(status))
    site.open_refused(page)

    page.evaluate("actrail.track('cart.add')")
    left_alone = site.stays_without("cart.add")
    page.goto(site.put("/next"))

    assert left_alone
    assert site.first("cart.add")
    assert len(site.all("page.visit", 2)) == 2


def test_rejected_events_are_dropped_and_said_on_the_console_once(site: Site, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    rejection = {"index": 0, "id": "1", "code": "action_invalid", "message": "no"}
    site.answer = lambda events: Answer(body={"accepted": len(events) - 1, "rejected": [rejection]})
    site.compile(options=DEBUG)
    page.goto(site.put("/"))

    emptied(page)
    page.wait_for_timeout(300)

    assert len(site.batches) == 1
    assert [text for text in said if "action_invalid" in text or "JSHandle" in text or "code" in text] != []
    assert sum(text.startswith("actrail") for text in said) == 1


def test_a_log_in_page_in_between_is_not_taken_for_the_intake(site: Site, page: Page) -> None:
    page.add_init_script(NO_JITTER)
    site.answer = failing_first(1, Answer(200, body={"page": "Welcome to our hotel"}))
    page.goto(site.put("/"))
    site.until(lambda: len(site.batches) == 2)

    first, second = ([event["id"] for event in batch.events] for batch in site.batches)

    assert first == second


def test_two_tabs_lose_nothing_and_leave_nothing_behind(
    site: Site, page: Page, context: BrowserContext
) -> None:
    address = site.put("/")
    other = context.new_page()
    page.goto(address)
    other.goto(address)

    for n in range(0, 40, 2):
        page.evaluate("n => actrail.track('cart.add', { n })", n)
        other.evaluate("n => actrail.track('cart.add', { n })", n + 1)

    assert sorted(event["params"]["n"] for event in site.all("cart.add", 40)) == list(range(40))
    emptied(page)


def test_a_tab_sends_what_a_closed_one_left_behind(site: Site, page: Page, context: BrowserContext) -> None:
    site.answer = lambda _: Answer(503)
    other = context.new_page()
    other.goto(site.put("/"))
    other.evaluate("actrail.track('cart.add')")
    other.close()

    site.answer = lambda _: Answer()
    page.goto(site.put("/next"))

    assert site.first("cart.add")


def test_what_is_over_the_browsers_grant_is_split_and_loses_nothing(site: Site, page: Page) -> None:
    site.put("/next")
    page.goto(site.put("/"))
    emptied(page)

    page.evaluate(
        "for (let n = 0; n < 60; n++) actrail.track('cart.add', { n, text: 'é'.repeat(1500) });"
        "setTimeout(() => { location.href = '/next' })"
    )
    page.wait_for_url("**/next")

    assert sorted(event["params"]["n"] for event in site.all("cart.add", 60)) == list(range(60))
    assert max(batch.size for batch in site.batches) < 65_536


def test_a_request_that_is_never_answered_holds_up_no_other(site: Site, page: Page) -> None:
    never = threading.Event()

    def answer(events: list[dict[str, Any]]) -> Answer:
        if "page.visit" in str(events):
            never.wait(30)
        return Answer()

    site.answer = answer
    with page.expect_request("**/v1/events*"):
        page.goto(site.put("/"))

    page.evaluate("actrail.track('cart.add')")
    later = site.first("cart.add")
    page.evaluate("actrail.track('cart.pay'); dispatchEvent(new Event('visibilitychange'))")
    at_last = site.first("cart.pay")
    never.set()

    assert (later["action"], at_last["action"]) == ("cart.add", "cart.pay")
    assert site.first("page.visit")


def test_an_event_larger_than_the_grant_is_sent_without_it(site: Site, page: Page) -> None:
    page.goto(site.put("/"))

    page.evaluate("actrail.track('cart.add', { text: 'x'.repeat(100_000) })")

    assert len(site.first("cart.add")["params"]["text"]) == 100_000


def test_the_newest_1000_events_are_kept(site: Site, page: Page) -> None:
    site.answer = lambda _: Answer(503, {"Retry-After": "60"})
    site.open_refused(page)

    page.evaluate("for (let n = 0; n < 1200; n++) actrail.track('cart.add', { n })")
    site.answer = lambda _: Answer()
    page.goto(site.put("/next", title="Next"))
    site.until(lambda: len(site.actions("cart.add")) >= 990)

    emptied(page)
    numbers = [event["params"]["n"] for event in site.accepted if event["action"] == "cart.add"]
    assert len(site.accepted) == 1000
    assert max(numbers) == 1199


@pytest.mark.parametrize(
    "broken",
    [
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } })",
        (
            "Storage.prototype.setItem = () => { throw new Error('full'); };"
            "Object.defineProperty(window, 'localStorage', { value: new Proxy({}, "
            "{ set() { throw new Error('full'); } }) })"
        ),
    ],
)
def test_without_storage_events_are_kept_in_memory(site: Site, page: Page, broken: str) -> None:
    page.add_init_script(broken)
    site.answer = failing_first(1, Answer(503))
    page.goto(site.put("/"))

    page.evaluate("actrail.track('cart.add')")

    assert site.first("cart.add")
    assert site.actions("session") == ["session.start"]


def test_every_event_has_an_id_a_time_and_the_visitor(site: Site, page: Page) -> None:
    page.goto(site.put("/"))
    site.first("page.visit")

    events = site.accepted

    assert len({event["uuid"] for event in events}) == 1
    assert all(len(event["id"]) == len(event["uuid"]) == 36 for event in events)
    assert all(event["time"].endswith("Z") and isinstance(event["params"], dict) for event in events)
    assert json.dumps(events).isascii()
