"""What taking events in and counting them costs.

`python -m infra.bench.intake [--json] [--events 10000]` measures beside a stub of the store, which answers at
once, and on the emulator: CPU an event of the function against what any function would need, CPU of all our
processes at 1 and at 50 events a request, write units, and events a second. Events are tracked actions, each
of a visitor of its own who is in one campaign, which is the dearest there is.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from chalicelib.observability import logger
from infra.bench import intake_ground as ground
from infra.bench import intake_handler as handler
from infra.bench import intake_served as served
from infra.local import emulator, isolation

EVENTS = 10_000
SIZES = (1, 50)
"""Events of a request."""

RATIO_TARGET = 1.5
"""The function's CPU to that of orjson and botocore doing the same writes, at most."""

CPU_TARGETS = {1: 2.5, 50: 0.8}
"""Seconds of CPU of our processes for 10,000 events, at most, by events of a request."""

UNIT_TARGETS = {"intake": 2.0, "counting": 0.2}
"""Write units an event, at most; for counting at 100 events a batch."""


@dataclass(frozen=True)
class Figures:
    """What was measured.

    Attributes:
        function: microseconds of CPU an event at 25 a request: of the function, and of two ways to do no more
            than parse and write (see ``intake_handler.intake``).
        cpu: seconds of CPU for 10,000 events, by events of a request: of the function that takes them in, of
            counting and of both, which is what runs on Lambda; of the local HTTP server with that function in
            it, of all that is ours locally, and of the store's stub.
        units: write units an event.
        end_to_end: on the emulator, at 50 events a request: events a second, microseconds of CPU an event.
    """

    function: dict[str, float]
    cpu: dict[int, dict[str, float]]
    units: dict[str, float]
    end_to_end: dict[str, float]

    @property
    def ratios(self) -> dict[str, float]:
        """The function's CPU to those of the two ways."""
        return {name: self.function["function"] / self.function[name] for name in ("botocore", "signed")}


def measure(events: int = EVENTS) -> Figures:
    """Send as many events through each part; a multiple of 100."""
    isolation.forget_accounts()
    os.environ |= {"ACTRAIL_TABLE": ground.TABLE, "POWERTOOLS_LOG_LEVEL": "WARNING"}
    logger.setLevel("WARNING")  # it was made before
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with emulator.running(folder, folder / "emulator.log") as store:
            ground.use(store.endpoint)
            tracked = ground.set_up()
            with ground.stub_store(folder) as stub:
                ground.use(stub.endpoint)
                function = handler.least(tracked, events // 100)
                taken = {
                    size: {
                        "function": handler.function(tracked, events // 5, size),
                        "counting": handler.counting(tracked, events // 5),
                        **served.cpu(folder, tracked, stub, events, size),
                    }
                    for size in SIZES
                }
            ground.use(store.endpoint)
            end_to_end = served.end_to_end(folder, tracked, store, events, SIZES[-1])
            units = served.write_units()
            end_to_end["emulator_alone_per_second"] = served.ceiling(tracked, store, events)
    cpu = {size: _for_10000(each) for size, each in taken.items()}
    return Figures(function, cpu, units, end_to_end)


def _for_10000(taken: dict[str, float]) -> dict[str, float]:
    """Seconds for 10,000 events, of microseconds for one, with the sums."""
    counting = taken["counting"]
    sums = {"functions": taken["function"] + counting, "ours": taken["server"] + counting}
    return {name: microseconds / 100 for name, microseconds in (taken | sums).items()}


def print_table(figures: Figures) -> None:
    """Print the figures, and what they should be at most."""
    print("CPU of the function an event, 25 a request                 µs   ratio")
    for name, microseconds in figures.function.items():
        ratio = figures.ratios.get(name)
        target = f"  (at most {RATIO_TARGET})" if name == "botocore" else ""
        print(f"  {name:<52}{microseconds:>7.1f}" + (f"{ratio:>8.2f}{target}" if ratio else ""))
    columns = ("function", "counting", "functions", "server", "ours", "store")
    print("CPU for 10,000 events, s" + "".join(f"{name:>10}" for name in columns))
    for size, each in figures.cpu.items():
        row = "".join(f"{each[name]:>10.2f}" for name in columns)
        print(f"  {size:>2} a request {row:>70}  (at most {CPU_TARGETS[size]})")
    print("Write units an event")
    for name, number in figures.units.items():
        print(f"  {name:<52}{number:>7.2f}  (at most {UNIT_TARGETS[name]})")
    print("End to end on the emulator, 50 events a request")
    for name, number in figures.end_to_end.items():
        print(f"  {name:<52}{number:>7.0f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    parser.add_argument("--events", type=int, default=EVENTS, help="a multiple of 100")
    options = parser.parse_args()
    figures = measure(options.events)
    if options.json:
        print(json.dumps(asdict(figures) | {"ratios": figures.ratios}))
    else:
        print_table(figures)


if __name__ == "__main__":
    main()
