"""A report takes three requests and the same time, whatever the number of events behind it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

TARGET = 1.2


@pytest.mark.alone
@pytest.mark.slow
def test_a_report_of_a_hundred_times_the_events_takes_the_same_requests_and_time():
    command = [sys.executable, "-m", "infra.bench.report", "--json", "--sizes", "200", "20000"]

    measured = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=300).stdout)

    assert [row["requests"] for row in measured["rows"]] == [3, 3]
    assert measured["ratio"] <= TARGET, measured
