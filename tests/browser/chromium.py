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


def launched(browser_type: BrowserType, *, whole: bool = False, **options: Any) -> Browser:
    """Start a Chromium with these of Playwright's options; the caller closes it.

    ``whole`` asks for one with all that the shell leaves out: the cache of pages to go back to is one.
    """
    program = shutil.which(WHOLE) if whole else shutil.which(SHELL) or shutil.which(WHOLE)
    return browser_type.launch(executable_path=program, args=FLAGS, **options)
