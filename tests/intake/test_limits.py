"""A write key that sends too often is told when to send again; whoever does so loses nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from chalicelib.api import limits
from chalicelib.settings import settings
from tests.api.callers import Tenant
from tests.intake.senders import Shop


@pytest.fixture
def limit(monkeypatch) -> Iterator[pytest.MonkeyPatch]:
    """Two requests at once, and then one in an hour and more."""
    monkeypatch.setenv("ACTRAIL_INTAKE_RATE", "0.0002")
    monkeypatch.setenv("ACTRAIL_INTAKE_BURST", "2")
    settings.cache_clear()
    limits.forget()
    yield monkeypatch
    settings.cache_clear()
    limits.forget()


def test_beyond_its_limit_a_write_key_is_refused_and_nothing_is_stored(limit, shop):
    answers = [shop.send(shop.visit(id=str(number))) for number in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[2].code == "too_many_requests"
    assert int(answers[2].headers["Retry-After"]) >= 1
    assert sorted(event["id"] for event in shop.feed()) == ["0", "1"]


def test_a_page_may_read_when_to_send_again(limit, shop):
    answers = [shop.send(shop.visit(), headers={"Origin": "https://shop.example"}) for _ in range(3)]

    assert answers[2].status == 429
    assert answers[2].headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert answers[2].headers["Access-Control-Expose-Headers"] == "Retry-After"


def test_to_let_through_or_refuse_asks_the_table_for_nothing(limit, shop, between):
    shop.took(shop.visit(id="1"))
    between.forget()

    taken, refused = shop.send(shop.visit(id="2")), shop.send(shop.visit(id="3"))

    assert (taken.status, refused.status) == (200, 429)
    assert between.seen == ["BatchWriteItem"]


def test_a_request_counts_once_however_many_events_it_has(limit, shop):
    many = [shop.visit(id=str(number)) for number in range(100)]

    assert shop.took(many)["accepted"] == 100
    assert shop.took(shop.visit(id="last"))["accepted"] == 1


@pytest.mark.parametrize("path", ["/v1/events", "/v1/track", "/v1/batch"])
def test_every_address_of_intake_has_the_same_limit(limit, shop, path):
    shop.took([])
    shop.took([])

    assert shop.send({}, path=path).status == 429


def test_unknown_keys_and_other_accounts_use_up_nothing(limit, shop):
    other = Tenant.signed_up(shop.client, "Other")
    for _ in range(3):
        shop.send(shop.visit(), write_key=shop.write_key + "x")
        shop.send(shop.visit(), write_key=str(other.collect.key))

    assert shop.took(shop.visit())["accepted"] == 1


def test_whoever_sends_again_what_was_refused_loses_nothing_and_counts_once(limit, shop: Shop):
    limit.setenv("ACTRAIL_INTAKE_RATE", "40")
    settings.cache_clear()
    refused = 0

    for number in range(12):
        while shop.send(shop.click(id=str(number), uuid=f"v{number % 3}")).status == 429:
            refused += 1
            time.sleep(0.01)

    assert refused > 0
    assert len(shop.items("event")) == 12
    assert len(shop.items("marker")) == 3
