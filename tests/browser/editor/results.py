"""What the editor makes of the gallery: `python -m tests.browser.editor.results` prints it as a table."""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.browser.chromium import launched
from tests.browser.editor.gallery import SAMPLES, Sample
from tests.browser.editor.studio import Editor, Studio, context_of, opened
from tests.browser.running import running
from tests.local.system import eventually

# What is clicked shall be tracked, and not lead away.
STAYING = """
for (const type of ["click", "submit"])
  document.addEventListener(type, (event) => event.preventDefault(), true);
"""

# The tag sends what it has, this last, as it does when a page is left.
LAST = "gallery.done"
LEAVING = "(last) => { actrail.track(last); dispatchEvent(new Event('visibilitychange')); }"


@dataclass(frozen=True)
class Result:
    """What became of a page.

    Attributes:
        clicks: how many of two clicks, one on the element and one on another, the tag counted for the tracker
            in the next build of the page; 1 is right.
        said: what the console said in the editor.
    """

    sample: Sample
    selector: str
    grade: str
    clicks: int
    said: tuple[str, ...]

    def row(self) -> str:
        """The result as a row of a Markdown table."""
        tracked = "yes" if self.clicks == 1 else "**no**"
        return f"| {self.sample.page} | {self.sample.style} | `{self.selector}` | {self.grade} | {tracked} |"


HEADING = (
    "| page | style | selector found | grade | tracked exactly, one build later |\n|---|---|---|---|---|"
)


def table(results: list[Result]) -> str:
    """All results as a Markdown table."""
    return "\n".join([HEADING, *(result.row() for result in results)])


def run(studio: Studio, browser: Browser) -> list[Result]:
    """Make a tracker on every page, then build the site anew and click as a visitor."""
    campaign = studio.campaign("Gallery")
    with context_of(browser) as context:
        edited = list(_edited(studio, context.new_page(), campaign))
    trackers = {each["name"]: each for each in studio.trackers(campaign)}
    studio.gallery.build += 1
    # Each process that serves the tag makes it anew after a few seconds.
    assert eventually(lambda: _is_served(studio, edited[-1][0]))
    with context_of(browser) as context:
        context.add_init_script(STAYING)
        page = context.new_page()
        visits = list(_visited(studio, page, trackers))
    return [
        Result(sample, selector, grade, clicks, said)
        for sample, (selector, grade, said), clicks in zip(SAMPLES, edited, visits, strict=True)
    ]


def _edited(
    studio: Studio, page: Page, campaign: dict[str, Any]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """For each page the selector that the editor finds, its grade, and what the console said."""
    editor = Editor(page).open(studio.address(campaign, SAMPLES[0].page))
    for sample in SAMPLES:
        editor.open(studio.gallery.url(sample.page))
        editor.pick(sample.target)
        selector, grade = editor.selector.input_value(), editor.grade.inner_text()
        editor.add(sample.page, "AAT")
        yield selector, grade, tuple(editor.said)
        editor.said.clear()


def _visited(studio: Studio, page: Page, trackers: Mapping[str, Any]) -> Iterator[int]:
    """How often each page's tracker counts when its element and another one are clicked."""
    events: list[dict[str, Any]] = []

    def hear(request: Request) -> None:
        if request.method == "POST" and "/v1/events" in request.url:
            events.extend(json.loads(request.post_data or "{}")["events"])

    page.on("request", hear)
    for sample in SAMPLES:
        page.goto(studio.gallery.url(sample.page))
        page.locator(sample.other).first.click()
        page.locator(sample.target).first.click()
        page.keyboard.insert_text("ada@example.com")  # a field's tracker waits for a change
        page.keyboard.press("Tab")
        with page.expect_request(lambda request: LAST in (request.post_data or "")):
            page.evaluate(LEAVING, LAST)
        ids = {event["id"] for event in events if event.get("tracker_id") == _number(trackers, sample)}
        yield len(ids)


def _is_served(studio: Studio, selector: str) -> bool:
    """Whether the tag has a selector: each process makes it anew after some seconds, and any may answer."""
    words = re.findall(r"[A-Za-z]{3,}", selector)
    tags = [httpx.get(studio.tag, trust_env=False).text for _ in range(10)]
    return all(word in tag for tag in tags for word in words)


def _number(trackers: Mapping[str, Any], sample: Sample) -> str:
    return str(trackers[sample.page]["number"])


def main() -> None:
    """Print the table, of a system and a browser of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as system,
        opened(system) as studio,
        sync_playwright() as playwright,
    ):
        browser = launched(playwright.chromium)
        print(table(run(studio, browser)))


if __name__ == "__main__":
    main()
