"""What the benchmarks that need an emulator do as commands."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from click.testing import CliRunner

from chalicelib.cli import main as actrail
from chalicelib.observability import logger
from infra.local import emulator, isolation

Figure = TypeVar("Figure")


def run(
    description: str | None,
    measure: Callable[[], Sequence[Figure]],
    table: Callable[[Sequence[Figure]], str],
    row: Callable[[Figure], dict[str, Any]],
) -> None:
    """Measure on an emulator with an empty table, and print a table, or rows as one JSON value."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    as_json = parser.parse_args().json
    isolation.forget_accounts()
    logger.setLevel("CRITICAL")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with emulator.running(place, place / "emulator.log") as started:
            os.environ["AWS_ENDPOINT_URL"] = started.endpoint
            CliRunner().invoke(actrail, ["table", "create"], catch_exceptions=False)
            figures = measure()
    print(json.dumps([row(each) for each in figures]) if as_json else table(figures))
