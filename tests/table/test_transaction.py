"""What a transaction makes of the answers it gets."""

from __future__ import annotations

import pytest
from pynamodb.exceptions import PynamoDBException

from chalicelib.domain.tracker import Kind
from chalicelib.errors import NameTaken, Unavailable
from chalicelib.table import trackers, transaction
from tests import factories, invariants
from tests.table import faults

PASSING = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"]


@pytest.mark.parametrize("code", PASSING)
def test_a_cancellation_that_says_nothing_of_the_conditions_is_tried_again(table, code):
    account = factories.new_account()
    tracker = factories.tracker_of(account, factories.new_campaign(account), "Buy")

    with faults.answers("TransactWriteItems", faults.cancelled("None", code, "None"), None) as sent:
        trackers.create(account, tracker)

    assert len(sent) == 2
    assert trackers.get(account, tracker.id) == tracker


@pytest.mark.parametrize("code", PASSING)
def test_a_table_that_stays_busy_makes_the_request_unavailable_and_nothing_is_written(table, no_pauses, code):
    account = factories.new_account()
    tracker = factories.tracker_of(account, factories.new_campaign(account), "Buy")
    before = invariants.read(table)

    with (
        faults.answers("TransactWriteItems", faults.cancelled(code, "None", code)) as sent,
        pytest.raises(Unavailable) as refusal,
    ):
        trackers.create(account, tracker)

    assert len(sent) == transaction.TRIES
    assert refusal.value.headers == {"Retry-After": "1"}
    assert invariants.read(table) == before


def test_a_failed_condition_counts_more_than_a_conflict_beside_it(table):
    account = factories.new_account()
    campaign = factories.new_campaign(account)
    first = factories.new_tracker(account, campaign, kind=Kind.AAT)
    second = factories.tracker_of(account, campaign, kind=Kind.AAT)
    # A check of the campaign, then puts: of the guard, the tracker and the three places of its name.
    answer = faults.cancelled("TransactionConflict", "ConditionalCheckFailed", "None", "None", "None", "None")
    answer["CancellationReasons"][1]["Item"] = {"tracker_id": {"S": first.id}, "type": {"S": "aat_name"}}

    with (
        faults.answers("TransactWriteItems", answer) as sent,
        pytest.raises(NameTaken) as refusal,
    ):
        trackers.create(account, second)

    assert len(sent) == 1
    assert refusal.value.details["tracker_id"] == first.id


@pytest.mark.parametrize(
    "answer",
    [
        faults.cancelled("None", "ItemCollectionSizeLimitExceeded", "None"),
        faults.cancelled("None", "ValidationError", "None"),
        faults.refused("ValidationException"),
        faults.refused("AccessDeniedException"),
        faults.refused("ResourceNotFoundException"),
    ],
    ids=lambda answer: answer["Error"]["Code"],
)
def test_an_error_that_is_our_own_mistake_rises_as_it_is(table, answer):
    account = factories.new_account()
    tracker = factories.tracker_of(account, factories.new_campaign(account), "Buy")

    with (
        faults.answers("TransactWriteItems", answer) as sent,
        pytest.raises(PynamoDBException) as error,
    ):
        trackers.create(account, tracker)

    assert len(sent) == 1
    assert error.value.cause_response_code == answer["Error"]["Code"]
    assert trackers.find(account, tracker.id) is None


def test_a_transaction_in_progress_is_tried_again(table):
    account = factories.new_account()
    tracker = factories.tracker_of(account, factories.new_campaign(account), "Buy")

    with faults.answers("TransactWriteItems", faults.refused("TransactionInProgressException"), None) as sent:
        trackers.create(account, tracker)

    assert len(sent) == 2
    assert trackers.get(account, tracker.id) == tracker


def test_a_write_whose_answer_got_lost_on_the_way_is_sent_again_and_is_done_once(emulated_table):
    account = factories.new_account()
    tracker = factories.tracker_of(account, factories.new_campaign(account), "Buy")

    with faults.lost_answer("TransactWriteItems") as sent:
        trackers.create(account, tracker)

    assert len(sent) == 2
    assert sent[0]["ClientRequestToken"] == sent[1]["ClientRequestToken"]
    assert trackers.get(account, tracker.id) == tracker
    assert invariants.violations(invariants.read(emulated_table)) == []
