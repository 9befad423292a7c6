"""The same refusals of DynamoDB pass on every way to it: the wire, a transaction, botocore's client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from chalicelib.errors import Unavailable
from chalicelib.table.faults import FAULTS, unavailable
from chalicelib.table.keys import Key
from chalicelib.table.refusals import CANCELLED, PASSING, PASSING_REASONS
from chalicelib.table.rows import Row
from chalicelib.table.transaction import Changed, Transaction
from chalicelib.table.wire import Wire
from tests.intake.between import Between
from tests.table import faults

pytestmark = pytest.mark.usefixtures("no_pauses")

MISTAKES = ("ValidationException", "AccessDeniedException", "ResourceNotFoundException")
OWN_REASONS = ("ItemCollectionSizeLimitExceeded", "ValidationError", "DuplicateItem")
ERRORS = [(400, code, True) for code in sorted(PASSING)]
ERRORS += [(400, code, False) for code in MISTAKES]
ERRORS += [(status, str(status), passes) for status, passes in ((500, True), (502, True), (413, False))]
REASONS = [(reason, True) for reason in sorted(PASSING_REASONS)] + [(reason, False) for reason in OWN_REASONS]


def is_told_to_pass(request: Callable[[], object]) -> bool:
    """Whether a refused request is told to be unavailable, and not to be a mistake of ours."""
    with pytest.raises((*FAULTS, Unavailable)) as refused:
        request()
    return isinstance(refused.value, Unavailable) or unavailable(refused.value) is not None


def on_the_wire(status: int, code: str, *reasons: str) -> bool:
    named = {"CancellationReasons": [{"Code": each} for each in reasons]} if reasons else {}
    with Between(lambda *_: (status, {"__type": f"x#{code}", "message": "no", **named})) as server:
        wire = Wire(server.endpoint, "us-east-1", Credentials("a", "b"))
        try:
            return is_told_to_pass(lambda: wire.call("TransactWriteItems", {}))
        finally:
            wire.close()


def of_a_transaction(answer: dict[str, Any]) -> bool:
    transaction = Transaction()
    transaction.check(Row.at(Key("a", "b")), Row.PK.exists(), otherwise=Changed())
    with faults.answers("TransactWriteItems", answer):
        return is_told_to_pass(transaction.run)


def of_a_client(code: str) -> bool:
    return unavailable(ClientError({"Error": {"Code": code}}, "PutItem")) is not None


@pytest.mark.parametrize(("status", "code", "passes"), ERRORS)
def test_the_same_errors_pass_on_every_way(table, status, code, passes):
    assert on_the_wire(status, code) is passes
    assert of_a_transaction(faults.refused(code)) is passes
    assert of_a_client(code) is passes


@pytest.mark.parametrize(("reason", "passes"), REASONS)
def test_a_cancelled_transaction_passes_for_the_same_reasons_on_either_way(table, reason, passes):
    assert on_the_wire(400, CANCELLED, "None", reason) is passes
    assert of_a_transaction(faults.cancelled(reason)) is passes


@pytest.mark.parametrize("reasons", [(), ("TransactionConflict", "ConditionalCheckFailed")])
def test_a_cancelled_transaction_whose_reasons_are_unknown_or_a_condition_does_not_pass(reasons):
    assert not on_the_wire(400, CANCELLED, *reasons)
