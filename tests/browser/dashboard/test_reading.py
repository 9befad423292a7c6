"""The reading pages in a browser, on the real system: report, feed, profile and install."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from chalicelib.domain.ids import in_path
from tests.browser.dashboard.accessibility import violations, width_on_a_phone
from tests.browser.dashboard.conftest import Actrail, send
from tests.local.system import eventually

pytestmark = pytest.mark.slow

ARRIVAL = 30.0
"""Seconds that an event may take from the intake through the stream onto a page."""

LIVE = 4000
"""Milliseconds after which a page asks for what is new."""


def is_gone(actrail: Actrail, uuid: str) -> bool:
    return actrail.api.get(f"/v1/profiles/{in_path(uuid)}").status_code == 404


def open_report(actrail: Actrail, desk: Page, campaign: dict[str, object]) -> None:
    """Open the report and wait for its counts, which come through the stream."""
    desk.goto(f"{actrail.url}/campaigns/{campaign['id']}/report")
    goal = desk.get_by_role("region", name="Buy in a browser", exact=True)

    def counted() -> bool:
        desk.reload()
        shown = desk.get_by_text("8 visitors", exact=True).is_visible()
        return shown and "4 2 2 50" in " ".join(goal.inner_text().split())

    assert eventually(counted, ARRIVAL), goal.inner_text()


def test_a_report_has_plots_with_names_and_follows_the_baseline(actrail, desk, read, complaints):
    open_report(actrail, desk, read)

    expect(desk.get_by_role("heading", name="Not ready to decide")).to_be_visible()
    uplift = desk.get_by_role("img", name="Uplift of “Buy in a browser” with 95% intervals")
    expect(uplift.locator("circle")).to_have_count(1)
    daily = desk.get_by_role("img", name="“Buy in a browser” by day: Rate so far")
    expect(daily).to_be_visible()
    desk.get_by_label("Show", exact=True).select_option("visitors")
    expect(desk.get_by_role("img", name="“Buy in a browser” by day: New visitors a day")).to_be_visible()

    desk.get_by_label("Compare with").select_option("Variation 1")

    expect(desk.get_by_role("row", name="Variation 1 Baseline").first).to_be_visible()
    expect(desk).to_have_url(f"{actrail.url}/campaigns/{read['id']}/report?from=&to=&baseline=1")
    with desk.expect_download() as saved:
        desk.get_by_role("button", name="CSV").click()
    assert saved.value.suggested_filename == f"report-{read['id']}.csv"


def test_the_feed_shows_what_arrives_by_itself_and_leads_to_the_visitor(
    actrail: Actrail, desk: Page, write_key, unique
):
    desk.clock.install()
    desk.goto(f"{actrail.url}/feed")
    send(actrail, write_key, {"action": "cart.add", "uuid": f"visitor-{unique}", "label": f"Tea {unique}"})

    row = desk.get_by_role("row").filter(has_text=f"Tea {unique}")

    def is_shown() -> bool:
        desk.clock.fast_forward(LIVE)
        with suppress(PlaywrightTimeoutError):
            row.wait_for(timeout=1000)
        return row.is_visible()

    assert eventually(is_shown, ARRIVAL)
    row.get_by_role("link", name=f"visitor-{unique}").click()

    expect(desk.get_by_role("heading", name=f"visitor-{unique}")).to_be_visible()
    expect(desk.locator("#activity")).to_contain_text(f"Tea {unique}")
    desk.get_by_role("button", name="Erase this person").click()
    desk.get_by_role("dialog").get_by_role("button", name="Erase for good").click()
    expect(desk.locator(".toast")).to_contain_text("Erasing has begun.")


def test_a_new_write_key_is_in_the_snippets_at_once(actrail, desk):
    desk.goto(f"{actrail.url}/install")

    desk.get_by_role("button", name="Make a new write key").click()

    expect(desk.get_by_label("The tag", exact=True)).to_contain_text("/v1/tag/wk_")
    expect(desk.get_by_label("An event by curl", exact=True)).to_contain_text("write_key=wk_")


def test_profiles_open_from_the_feed_are_read_and_erased_whatever_characters_their_ids_have(
    actrail, desk, write_key
):
    uuids = ["a/b", "50%", "a%2Fb", "who?", "#1", "Zoë Ännchen", "a+b&c=d", "../up", 'a"b', ".", "..", "%2E"]
    params = {"url": "https://shop.example"}
    for uuid in uuids:
        send(actrail, write_key, {"action": "page.visit", "uuid": uuid, "params": params})

    for uuid in uuids:
        desk.goto(f"{actrail.url}/feed")
        desk.get_by_role("link", name=uuid, exact=True).click(timeout=ARRIVAL * 1000)
        expect(desk.get_by_role("heading", level=1)).to_have_text(uuid)
        expect(desk.locator("#activity")).to_contain_text("page.visit")
        read = actrail.api.get(f"/v1/profiles/{in_path(uuid)}/events").json()["items"]
        assert [event["uuid"] for event in read] == [uuid]
        desk.get_by_role("button", name="Erase this person").click()
        desk.get_by_role("button", name="Erase for good").click()
        expect(desk.get_by_text("Erasing has begun")).to_be_visible()

    for uuid in uuids:
        assert eventually(partial(is_gone, actrail, uuid), ARRIVAL), uuid


@pytest.mark.parametrize("path", ["/campaigns/{id}/report", "/feed", "/profiles/reader-1", "/install"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(actrail, desk, read, path):
    desk.goto(actrail.url + path.format(id=read["id"]))

    assert violations(desk) == []
    assert width_on_a_phone(desk) <= 360
