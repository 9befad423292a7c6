"""Makers of what tests need, through the table layer itself: each stores what it returns."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.account import Account
from chalicelib.domain.api_key import ApiKey, Scope, Token, mint
from chalicelib.domain.campaign import Campaign, CampaignType, Status, Subtest, even_split
from chalicelib.domain.event import checked
from chalicelib.domain.goal import Goal, Role
from chalicelib.domain.ids import new_id, numbered_id
from chalicelib.domain.job import Job, JobKind
from chalicelib.domain.names import Name
from chalicelib.domain.subscription import Channel, Rhythm, Subscription
from chalicelib.domain.tracker import DomEvent, Kind, Tracker
from chalicelib.table import (
    accounts,
    campaign_rows,
    campaign_status,
    campaigns,
    events,
    goal_rows,
    goals,
    jobs,
    keys,
    subscriptions,
    tracker_rows,
    trackers,
    wire,
)
from chalicelib.table.catalogue import KnownAccount
from chalicelib.table.rows import Row

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
_MILLISECONDS = itertools.count()
_NUMBERS = itertools.count(1000)
"""Far from those that accounts give, and cheaper: a request less for each thing made."""


def next_id() -> str:
    """A new id of something without a number, greater than all before it."""
    return new_id(NOW + timedelta(milliseconds=next(_MILLISECONDS)))


def new_account(*, with_key: bool = False) -> str:
    """The id of a new account; ``key_of`` tells its key, if it is to have one."""
    account = Account(next_id(), "Acme", NOW)
    accounts.create(account, [_key(account.id)[0]] if with_key else [])
    return account.id


def key_of(account_id: str) -> str:
    """The secret key, with all scopes, of an account that was made with a key."""
    return str(_key(account_id)[1])


def _key(account_id: str) -> tuple[ApiKey, Token]:
    return mint(account_id, "key", Scope.ADMIN, "Tests", NOW, b"no secret at all, ever")


def campaign_of(account_id: str, name: str = "Campaign", **fields: Any) -> Campaign:
    """A draft that is not stored yet."""
    number = next(_NUMBERS)
    known: dict[str, Any] = {
        "id": numbered_id(account_id, number),
        "number": number,
        "name": name,
        "type": CampaignType.AB,
        "status": Status.DRAFT,
        "created_at": NOW,
        "updated_at": NOW,
        "variations": even_split(),
    }
    return Campaign(**known | fields)


def new_campaign(account_id: str, name: str = "Campaign", **fields: Any) -> Campaign:
    """A stored campaign."""
    campaign = campaign_of(account_id, name, **fields)
    campaigns.create(account_id, campaign)
    return campaign


def new_subtest(account_id: str, campaign: Campaign, name: str = "Checkout") -> Subtest:
    """A stored sub-test."""
    subtest = Subtest(next_id(), name, None, NOW)
    campaigns.add_subtest(account_id, campaign.id, subtest)
    return subtest


def tracker_of(
    account_id: str, campaign: Campaign, name: str = "Add to cart", kind: Kind = Kind.XAT, **fields: Any
) -> Tracker:
    """A tracker that is not stored yet."""
    number = next(_NUMBERS)
    known: dict[str, Any] = {
        "id": numbered_id(account_id, number),
        "number": number,
        "name": Name.of(name),
        "event": DomEvent.CLICK,
        "selector": "#buy",
        "kind": kind,
        "campaign_id": campaign.id,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Tracker(**known | fields)


def new_tracker(
    account_id: str, campaign: Campaign, name: str = "Add to cart", kind: Kind = Kind.XAT, **fields: Any
) -> Tracker:
    """A stored tracker."""
    tracker = tracker_of(account_id, campaign, name, kind, **fields)
    trackers.create(account_id, tracker)
    return tracker


def new_goal(account_id: str, campaign: Campaign, tracker: Tracker, role: Role = Role.SECONDARY) -> Goal:
    """The goal that a tracker now is in a campaign."""
    return goals.select(account_id, campaign.id, goals.Selection(tracker.id, role), NOW).goal


def new_visitor(account_id: str) -> str:
    """The uuid of a visitor who came just now; stored without intake, which only speaks to real tables."""
    now = datetime.now(UTC)
    visit = {"action": "session.start", "uuid": next_id(), "time": now.isoformat()}
    account = KnownAccount(account_id, ZoneInfo("UTC"), "UTC", 30, (), 0.0)
    items = events.items_of(account, checked(visit, now), now)
    Row.connection().batch_write_item(Row.Meta.table_name, put_items=list(items))
    return visit["uuid"]


def new_job(account_id: str, kind: JobKind = JobKind.ROLL_UP, job_id: str = "", **arguments: str) -> Job:
    """A stored job that nobody has worked on."""
    return jobs.begin(Job.begun(account_id, job_id or next_id(), kind, NOW, **arguments))


def new_subscription(account_id: str, campaign_id: str, **fields: Any) -> Subscription:
    """A stored subscription: each day by mail, unless told otherwise."""
    known: dict[str, Any] = {
        "channel": Channel.EMAIL,
        "address": "ann@example.com",
        "every": Rhythm.DAY,
        "created_at": NOW,
    }
    subscription = Subscription(next_id(), campaign_id, **known | fields)
    subscriptions.create(account_id, subscription)
    return subscription


def archived(account_id: str, campaign: Campaign) -> Campaign:
    """The campaign, at rest from now on."""
    return campaign_status.move(account_id, campaign.id, Status.ARCHIVED, NOW)


def load(account_id: str, *stored: Campaign | Tracker | Goal) -> None:
    """Store any number of things as they are, 25 items a request; the caller sees to what they count."""
    wire.write_all([row.to_dynamodb_dict() for thing in stored for row in _rows(account_id, thing)])


def _rows(account_id: str, thing: Campaign | Tracker | Goal) -> list[Row]:
    if isinstance(thing, Goal):
        return [goal_rows.row_of(account_id, thing)]
    if isinstance(thing, Campaign):
        place = campaign_rows.ListedCampaignRow.at(keys.listed_campaign(account_id, thing.id))
        return [campaign_rows.row_of(account_id, thing), place]
    guard = [tracker_rows.name_guard(account_id, thing)] if thing.kind is Kind.AAT else []
    names = tracker_rows.name_rows(account_id, thing).values()
    return [tracker_rows.row_of(account_id, thing), *guard, *names]
