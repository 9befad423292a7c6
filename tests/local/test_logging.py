"""The logs of the local system's processes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.local.system import ROOT

PROGRAM = """
import json, logging.config, sys
if sys.argv[1] == "before": from chalicelib.observability import logger
logging.config.dictConfig(json.load(open("infra/local/logging.json")))
if sys.argv[1] == "after": from chalicelib.observability import logger
logger.info("ours")
logging.getLogger("infra.local.background").info("of the local system")
"""


@pytest.mark.parametrize("imported", ["before", "after"])
def test_every_line_is_written_once_whenever_the_app_is_imported(imported):
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, imported],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["message"], line["service"]) for line in lines] == [
        ("ours", "actrail"),
        ("of the local system", "local"),
    ]
