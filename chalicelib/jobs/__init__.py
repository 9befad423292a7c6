"""Lambda handlers that are not HTTP. A function imports its own when its first event comes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any


@cache
def handler(name: str) -> Callable[[dict[str, Any], Any], Any]:
    """The handler of the job module with this name."""
    handle: Callable[[dict[str, Any], Any], Any] = import_module(f"chalicelib.jobs.{name}").handle
    return handle
