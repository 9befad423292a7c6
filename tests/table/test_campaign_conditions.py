"""Campaigns under others' hands.

What was read may be outdated when it is written. Each test lets somebody else act between the two, right
before the first write is sent: the condition in the write decides, and not the read.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from chalicelib.domain.campaign import Campaign, Status, Subtest
from chalicelib.domain.goal import Role
from chalicelib.domain.tracker import Kind
from chalicelib.errors import (
    CampaignArchived,
    GoalTrackerGone,
    InUse,
    NotFound,
    StaleVersion,
    SubtestHasTrackers,
    WasLive,
)
from chalicelib.table import campaign_status, campaigns, removal, trackers
from tests import factories
from tests.factories import NOW
from tests.table import faults
from tests.table.meanwhile import intents, refused_after, select

pytestmark = pytest.mark.usefixtures("sound")


@intents
def test_a_campaign_that_changes_after_the_read_is_stale_for_if_match(account, campaign, intent):
    def rename(name: str, each: Campaign) -> Campaign:
        return replace(each, name=name, version=each.version + 1)

    refusal = refused_after(
        lambda: campaigns.change(account, campaign.id, partial(rename, "First"), 1),
        lambda: campaigns.change(account, campaign.id, partial(rename, "Second"), 1, intent),
    )

    assert isinstance(refusal, StaleVersion)
    assert campaigns.get(account, campaign.id).name == "First"


@intents
@pytest.mark.parametrize(
    ("action", "refused"),
    [
        (factories.archived, CampaignArchived),
        (lambda account, campaign: removal.delete_campaign(account, campaign.id), NotFound),
    ],
    ids=["archived", "deleted"],
)
def test_a_campaign_that_is_archived_or_deleted_meanwhile_gets_no_goal_tracker_or_subtest(
    account, campaign, other, action, refused, intent
):
    aat = factories.new_tracker(account, other, kind=Kind.AAT)
    calls = [
        lambda each: select(account, each, aat, intent=intent),
        lambda each: trackers.create(account, factories.tracker_of(account, each), intent),
        lambda each: campaigns.add_subtest(account, each.id, Subtest("one", "One", None, NOW), intent),
    ]
    asked = [factories.new_campaign(account) for _ in calls]

    refusals = [
        refused_after(partial(action, account, each), partial(call, each))
        for call, each in zip(calls, asked, strict=True)
    ]

    assert [type(refusal) for refusal in refusals] == [refused] * 3
    assert trackers.get(account, aat.id).uses == 0


@intents
def test_a_campaign_stays_while_its_tracker_is_selected_elsewhere_at_the_last_moment(
    account, campaign, other, intent
):
    aat = factories.new_tracker(account, campaign, kind=Kind.AAT)

    refusal = refused_after(
        lambda: select(account, other, aat, Role.PRIMARY),
        lambda: removal.delete_campaign(account, campaign.id, intent),
    )

    assert isinstance(refusal, InUse)
    (use,) = refusal.details["uses"]
    assert (use["campaign_id"], use["tracker_id"], use["role"]) == (other.id, aat.id, "primary")
    assert campaigns.get(account, campaign.id).foreign_uses == 1


@intents
def test_a_subtest_in_which_a_tracker_is_made_at_the_last_moment_stays_with_its_running_campaign(
    account, campaign, intent
):
    subtest = factories.new_subtest(account, campaign)
    campaign_status.move(account, campaign.id, Status.LIVE, NOW)

    refusal = refused_after(
        lambda: factories.new_tracker(account, campaign, subtest_id=subtest.id),
        lambda: campaigns.remove_subtest(account, campaign.id, subtest.id, intent),
    )

    assert isinstance(refusal, SubtestHasTrackers)
    assert [each.id for each in campaigns.get(account, campaign.id).subtests] == [subtest.id]


@intents
def test_a_campaign_that_goes_live_meanwhile_does_not_go_back_to_draft(account, campaign, intent):
    campaign_status.move(account, campaign.id, Status.QA, NOW)

    refusal = refused_after(
        lambda: campaign_status.move(account, campaign.id, Status.LIVE, NOW),
        lambda: campaign_status.move(account, campaign.id, Status.DRAFT, NOW, intent=intent),
    )

    assert isinstance(refusal, WasLive)
    assert campaigns.get(account, campaign.id).status is Status.LIVE


@intents
def test_a_campaign_whose_goals_tracker_goes_meanwhile_stays_in_the_archive(account, campaign, other, intent):
    aat = factories.new_tracker(account, campaign, kind=Kind.AAT)
    select(account, other, aat)
    factories.archived(account, other)

    refusal = refused_after(
        lambda: removal.delete_tracker(account, aat.id),
        lambda: campaign_status.move(account, other.id, Status.ENDED, NOW, intent=intent),
    )

    assert isinstance(refusal, GoalTrackerGone)
    assert refusal.details == {"tracker_ids": [aat.id]}
    assert campaigns.get(account, other.id).status is Status.ARCHIVED


def test_a_campaign_is_told_at_once_that_its_goals_tracker_goes_with_its_origin(account, campaign, other):
    aat = factories.new_tracker(account, campaign, kind=Kind.AAT)
    select(account, other, aat)
    factories.archived(account, other)
    with faults.crash_at(1, answered=False), pytest.raises(faults.Crash):
        removal.delete_campaign(account, campaign.id)

    with pytest.raises(GoalTrackerGone) as refusal:
        campaign_status.move(account, other.id, Status.LIVE, NOW)

    assert refusal.value.details == {"tracker_ids": [aat.id]}
    removal.sweep(account)
