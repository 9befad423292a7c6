"""The wire to the table: it signs as botocore does, and acknowledges nothing that is not stored."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.errors import Unavailable
from chalicelib.table import wire
from chalicelib.table.refusals import WireError
from chalicelib.table.wire import Item, Wire
from tests.conftest import forget_process
from tests.intake.between import Between, Fault, kept_in

KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60)
REGIONS = st.sampled_from(["us-east-1", "eu-west-1", "ap-southeast-2"])
ENDPOINTS = st.sampled_from(["https://dynamodb.us-east-1.amazonaws.com", "http://127.0.0.1:4566"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    payload=st.binary(max_size=200),
    access_key=KEYS,
    secret_key=KEYS,
    token=st.none() | KEYS,
    region=REGIONS,
    endpoint=ENDPOINTS,
    now=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_request_is_signed_as_botocore_signs_it(
    monkeypatch, payload, access_key, secret_key, token, region, endpoint, now
):
    credentials = Credentials(access_key, secret_key, token)
    own = Wire(endpoint, region, credentials).signed("PutItem", payload, now)

    theirs = AWSRequest("POST", endpoint + "/", data=payload)
    theirs.headers["Content-Type"] = own["content-type"]
    theirs.headers["X-Amz-Target"] = own["x-amz-target"]
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: now.replace(tzinfo=None))
    SigV4Auth(credentials, "dynamodb", region).add_auth(theirs)

    assert own["authorization"] == theirs.headers["Authorization"]
    assert own["x-amz-date"] == theirs.headers["X-Amz-Date"]
    assert own.get("x-amz-security-token") == theirs.headers["X-Amz-Security-Token"]


def test_a_signing_key_is_not_kept_beyond_its_day():
    kept = Wire("https://example.com", "us-east-1", Credentials("a", "b"))
    days = [datetime(2026, 1, day, 23, tzinfo=UTC) for day in (1, 2)]

    signatures = [kept.signed("PutItem", b"", day)["authorization"] for day in days]

    fresh = [Wire("https://example.com", "us-east-1", Credentials("a", "b")) for _ in days]
    assert signatures == [
        each.signed("PutItem", b"", day)["authorization"] for each, day in zip(fresh, days, strict=True)
    ]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Between, dict[tuple[str, str], Item]]]:
    """A table that only takes puts, and what is in it."""
    items: dict[tuple[str, str], Item] = {}
    with Between(kept_in(items)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.endpoint)
        forget_process()
        yield server, items
    forget_process()


def _items(batch: int, number: int) -> list[Item]:
    return [{"PK": {"S": f"batch {batch}"}, "SK": {"S": str(each)}} for each in range(number)]


@pytest.mark.usefixtures("no_pauses")
def test_nothing_that_was_acknowledged_is_missing_whatever_fails(store):
    between, stored = store
    chance = random.Random(28)
    between.fault = lambda _: chance.choice(list(Fault)) if chance.random() < 0.6 else None
    acknowledged: list[Item] = []
    refused = 0

    for batch in range(1000):
        items = _items(batch, chance.choice([1, 2, 3, 25, 26]))
        try:
            wire.write_all(items)
        except Unavailable:
            refused += 1
        else:
            acknowledged += items

    assert all(stored[item["PK"]["S"], item["SK"]["S"]] == item for item in acknowledged)
    assert refused > 10
    assert len(acknowledged) > 1000


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("fault", list(Fault))
def test_what_fails_again_and_again_is_refused_after_a_few_tries(store, fault):
    between, _ = store
    between.fault = lambda _: fault

    with pytest.raises(Unavailable):
        wire.write_all(_items(1, 1))

    assert len(between.seen) == wire.TRIES


def refused(code: str, *reasons: str) -> tuple[int, dict[str, Any]]:
    """DynamoDB's refusal; of a transaction with the reason of each of its actions."""
    named = {"CancellationReasons": [{"Code": each} for each in reasons]} if reasons else {}
    return 400, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no", **named}


@pytest.mark.parametrize(
    "refusal",
    [
        refused("ValidationException"),
        refused("TransactionCanceledException", "None", "ConditionalCheckFailed"),
        refused("TransactionCanceledException", "TransactionConflict", "ConditionalCheckFailed"),
    ],
)
def test_what_another_try_would_only_meet_again_is_not_tried_again(refusal):
    with Between(lambda *_: refusal) as server:
        mistaken = Wire(server.endpoint, "us-east-1", Credentials("a", "b"))

        with pytest.raises(WireError, match="Exception: no"):
            mistaken.call("TransactWriteItems", {})
        mistaken.close()

    assert server.seen == ["TransactWriteItems"]


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize(
    "refusal",
    [
        refused("TransactionConflictException"),
        refused("TransactionCanceledException", "None", "TransactionConflict"),
        refused("TransactionCanceledException", "ThrottlingError", "TransactionConflict"),
    ],
)
def test_whoever_meets_another_at_the_same_item_tries_again(refusal):
    answers = [refusal, refusal, (200, {})]
    with Between(lambda *_: answers.pop(0)) as server:
        patient = Wire(server.endpoint, "us-east-1", Credentials("a", "b"))

        assert patient.call("TransactWriteItems", {}) == {}
        patient.close()

    assert len(server.seen) == 3


def test_more_than_25_items_take_several_requests(store):
    between, stored = store

    wire.write_all(_items(1, 51))

    assert len(stored) == 51
    assert len(between.seen) == 3
