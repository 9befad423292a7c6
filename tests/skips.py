"""In CI a skipped test is a failed one, unless its reason is listed here."""

import os
from collections.abc import Generator
from typing import Any

import pytest

ALLOWED: frozenset[str] = frozenset()
"""Reasons for which a test may be skipped in CI."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Judge the skip of a test."""
    return _judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """Judge the skip of a whole module."""
    return _judged((yield))


def _judged(report: Any) -> Any:
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = _reason(report)
        if reason not in ALLOWED:
            report.outcome = "failed"
            report.longrepr = f"skipped in CI: {reason}"
    return report


def _reason(report: Any) -> str:
    """Return why; pytest keeps a skip as (file, line, "Skipped: why")."""
    return str(report.longrepr[2]).removeprefix("Skipped: ")
