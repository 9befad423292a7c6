"""What taking events in costs, measured beside what any way to store them would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from infra.bench.intake import RATIO_TARGET, UNIT_TARGETS

pytestmark = [pytest.mark.slow, pytest.mark.alone]


@pytest.fixture(scope="module")
def figures() -> Any:
    command = [sys.executable, "-m", "infra.bench.intake", "--json", "--events", "1000"]
    environment = {name: value for name, value in os.environ.items() if name != "ACTRAIL_TABLE"}
    ended = subprocess.run(command, check=True, capture_output=True, timeout=300, env=environment)
    return json.loads(ended.stdout)


def test_a_functions_cpu_is_at_most_1_5_times_that_of_orjson_and_botocore_writing_the_same(figures):
    assert figures["ratios"]["botocore"] <= RATIO_TARGET


def test_a_tracked_action_of_a_visitor_in_one_campaign_is_2_write_units_and_0_2_for_counting(figures):
    assert figures["units"]["intake"] <= UNIT_TARGETS["intake"]
    assert figures["units"]["counting"] <= UNIT_TARGETS["counting"]
