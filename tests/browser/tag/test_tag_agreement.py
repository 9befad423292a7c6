"""The tag and the server agree: on variations, and on what was packed."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from chalicelib.domain.tag import TagCampaign, TagTracker
from chalicelib.domain.tracker import DomEvent
from tests.browser.tag.site import Site
from tests.domain.shop_trackers import realistic_trackers

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "bucketing.json").read_text())
VISITORS = sorted({vector["visitor"] for vector in VECTORS})
ODD_SELECTORS = [
    ".sale > a:nth-child(2n+1)",
    '[data-2x="007 07 7"]',
    r"#\31 23",
    "input[value='a  b\t\"c\" \\\\']",
    '[title="größer <b> 日本 0"]',
    ".A-B_c--1__2 3",
    "a" * 2000,
    "~ + , ; = # / : 10 11",
    "p",
]


def selectors_used(page: Page) -> list[str]:
    """Every selector the tag asks for at a click that matches nothing, in turn."""
    asked: list[str] = page.evaluate("""() => {
        const asked = [];
        Element.prototype.closest = (selector) => { asked.push(selector); return null; };
        document.body.dispatchEvent(new MouseEvent("click", { bubbles: true }));
        return asked.slice(1);
    }""")
    return asked


@pytest.mark.parametrize("visitor", VISITORS)
def test_a_visitor_is_in_the_same_variations_in_the_browser(site: Site, page: Page, visitor: str) -> None:
    vectors = [vector for vector in VECTORS if vector["visitor"] == visitor]
    site.compile(campaigns=[TagCampaign(each["campaign"], tuple(each["weights"])) for each in vectors])
    page.goto(site.put("/blank", head=""))
    page.evaluate("visitor => { document.cookie = 'actrail=' + visitor; }", visitor)

    page.goto(site.put("/"))

    shown = page.evaluate("({ ...document.documentElement.dataset })")
    expected = {f"actrail-{each['campaign']}": each["variation"] for each in vectors}
    assert shown == {name: str(index) for name, index in expected.items() if index is not None}


@pytest.mark.parametrize(
    "trackers",
    [
        [TagTracker(number, DomEvent.CLICK, text) for number, text in enumerate(ODD_SELECTORS, start=1)],
        [
            TagTracker(7, DomEvent.CLICK, "a", ("b.old-1", ODD_SELECTORS[3])),
            TagTracker(99, DomEvent.CLICK, "c"),
        ],
        [TagTracker(number, DomEvent.CLICK, f".v{number} #word{'x' * number}") for number in range(1, 300)],
        [TagTracker(each.number, DomEvent.CLICK, each.selector) for each in realistic_trackers(500)],
    ],
    ids=["odd", "fallbacks", "many words", "realistic"],
)
def test_selectors_arrive_as_they_were(site: Site, page: Page, trackers: list[TagTracker]) -> None:
    site.compile(*trackers)
    page.goto(site.put("/"))

    used = selectors_used(page)

    assert used == [text for each in trackers for text in (each.selector, *each.fallback_selectors)]
