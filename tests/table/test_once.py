"""Idempotency-Keys: the work is done once, and whoever asks again gets the answer that was given."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from chalicelib.domain.campaign import Campaign, Status, Subtest
from chalicelib.domain.tracker import Kind
from chalicelib.errors import ActrailError, IdempotencyKeyReused, NameTaken
from chalicelib.table import campaign_status, campaigns, removal, trackers
from chalicelib.table.once import KEPT, Answer, Intent, Once, Replayed
from tests import factories, invariants
from tests.table import faults

NOW = factories.NOW


def keyed(account: str, *, key: str = "key", fingerprint: str = "the request", now=NOW) -> Intent:
    """To be done once; the answer names what was made."""
    return Intent(
        once=Once(
            account, key, fingerprint, now, lambda made: Answer(201, f"made {made.id}", {"ETag": '"1"'})
        )
    )


def create(account: str, intent: Intent) -> Campaign:
    campaign = factories.campaign_of(account)
    campaigns.create(account, campaign, intent)
    return campaign


def names(account: str) -> list[str]:
    return [campaign.id for campaign in campaigns.listed(account, None, 50, None).items]


def test_the_same_request_again_changes_nothing_and_gets_the_answer_it_got(account):
    made = create(account, keyed(account))

    with pytest.raises(Replayed) as again:
        create(account, keyed(account))

    assert again.value.answer == Answer(201, f"made {made.id}", {"ETag": '"1"'})
    assert names(account) == [made.id]


def test_the_same_key_with_another_request_is_refused(account):
    made = create(account, keyed(account))

    with pytest.raises(IdempotencyKeyReused):
        create(account, keyed(account, fingerprint="another request"))

    assert names(account) == [made.id]


def test_another_key_and_another_account_do_the_work_anew(account):
    stranger = factories.new_account()
    made = [create(account, keyed(account, key=key)) for key in ("", "a", "b", "ä" * 255)]

    create(stranger, keyed(stranger, key="a"))

    assert names(account) == [campaign.id for campaign in reversed(made)]
    assert len(names(stranger)) == 1


@pytest.mark.parametrize(
    ("later", "remembered"),
    [
        (timedelta(), True),
        (KEPT - timedelta(seconds=1), True),
        (KEPT, False),
        (KEPT + timedelta(days=3), False),
    ],
)
def test_an_answer_is_remembered_for_24_hours_whenever_its_item_is_deleted(account, later, remembered):
    create(account, keyed(account))

    if remembered:
        with pytest.raises(Replayed):
            create(account, keyed(account, now=NOW + later))
    else:
        create(account, keyed(account, now=NOW + later))

    assert len(names(account)) == (1 if remembered else 2)


def test_a_request_that_was_refused_is_not_remembered(account):
    campaign = factories.new_campaign(account)
    owner = factories.new_tracker(account, campaign, kind=Kind.AAT)
    late = factories.tracker_of(account, campaign, kind=Kind.AAT)
    with pytest.raises(NameTaken):
        trackers.create(account, late, keyed(account))
    removal.delete_tracker(account, owner.id)

    trackers.create(account, late, keyed(account))

    assert trackers.get(account, late.id) == late


def test_the_answer_is_remembered_even_when_the_request_would_now_be_refused(account):
    campaign = factories.new_campaign(account)
    aat = factories.tracker_of(account, campaign, kind=Kind.AAT)
    trackers.create(account, aat, keyed(account))
    removal.delete_campaign(account, campaign.id)

    with pytest.raises(Replayed) as again:
        trackers.create(account, factories.tracker_of(account, campaign, kind=Kind.AAT), keyed(account))

    assert again.value.answer.body == f"made {aat.id}"


@pytest.mark.parametrize("meanwhile", [Status.LIVE, Status.DRAFT, Status.ARCHIVED, None])
def test_a_status_change_that_is_sent_again_does_not_undo_what_came_after_it(account, meanwhile):
    campaign = factories.new_campaign(account)

    def qa() -> Campaign:
        return campaign_status.move(account, campaign.id, Status.QA, NOW, intent=keyed(account))

    qa()
    if meanwhile is None:
        removal.delete_campaign(account, campaign.id)
    else:
        campaign_status.move(account, campaign.id, meanwhile, NOW)

    with pytest.raises(Replayed):
        qa()

    found = campaigns.find(account, campaign.id)
    assert (found.status if found else None) is meanwhile


def test_a_status_change_is_made_anew_when_its_answer_was_remembered_for_24_hours(account):
    campaign = factories.new_campaign(account)
    for status in (Status.QA, Status.PAUSED):
        campaign_status.move(account, campaign.id, status, NOW, intent=keyed(account, key=status))

    campaign_status.move(
        account, campaign.id, Status.QA, NOW, intent=keyed(account, key=Status.QA, now=NOW + KEPT)
    )

    assert campaigns.get(account, campaign.id).status is Status.QA


def test_a_status_change_that_changes_nothing_is_remembered_too(account):
    campaign = factories.new_campaign(account, status=Status.LIVE, first_live_at=NOW)

    def live() -> Campaign:
        return campaign_status.move(account, campaign.id, Status.LIVE, NOW, intent=keyed(account))

    assert live() == campaign
    campaign_status.move(account, campaign.id, Status.PAUSED, NOW)

    with pytest.raises(Replayed):
        live()

    assert campaigns.get(account, campaign.id).status is Status.PAUSED


def test_a_dry_run_neither_remembers_nor_recalls(account):
    campaign = factories.new_campaign(account)
    once = keyed(account).once

    campaign_status.move(account, campaign.id, Status.QA, NOW, intent=Intent(dry_run=True, once=once))
    campaign_status.move(account, campaign.id, Status.QA, NOW, intent=Intent(once=once))
    dry = campaign_status.move(account, campaign.id, Status.LIVE, NOW, intent=Intent(dry_run=True, once=once))

    assert dry.status is Status.LIVE
    assert campaigns.get(account, campaign.id).status is Status.QA


def test_a_crash_before_the_write_remembers_nothing_and_one_after_it_remembers_the_answer(account):
    subtest = Subtest("one", "Checkout", None, NOW)
    campaign = factories.new_campaign(account)
    for answered in (False, True):
        with faults.crash_at(0, answered=answered), pytest.raises(faults.Crash):
            campaigns.add_subtest(account, campaign.id, subtest, keyed(account))

    with pytest.raises(Replayed) as again:
        campaigns.add_subtest(account, campaign.id, Subtest("two", "Checkout", None, NOW), keyed(account))

    assert again.value.answer.body == "made one"
    assert [each.id for each in campaigns.get(account, campaign.id).subtests] == ["one"]


@pytest.mark.parametrize("requests", [2, 16])
def test_equal_requests_that_race_do_the_work_once_and_get_one_answer(module_table, requests):
    account = factories.new_account()
    start = Barrier(requests)

    def answer(key: str) -> str:
        start.wait(timeout=30)
        try:
            return f"made {create(account, keyed(account, key=key)).id}"
        except Replayed as replayed:
            return replayed.answer.body

    for number in range(5):
        with ThreadPoolExecutor(requests) as threads:
            answers = set(threads.map(answer, [f"key {number}"] * requests))
        assert answers == {f"made {names(account)[0]}"}
        assert len(names(account)) == number + 1
    assert invariants.violations(invariants.read(module_table)) == []


def test_different_requests_that_race_for_a_key_do_the_work_of_one(account):
    start = Barrier(8)

    def outcome(number: int) -> str:
        start.wait(timeout=30)
        try:
            create(account, keyed(account, fingerprint=f"request {number}"))
        except ActrailError as error:
            return error.code
        return "ok"

    with ThreadPoolExecutor(8) as threads:
        outcomes = sorted(threads.map(outcome, range(8)))

    assert outcomes == ["idempotency_key_reused"] * 7 + ["ok"]
    assert len(names(account)) == 1
