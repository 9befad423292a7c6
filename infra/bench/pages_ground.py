"""What the benchmark of pages stands on: a large account, and somebody at a browser who is signed in."""

from __future__ import annotations

import base64
import json
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from click.testing import CliRunner

from app import app
from chalicelib.cli import main as actrail
from chalicelib.domain.campaign import Campaign, CampaignType, Status, even_split
from chalicelib.domain.event import checked
from chalicelib.domain.goal import Goal, Role
from chalicelib.domain.ids import numbered_id
from chalicelib.domain.names import Name
from chalicelib.domain.tracker import DomEvent, Kind, Tracker
from chalicelib.table import (
    campaign_rows,
    events,
    feed,
    goal_rows,
    histories,
    keys,
    recent,
    tracker_rows,
    wire,
)
from chalicelib.table.catalogue import KnownAccount, KnownTracker
from chalicelib.table.keys import Key
from chalicelib.table.rows import Row
from chalicelib.table.wire import Item

CAMPAIGNS = 30
LIVE = 6
GOALS = 10
DAYS = 30
"""Closed days, each with counts of all trackers that a live campaign has in its tag."""

COUNTED = 200
"""Trackers that a campaign has counts of: goals or not, account trackers are counted in all."""

VISITOR = "0190a6e2-7c1f-7d3a-9b5e-2f4c6d8e0a1b"
WORDS = ("Add to cart", "Checkout", "Newsletter sign-up", "Search", "Product image", "Size chosen", "Coupon")


@dataclass(frozen=True)
class Shop:
    """A large account: its trackers in three equal parts XATs, widget trackers and AATs, a tenth hidden."""

    account_id: str
    secret_key: str
    campaigns: Sequence[Campaign]
    trackers: Sequence[Tracker]

    @property
    def live(self) -> Campaign:
        """A campaign with goals and counts."""
        return self.campaigns[0]

    @property
    def goal(self) -> Tracker:
        """A goal of that campaign."""
        return next(each for each in self.trackers if each.kind is Kind.AAT and not each.hidden)


def set_up(trackers: int) -> Shop:
    """A new account with so many trackers in the table that the environment names."""
    made = CliRunner().invoke(actrail, ["account", "create", "Bench", "--json"], catch_exceptions=False)
    account = json.loads(made.output)
    account_id, now = account["account_id"], datetime.now(UTC)
    numbers = count(1)
    campaigns = [_campaign(account_id, next(numbers), index, now) for index in range(CAMPAIGNS)]
    made_in = [_tracker(account_id, next(numbers), index, campaigns, now) for index in range(trackers)]
    aats = [each for each in made_in if each.kind is Kind.AAT and not each.hidden]
    live, goals = campaigns[:LIVE], aats[:GOALS]
    edges = [_goal(campaign, tracker, rank, now) for campaign in live for rank, tracker in enumerate(goals)]
    rows = [
        *(row for each in campaigns for row in _campaign_rows(account_id, each)),
        *(row for each in made_in for row in _tracker_rows(account_id, each)),
        *(goal_rows.row_of(account_id, each) for each in edges),
    ]
    wire.write_all([row.to_dynamodb_dict() for row in rows])
    for campaign in live:
        wire.write_all(list(_counts(account_id, campaign, made_in[-COUNTED:], now)))
    _send_events(account_id, live[0], goals, now)
    return Shop(account_id, account["secret_key"], campaigns, made_in)


def _campaign(account_id: str, number: int, index: int, now: datetime) -> Campaign:
    status = Status.LIVE if index < LIVE else list(Status)[index % len(Status)]
    begun = now - timedelta(days=DAYS)
    return Campaign(
        id=numbered_id(account_id, number),
        number=number,
        name=f"Campaign {index}: a better page",
        type=CampaignType.AB,
        status=status if index < LIVE or status is not Status.LIVE else Status.DRAFT,
        created_at=begun,
        updated_at=begun,
        variations=even_split(),
        url="https://shop.example.com/",
        goal_count=GOALS if index < LIVE else 0,
        primary_id=None,
        first_live_at=begun if index < LIVE else None,
        live_since=begun if index < LIVE else None,
    )


def _tracker(
    account_id: str, number: int, index: int, campaigns: Sequence[Campaign], now: datetime
) -> Tracker:
    return Tracker(
        id=numbered_id(account_id, number),
        number=number,
        name=Name.of(f"{WORDS[index % len(WORDS)]} {index}"),
        event=list(DomEvent)[index % 4],
        selector=f'[data-test="{WORDS[index % len(WORDS)].lower().replace(" ", "-")}-{index}"]',
        kind=list(Kind)[index % len(Kind)],
        campaign_id=campaigns[index % LIVE].id,
        created_at=now - timedelta(days=DAYS, minutes=index),
        updated_at=now - timedelta(days=DAYS),
        context="What the team agreed on in the workshop" if index % 2 else "",
        hidden=index % 10 == 9,
        uses=LIVE if index % 3 == 2 else 0,
    )


def _goal(campaign: Campaign, tracker: Tracker, rank: int, now: datetime) -> Goal:
    role = Role.SECONDARY if rank else Role.PRIMARY
    return Goal(campaign.id, tracker.id, role, Decimal(rank), tracker.campaign_id, now)


def _campaign_rows(account_id: str, campaign: Campaign) -> list[Row]:
    place = campaign_rows.ListedCampaignRow.at(keys.listed_campaign(account_id, campaign.id))
    return [campaign_rows.row_of(account_id, campaign), place]


def _tracker_rows(account_id: str, tracker: Tracker) -> list[Row]:
    guard = [tracker_rows.name_guard(account_id, tracker)] if tracker.kind is Kind.AAT else []
    names = tracker_rows.name_rows(account_id, tracker).values()
    return [tracker_rows.row_of(account_id, tracker), *guard, *names]


def _counts(account_id: str, campaign: Campaign, of: Sequence[Tracker], now: datetime) -> Iterator[Item]:
    """What is counted of a campaign: closed days in one item, today in one of each of two stream shards."""
    today = now.date()
    closed = {(today - timedelta(days=ago)).isoformat(): _day(of) for ago in range(1, DAYS + 1)}
    first = date.fromisoformat(min(closed)).replace(day=1).isoformat()
    history = keys.history(account_id, campaign.id, first)
    yield _keyed(history, "history") | {"packed": {"B": base64.b64encode(histories.packed(closed)).decode()}}
    for shard in ("shardId-1", "shardId-2"):
        counts = {name: {"N": str(number)} for name, number in _day(of).items()}
        key = keys.counts(account_id, campaign.id, today.isoformat(), shard)
        yield _keyed(key, "counts") | {"last": {"S": "0" * 40}} | counts


def _day(of: Sequence[Tracker]) -> Counter[str]:
    counted: Counter[str] = Counter({"v.0": 500, "v.1": 500})
    for tracker in of:
        for variation in "01":
            counted[f"c.{tracker.number}.{variation}"] = 10 + tracker.number % 7
            counted[f"a.{tracker.number}.{variation}"] = 30 + tracker.number % 11
    return counted


def _send_events(account_id: str, campaign: Campaign, of: Sequence[Tracker], now: datetime) -> None:
    """A visitor's events, which the feed remembers; stored and remembered as intake and counting do."""
    account = KnownAccount(account_id, ZoneInfo("UTC"), "UTC", 30, (), until=0.0)
    account.trackers |= {each.id: KnownTracker(each.id, str(each.number), None) for each in of}
    account.variations |= {(campaign.id, "0"), (campaign.id, "1")}
    sent = [
        {
            "action": "element.click",
            "time": (now - timedelta(minutes=index)).isoformat(),
            "uuid": VISITOR,
            "label": "Add to cart",
            "params": {"url": "https://shop.example.com/product", "price": 12},
            "tracker_id": of[index % len(of)].id,
            "campaigns": {campaign.id: "0"},
        }
        for index in range(2 * feed.MOST)
    ]
    seen = {
        "action": "campaign.exposure",
        "uuid": VISITOR,
        "params": {"campaign_id": campaign.id, "variation_id": "0"},
    }
    dated = [events.dated(account, checked(each, now), now) for each in (*sent, seen)]
    stored = {
        (item["PK"]["S"], item["SK"]["S"]): item
        for each in dated
        for item in events.items_of(account, each, now)
    }
    wire.write_all(list(stored.values()))
    items = list(stored.values())
    for number in range(len(items) // recent.MOST):
        batch = items[number * recent.MOST :][: recent.MOST]
        recent.keep({"NewImage": item, "SequenceNumber": str(number)} for item in batch)


def _keyed(key: Key, item_type: str) -> Item:
    return {"PK": {"S": key.partition}, "SK": {"S": key.sort}, "type": {"S": item_type}}


class Visitor:
    """Somebody at a browser, as far as the app behind API Gateway can tell."""

    def __init__(self, shop: Shop) -> None:
        self._cookie = ""
        form = urlencode({"key": shop.secret_key})
        answer = app(self.event("POST", "/sign-in", {}, {}, form=form), None)
        self._cookie = answer["headers"]["Set-Cookie"].partition(";")[0]

    def event(
        self,
        method: str,
        resource: str,
        parameters: dict[str, str],
        query: dict[str, str],
        *,
        part: bool = False,
        form: str = "",
    ) -> dict[str, Any]:
        """What API Gateway hands over of a request for a page, or of a script's for a part of one."""
        path = resource.format_map(parameters)
        headers = {
            "Accept": "text/html",
            "Accept-Encoding": "gzip, deflate, br",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self._cookie,
            "Host": "actrail.example.com",
            "Sec-Fetch-Site": "same-origin",
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36",
            "X-Forwarded-For": "203.0.113.7",
            "X-Forwarded-Proto": "https",
            **({"HX-Request": "true"} if part else {}),
        }
        return {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": query or None,
            "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
            "pathParameters": parameters or None,
            "stageVariables": None,
            "requestContext": {
                "httpMethod": method,
                "resourcePath": resource,
                "path": f"/api{path}",
                "requestId": str(uuid.uuid4()),
                "identity": {"sourceIp": "203.0.113.7"},
            },
            "body": form,
            "isBase64Encoded": False,
        }
