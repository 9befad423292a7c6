"""The site that the tag is on."""

from collections.abc import Iterator

import pytest

from tests.browser.tag.site import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """A new site with a tag that has no trackers and takes automated browsers for visitors."""
    with serving() as served:
        served.compile()
        yield served
