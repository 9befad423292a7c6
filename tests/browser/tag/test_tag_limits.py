"""The tag waits as long as it is told when it sends too often, and loses nothing."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from chalicelib.api.problems import body_of, headers_of
from chalicelib.errors import TooManyRequests
from tests.browser.tag.site import Answer, Site


def test_events_of_a_key_that_sent_too_often_arrive_after_the_time_it_was_told(
    site: Site, page: Page
) -> None:
    refusal = TooManyRequests(1)
    refused = Answer(refusal.status, headers_of(refusal), json.loads(body_of(refusal)))
    answers = [refused]
    site.answer = lambda _: answers.pop() if answers else Answer()
    site.open_refused(page)

    page.evaluate("for (let n = 0; n < 50; n++) actrail.track('cart.add', { n })")
    page.evaluate("dispatchEvent(new Event('visibilitychange'))")

    assert sorted(event["params"]["n"] for event in site.all("cart.add", 50)) == list(range(50))
    assert site.first("page.visit")
    assert site.batches[1].arrived - site.batches[0].arrived >= 1
