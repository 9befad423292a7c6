"""What a cold start costs before the first request: CPU of importing the app in a fresh process.

`python -m infra.bench.import_time [--json] [--rounds 9]` compares it with creating a bare boto3 client, one
after the other in fresh processes, so that whatever else the machine does falls on both. Besides the import
itself it tells what the first event and the first report need on top, which is imported when they come.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from statistics import median

from infra.local import isolation

TARGET = 1.15
ROUNDS = 9
REFERENCE = "boto3.client('dynamodb')"
WORK = {
    REFERENCE: "import boto3; boto3.client('dynamodb')",
    "import app": "import app",
    "import app, intake": "import app; import chalicelib.api.intake",
    "import app, reports": "import app; import chalicelib.api.reports",
}
_TIMED = "import time; began = time.process_time()\n{work}\nprint(time.process_time() - began)"


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Milliseconds of CPU of each, the median of so many fresh processes; the first round is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in WORK}
    for number in range(rounds + 1):
        for name, work in WORK.items():
            milliseconds = _cpu_of(work)
            if number:
                taken[name].append(milliseconds)
    return {name: round(median(each), 1) for name, each in taken.items()}


def _cpu_of(work: str) -> float:
    """Milliseconds of CPU that a fresh interpreter takes for it, without those of its own start."""
    command = [sys.executable, "-c", _TIMED.format(work=work)]
    environment = isolation.without_accounts(os.environ)
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60)
    return float(done.stdout) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="processes of each")
    options = parser.parse_args()
    taken = measure(options.rounds)
    ratios = {name: round(each / taken[REFERENCE], 3) for name, each in taken.items()}
    if options.json:
        print(json.dumps({"cpu_ms": taken, "ratios": ratios}))
        return
    for name, each in taken.items():
        print(f"{name:<26}{each:>8} ms  {ratios[name]:>6}")
    print(f"importing the app to creating a client: {ratios['import app']} (target: at most {TARGET})")


if __name__ == "__main__":
    main()
