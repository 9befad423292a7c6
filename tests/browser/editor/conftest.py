"""One account with one gallery for all tests of the editor in a process."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.editor.studio import Editor, Studio, context_of, opened
from tests.browser.running import Running


@pytest.fixture(scope="session")
def studio(system: Running) -> Iterator[Studio]:
    """An account with one site, whose pages are in the gallery."""
    with opened(system) as made:
        yield made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab in which the editor can be looked into."""
    with context_of(browser) as context:
        yield context.new_page()


@pytest.fixture
def editor(page: Page) -> Editor:
    """The editor, not opened yet."""
    return Editor(page)
