"""Campaigns, their statuses and their sub-tests."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from chalicelib.api.campaign_models import (
    CampaignChanges,
    CampaignQuery,
    CampaignView,
    NewCampaign,
    NewSubtest,
    StatusChange,
    SubtestView,
    VariationChanges,
)
from chalicelib.api.http import Call, answer, no_content, operation
from chalicelib.api.schema import (
    Body,
    Paged,
    WriteQuery,
    name_of,
)
from chalicelib.aws import queue
from chalicelib.aws.queue import Message
from chalicelib.domain.api_key import Scope
from chalicelib.domain.campaign import (
    Campaign,
    Status,
    Subtest,
    Variation,
    checked_variations,
    even_split,
)
from chalicelib.domain.ids import new_id, numbered_id
from chalicelib.domain.job import Job, JobKind, removal_id
from chalicelib.errors import (
    CampaignArchived,
    GoalTrackerGone,
    IdempotencyKeyReused,
    InUse,
    Invalid,
    StaleVersion,
    SubtestHasTrackers,
    TooManySubtests,
    WasLive,
)
from chalicelib.table import accounts, campaign_status, campaigns, removal
from chalicelib.table.once import Answer


def _answer(campaign: Campaign, status: int = 200) -> Answer:
    return answer(CampaignView.of(campaign), status, campaign.version)


@operation(scope=Scope.READ, query=CampaignQuery, answers={200: Paged[CampaignView]})
def list_campaigns(call: Call[Body, CampaignQuery]) -> Answer:
    """List campaigns, newest first"""
    query = call.query
    page = campaigns.listed(call.account_id, query.status, query.limit, query.cursor)
    views = page.mapped(CampaignView.of)
    return answer(Paged[CampaignView](items=views.items, next_cursor=views.next_cursor))


@operation(
    scope=Scope.EDIT,
    body=NewCampaign,
    query=WriteQuery,
    answers={201: CampaignView},
    refuses=(IdempotencyKeyReused,),
)
def create_campaign(call: Call[NewCampaign, WriteQuery]) -> Answer:
    """Make a campaign

    It starts as a draft. Weights are percents that add up to at most 100; the rest is untracked.
    """
    body = call.body
    number = 0 if call.dry_run else accounts.take_number(call.account_id)
    campaign = Campaign(
        id=numbered_id(call.account_id, number),
        number=number,
        name=name_of(body.name),
        type=body.type,
        status=Status.DRAFT,
        created_at=call.now,
        updated_at=call.now,
        variations=_new_variations(body),
        site_id=body.site_id,
        url=body.url,
    )
    campaigns.create(call.account_id, campaign, call.intent(lambda campaign: _answer(campaign, 201)))
    return _answer(campaign, 201)


@operation(scope=Scope.READ, answers={200: CampaignView}, editor=True)
def get_campaign(call: Call[Body, Any], campaign_id: str) -> Answer:
    """Get a campaign"""
    return _answer(campaigns.get(call.account_id, campaign_id))


@operation(
    scope=Scope.EDIT,
    body=CampaignChanges,
    query=WriteQuery,
    answers={200: CampaignView},
    refuses=(StaleVersion, WasLive),
    versioned=True,
)
def change_campaign(call: Call[CampaignChanges, WriteQuery], campaign_id: str) -> Answer:
    """Change a campaign

    Once it was live, its variations change in name and weight only.
    """
    given = call.body.given()
    simple: dict[str, Any] = {name: given[name] for name in ("site_id", "url") if name in given}
    if "name" in given:
        simple["name"] = name_of(call.body.name)

    def edit(campaign: Campaign) -> Campaign:
        after = replace(campaign, **simple)
        if "variations" in given:
            wanted = _changed_variations(campaign, call.body.variations)
            after = after.with_variations(wanted, call.now)
        if after == campaign:
            return campaign
        return replace(after, version=campaign.version + 1, updated_at=call.now)

    intent = call.intent(_answer)
    return _answer(campaigns.change(call.account_id, campaign_id, edit, call.if_match, intent))


@operation(scope=Scope.EDIT, query=WriteQuery, answers={204: None}, refuses=(InUse,))
def delete_campaign(call: Call[Body, WriteQuery], campaign_id: str) -> Answer:
    """Delete a campaign

    With its trackers, unless another campaign that is not archived uses one of its account trackers. What it
    has counted goes in the background.
    """
    job_id = removal_id("campaign", campaign_id)
    job = Job.begun(call.account_id, job_id, JobKind.CAMPAIGN_REMOVAL, call.now, campaign_id=campaign_id)
    removal.delete_campaign(call.account_id, campaign_id, call.intent(no_content), job)
    if not call.dry_run:
        queue.send(Message(call.account_id, job.id))
    return no_content()


@operation(
    scope=Scope.EDIT,
    body=StatusChange,
    query=WriteQuery,
    answers={200: CampaignView},
    refuses=(StaleVersion, WasLive, GoalTrackerGone, IdempotencyKeyReused),
    versioned=True,
)
def change_status(call: Call[StatusChange, WriteQuery], campaign_id: str) -> Answer:
    """Change a campaign's status

    Never back to draft once it was live. An archived campaign gives its trackers free.
    """
    campaign = campaign_status.move(
        call.account_id, campaign_id, call.body.status, call.now, call.if_match, call.intent(_answer)
    )
    return _answer(campaign)


@operation(
    scope=Scope.EDIT,
    body=NewSubtest,
    query=WriteQuery,
    answers={201: SubtestView},
    refuses=(CampaignArchived, TooManySubtests, IdempotencyKeyReused),
)
def add_subtest(call: Call[NewSubtest, WriteQuery], campaign_id: str) -> Answer:
    """Add a sub-test"""
    subtest = Subtest(new_id(call.now), name_of(call.body.name), call.body.url, call.now)
    intent = call.intent(lambda subtest: answer(SubtestView.of(subtest), 201))
    campaigns.add_subtest(call.account_id, campaign_id, subtest, intent)
    return answer(SubtestView.of(subtest), 201)


@operation(scope=Scope.EDIT, query=WriteQuery, answers={204: None}, refuses=(SubtestHasTrackers,))
def remove_subtest(call: Call[Body, WriteQuery], campaign_id: str, subtest_id: str) -> Answer:
    """Remove a sub-test

    Not while its campaign is live or paused and a tracker was made in it.
    """
    campaigns.remove_subtest(call.account_id, campaign_id, subtest_id, call.intent(no_content))
    return no_content()


def _new_variations(body: NewCampaign) -> tuple[Variation, ...]:
    if body.variations is None:
        return even_split()
    return checked_variations(
        [
            Variation(str(index), name_of(new.name, f"variations.{index}.name"), new.weight, new.baseline)
            for index, new in enumerate(body.variations)
        ]
    )


def _changed_variations(campaign: Campaign, wanted: list[VariationChanges]) -> tuple[Variation, ...]:
    """The variations as they shall be. Raises Invalid for an id the campaign has not, or twice."""
    known = {variation.id for variation in campaign.variations}
    unused = count(max(int(each) for each in known) + 1)
    variations = []
    for index, change in enumerate(wanted):
        if change.id is not None and change.id not in known:
            raise Invalid.field(f"variations.{index}.id", "must be a variation of the campaign, once")
        known.discard(change.id or "")
        name = name_of(change.name, f"variations.{index}.name")
        variations.append(Variation(change.id or str(next(unused)), name, change.weight, change.baseline))
    return checked_variations(_with_baseline(campaign, variations))


def _with_baseline(campaign: Campaign, variations: list[Variation]) -> list[Variation]:
    """The baseline stays what it is unless another variation is marked."""
    if any(variation.baseline for variation in variations):
        return variations
    before = next(variation.id for variation in campaign.variations if variation.baseline)
    return [replace(each, baseline=each.id == before) for each in variations]
