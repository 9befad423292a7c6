"""Whatever DynamoDB fails with, an event that was acknowledged is stored; all else is answered with 503."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any
from unittest import mock

import pytest
from chalice.test import Client

from app import app
from chalicelib.table import wire
from chalicelib.table.connection import Connection
from tests import invariants
from tests.api.callers import Tenant
from tests.counting.shop import Shop

REQUESTS = 1_000
MOST_EVENTS = 6
TROUBLE = 0.3
"""How often a request to the table meets trouble; and how often trouble lasts for all tries of it."""


class FaultyTable:
    """Stands between the wire and the table, and fails as DynamoDB may."""

    def __init__(self, chaos: Random) -> None:
        self.met: Counter[str] = Counter()
        self._chaos = chaos
        self._lasting = 0
        self._post = Connection.post

    def __call__(self, of: Connection, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        if not headers["x-amz-target"].endswith("BatchWriteItem"):
            return self._post(of, headers, body)
        if not self._lasting and self._chaos.random() < TROUBLE:
            self._lasting = self._chaos.choice((1, 1, 2, wire.TRIES * wire.TRIES))
        if not self._lasting:
            return self._post(of, headers, body)
        self._lasting -= 1
        fault = self._chaos.choice(
            (self._throttled, self._broken, self._never_came, self._unanswered, self._partly)
        )
        self.met[fault.__name__] += 1
        return fault(of, headers, body)

    def end_trouble(self) -> None:
        self._lasting = 0

    def _throttled(self, *_: Any) -> tuple[int, bytes]:
        return 400, b'{"__type": "x#ProvisionedThroughputExceededException", "message": "..."}'

    def _broken(self, *_: Any) -> tuple[int, bytes]:
        return 500, b'{"__type": "x#InternalServerError"}'

    def _never_came(self, *_: Any) -> tuple[int, bytes]:
        raise TimeoutError

    def _unanswered(self, of: Connection, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        self._post(of, headers, body)
        raise TimeoutError

    def _partly(self, of: Connection, _: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Store some of the items and say which were left, as a throttled table does."""
        ((table, puts),) = json.loads(body)["RequestItems"].items()
        kept = self._chaos.randrange(len(puts))
        if kept:
            some = {"RequestItems": {table: puts[:kept]}}
            payload = json.dumps(some).encode()
            signed = wire.wire().signed("BatchWriteItem", payload, datetime.now(UTC))
            self._post(of, signed, payload)
        return 200, json.dumps({"UnprocessedItems": {table: puts[kept:]}}).encode()


@pytest.fixture
def faulty(module_table: str) -> Iterator[FaultyTable]:
    table = FaultyTable(Random(29))

    def post(of: Connection, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        return table(of, headers, body)

    with mock.patch.object(Connection, "post", post), mock.patch.object(time, "sleep", return_value=None):
        yield table


@pytest.mark.slow
def test_no_acknowledged_event_is_missing_after_1000_randomly_failing_batches(
    module_table: str, faulty: FaultyTable
):
    shop, chaos = Shop.opened(Tenant.signed_up(Client(app))), Random(31)
    acknowledged: set[str] = set()
    statuses: Counter[int] = Counter()

    for number in range(REQUESTS):
        events = [
            shop.click(
                f"visitor-{chaos.randrange(50)}",
                shop.aat["id"],
                "1",
                id=f"{number}-{each}",
                time="2026-01-05T12:00",
            )
            for each in range(chaos.randint(1, MOST_EVENTS))
        ]
        answer = shop.send(*events)
        statuses[answer.status] += 1
        faulty.end_trouble()
        if answer.status == 200:
            assert answer.body == {"accepted": len(events), "rejected": []}
            acknowledged |= {event["id"] for event in events}
        else:
            assert (answer.code, answer.headers["Retry-After"]) == ("unavailable", "1")

    items = [item for item in invariants.read(module_table) if item["PK"].startswith(shop.tenant.id)]
    stored = {item["SK"].split("#", 2)[2] for item in items if item["type"] == "event"}
    converters = {item["SK"].split("#", 3)[3] for item in items if item["type"] == "marker"}
    visitors = {item["PK"].rpartition("#")[2] for item in items if item["type"] == "event"}
    assert statuses.keys() == {200, 503}
    assert min(statuses.values()) > REQUESTS // 50
    assert len(faulty.met) == 5
    assert acknowledged <= stored
    assert converters <= visitors
