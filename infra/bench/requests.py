"""What every operation of the control plane asks of DynamoDB.

``python -m infra.bench.requests [--json]`` runs them all over the app, on an emulator of its own, in a new
account, and prints for each its requests by kind, its read and write units and those of the index. Each
includes one request and one read unit for the caller's key. Reports, which have a client of their own, are
in ``infra.bench.report``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalice.test import Client
from click.testing import CliRunner

from app import app
from chalicelib.cli import main as actrail
from infra.bench import command
from infra.bench.meter import Cost, metered
from infra.bench.steps import STEPS, Step


class StepFailed(Exception):
    """A step was answered otherwise than it should be, so its cost says nothing."""


@dataclass(frozen=True)
class Measured:
    """A step and what it cost."""

    step: Step
    cost: Cost

    def row(self) -> dict[str, Any]:
        """The figures."""
        return {
            "operation": self.step.name,
            "requests": dict(self.cost.requests),
            "read_units": self.cost.read_units,
            "write_units": self.cost.write_units,
            "index_write_units": self.cost.index_write_units,
        }


def measure() -> list[Measured]:
    """Run every step in a new account of the table that rows are pointed at. Raises StepFailed."""
    made = CliRunner().invoke(actrail, ["account", "create", "Benchmark", "--json"], catch_exceptions=False)
    client, names = Client(app), {"secret_key": json.loads(made.stdout)["secret_key"]}
    return [_measured(client, step, names) for step in STEPS]


def _measured(client: Client, step: Step, names: dict[str, str]) -> Measured:
    headers = {"Authorization": f"Bearer {names['secret_key']}", **step.headers}
    body = json.dumps(_filled(step.body, names)).encode() if step.body else b""
    with metered() as cost:
        answer = client.http.request(step.method, step.path.format_map(names), headers, body)
    if answer.status_code != step.then:
        raise StepFailed(f"{step.name}: {answer.status_code} {answer.body.decode()}")
    if step.makes:
        names[step.makes] = answer.json_body["id"]
    return Measured(step, cost)


def _filled(body: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The body with the ids of what its texts name."""
    return {
        field: value.format_map(names) if isinstance(value, str) else value for field, value in body.items()
    }


def table(rows: Sequence[Measured]) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| operation | requests | read units | write units | index write units |",
        "|---|---|--:|--:|--:|",
    ]
    for row in rows:
        cost = row.cost
        kinds = ", ".join(f"{count} {kind}" for kind, count in cost.requests.items())
        units = f"{cost.read_units:g} | {cost.write_units:g} | {cost.index_write_units:g}"
        lines.append(f"| {row.step.name} | {kinds} | {units} |")
    return "\n".join(lines)


if __name__ == "__main__":
    command.run(__doc__, measure, table, Measured.row)
