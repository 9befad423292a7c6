"""What the pages of the dashboard cost: CPU of this process for each, in an account of 1,000 trackers.

`python -m infra.bench.pages [--json] [--trackers 1000] [--rounds 30]` asks the app for every page, and for
every part that pages ask for, on an emulator, whose CPU is its own. Beside them, in the same rounds,
botocore's client reads 25 trackers, as many as a page lists, and does nothing else: what a page costs is told
as a multiple of that.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

import boto3
from click.testing import CliRunner

from app import app
from chalicelib.cli import main as actrail
from chalicelib.observability import logger
from chalicelib.settings import settings
from chalicelib.table import keys
from chalicelib.web import rendering
from infra.bench.pages_ground import VISITOR, Shop, Visitor, set_up
from infra.bench.tally import requests_sent
from infra.local import emulator, isolation

TRACKERS = 1_000
ROUNDS = 30
READ = 25
"""Trackers that the reference reads: as many as a page has."""

CPU_TARGET = 30.0
"""Milliseconds of CPU a page, at most."""

RATIO_TARGET = 4.5
"""A page's CPU to that of the reference, at most."""

DEARER = {
    "report": 8.0,
    "report: refreshed": 8.0,
    "trackers: health": 6.0,
    "trackers: refreshed": 8.0,
    "trackers: silent": 8.5,
}
"""The same of pages that look at all that was counted, or at the names of all trackers."""


@dataclass(frozen=True)
class Asked:
    """A page as it is asked for: its route, what stands for the route's parameters, and its query."""

    name: str
    route: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    part: bool = False


@dataclass(frozen=True)
class Figures:
    """What a page costs: milliseconds of CPU, those of them that its template takes, requests, bytes."""

    name: str
    cpu_ms: float
    ratio: float
    template_ms: float
    requests: int
    kilobytes: float

    @property
    def limit(self) -> float:
        """What the ratio should be at most."""
        return DEARER.get(self.name, RATIO_TARGET)


def pages(shop: Shop) -> list[Asked]:
    """Every page of the dashboard, and what its parts ask for besides."""
    campaign = {"campaign_id": shop.live.id}
    tracker = {"tracker_id": shop.goal.id}
    started = ",".join(each.id for each in shop.campaigns if each.first_live_at)
    listed = ",".join(each.id for each in shop.trackers[:READ])
    of_campaign, of_tracker = "/campaigns/{campaign_id}", "/trackers/{tracker_id}"
    return [
        Asked("campaigns", "/campaigns"),
        Asked("campaigns: refreshed", "/campaigns", query={"rows": "25"}, part=True),
        Asked("campaigns: live", "/campaigns", query={"status": "live"}, part=True),
        Asked("campaigns: readiness", "/campaigns/readiness", query={"ids": started}, part=True),
        Asked("campaigns: new", "/campaigns/new", part=True),
        Asked("set-up", of_campaign, campaign),
        Asked("set-up: delete", f"{of_campaign}/delete", campaign, part=True),
        Asked("goals", f"{of_campaign}/goals", campaign),
        Asked("goals: selected", f"{of_campaign}/goals", campaign, part=True),
        Asked("goals: trackers", f"{of_campaign}/goals/trackers", campaign, part=True),
        Asked("goals: search", f"{of_campaign}/goals/trackers", campaign, {"q": "che"}, part=True),
        Asked("goals: new tracker", f"{of_campaign}/trackers/new", campaign, part=True),
        Asked("every step: title", f"{of_campaign}/title", campaign, part=True),
        Asked("launch", f"{of_campaign}/launch", campaign),
        Asked("launch: end", f"{of_campaign}/status/{{status}}", {**campaign, "status": "ended"}, part=True),
        Asked("report", f"{of_campaign}/report", campaign),
        Asked("report: refreshed", f"{of_campaign}/report", campaign, part=True),
        Asked("report: CSV", f"{of_campaign}/report.csv", campaign),
        Asked("trackers", "/trackers"),
        Asked("trackers: refreshed", "/trackers", query={"rows": "25"}, part=True),
        Asked("trackers: AATs", "/trackers", query={"kind": "aat"}, part=True),
        Asked("trackers: search", "/trackers", query={"q": "che"}, part=True),
        Asked("trackers: hidden", "/trackers", query={"hidden": "true"}, part=True),
        Asked("trackers: silent", "/trackers", query={"health": "silent"}, part=True),
        Asked("trackers: health", "/trackers/health", query={"ids": listed}, part=True),
        Asked("trackers: edit", f"{of_tracker}/edit", tracker, part=True),
        Asked("trackers: uses", f"{of_tracker}/uses", tracker, part=True),
        Asked("trackers: delete", f"{of_tracker}/delete", tracker, part=True),
        Asked("feed", "/feed"),
        Asked("feed: refreshed", "/feed", part=True),
        Asked("profile", "/profiles/{uuid}", {"uuid": VISITOR}),
        Asked("profile: known", "/profiles/{uuid}/known", {"uuid": VISITOR}, part=True),
        Asked("profile: erase", "/profiles/{uuid}/erase", {"uuid": VISITOR}, part=True),
        Asked("subscriptions", "/subscriptions"),
        Asked("subscriptions: new", "/subscriptions/new", part=True),
        Asked("install", "/install"),
        Asked("install: arrival", "/install", query={"arrival": "true"}, part=True),
    ]


def measure(trackers: int = TRACKERS, rounds: int = ROUNDS) -> tuple[float, list[Figures]]:
    """Milliseconds of CPU of the reference, and the figures of every page, on the store that is named."""
    CliRunner().invoke(actrail, ["table", "create"], catch_exceptions=False)
    shop = set_up(trackers)
    visitor = Visitor(shop)
    asked = pages(shop)
    ways = {each.name: partial(_shown, visitor, each) for each in asked}
    read = _reference(shop)
    taken: dict[str, list[float]] = {name: [] for name in ("", *ways)}
    templates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        taken[""].append(_cpu_of(read)[0])
        for name, show in ways.items():
            whole, template = _cpu_of(show)
            taken[name].append(whole)
            templates[name].append(template)
    reference = median(taken[""])
    return reference, [
        Figures(
            name=name,
            cpu_ms=median(taken[name]),
            ratio=median(taken[name]) / reference,
            template_ms=median(templates[name]),
            requests=_requests_of(show),
            kilobytes=len(show()["body"].encode()) / 1000,
        )
        for name, show in ways.items()
    ]


def _shown(visitor: Visitor, asked: Asked) -> dict[str, Any]:
    event = visitor.event("GET", asked.route, dict(asked.parameters), dict(asked.query), part=asked.part)
    answer: dict[str, Any] = app(event, None)
    if answer["statusCode"] not in (200, 204):
        raise RuntimeError(f"{asked.name}: {answer}")
    return answer


def _reference(shop: Shop) -> Callable[[], Any]:
    """Has botocore's client read a page of trackers."""
    client = boto3.client("dynamodb")
    wanted = [keys.tracker(shop.account_id, each.id) for each in shop.trackers[:READ]]
    items = {"Keys": [{"PK": {"S": key.partition}, "SK": {"S": key.sort}} for key in wanted]}
    return lambda: client.batch_get_item(RequestItems={settings().table: items})


def _cpu_of(work: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds of CPU that something takes, and those of them that go into templates."""
    in_templates = [0.0]
    render = rendering.render

    def timed(template: str, values: Mapping[str, Any]) -> str:
        began = time.process_time()
        try:
            return render(template, values)
        finally:
            in_templates[0] += time.process_time() - began

    with mock.patch.object(rendering, "render", timed):
        began = time.process_time()
        work()
        return (time.process_time() - began) * 1000, in_templates[0] * 1000


def _requests_of(show: Callable[[], Any]) -> int:
    with requests_sent() as sent:
        show()
    return sent.total()


def print_table(reference: float, figures: Sequence[Figures]) -> None:
    """Print the figures, and what they should be at most."""
    print(f"botocore reading {READ} trackers: {reference:.1f} ms of CPU")
    print(f"{'page':<24}{'CPU ms':>8}{'ratio':>7}{'at most':>9}{'template':>10}{'requests':>10}{'KB':>8}")
    for each in figures:
        print(
            f"{each.name:<24}{each.cpu_ms:>8.1f}{each.ratio:>7.2f}{each.limit:>9.1f}{each.template_ms:>10.1f}"
            f"{each.requests:>10}{each.kilobytes:>8.1f}"
        )
    print(f"(at most {CPU_TARGET:.0f} ms each)")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    parser.add_argument("--trackers", type=int, default=TRACKERS, help="trackers of the account")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="times that each page is asked for")
    options = parser.parse_args()
    isolation.forget_accounts()
    os.environ["POWERTOOLS_LOG_LEVEL"] = "WARNING"
    logger.setLevel("ERROR")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with emulator.running(folder, folder / "emulator.log") as started:
            os.environ["AWS_ENDPOINT_URL"] = started.endpoint
            reference, figures = measure(options.trackers, options.rounds)
    if options.json:
        print(
            json.dumps(
                {
                    "reference_ms": reference,
                    "pages": [asdict(each) | {"limit": each.limit} for each in figures],
                }
            )
        )
    else:
        print_table(reference, figures)


if __name__ == "__main__":
    main()
