"""The system's Chromium, which tests and tools drive."""

from __future__ import annotations

import shutil
from typing import Any

from playwright.sync_api import Browser, BrowserType

WHOLE = "chromium"
SHELL = "chromium-headless-shell"
"""The same browser without what it needs to have windows, for half the CPU."""

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromium(Exception):
    """There is no browser to drive."""

    def __init__(self) -> None:
        super().__init__(
            f"Tests and tools that drive a browser need Debian's packages {WHOLE} and {SHELL}: "
            f"apt-get install --no-install-recommends {WHOLE} {SHELL}"
        )


def launched(browser_type: BrowserType, *, whole: bool = False, **options: Any) -> Browser:
    """Start a Chromium with these of Playwright's options; the caller closes it. Raises NoChromium.

    ``whole`` asks for one with all that the shell leaves out: the cache of pages to go back to is one.
    """
    program = shutil.which(WHOLE) if whole else shutil.which(SHELL) or shutil.which(WHOLE)
    if program is None:
        raise NoChromium
    return browser_type.launch(executable_path=program, args=FLAGS, **options)
