"""On pages nobody tuned for it, selectors that the editor finds hold; exactly what was picked is tracked."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.editor import results
from tests.browser.editor.gallery import SAMPLES
from tests.browser.editor.studio import Studio

DOCS = Path(__file__).parents[3] / "docs" / "visual-editor.md"

pytestmark = pytest.mark.slow


def test_what_is_picked_on_any_page_is_what_is_tracked_in_its_next_build(studio: Studio, browser: Browser):
    found = results.run(studio, browser)

    assert len(SAMPLES) >= 20
    assert {each.sample.page: each.clicks for each in found if each.clicks != 1} == {}
    assert {each.sample.page: each.said for each in found if each.said} == {}
    assert [each.sample.page for each in found if each.grade == "fragile"] == []
    assert results.table(found) in DOCS.read_text()
