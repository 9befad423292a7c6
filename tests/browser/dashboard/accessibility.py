"""What axe finds on a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES: dict[str, dict[str, Any]] = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
"""What axe looks for: in the dark all but the colours is as in the light."""


def violations(page: Page, scheme: str = "light") -> list[str]:
    """What axe finds, in words."""
    found = Axe().run(page, options=RULES[scheme]).response["violations"]
    return [f"{each['id']}: {[node['html'][:150] for node in each['nodes']]}" for each in found]
