"""What the tag carries: every account tracker, and what the live campaigns have of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.domain.campaign import Status
from chalicelib.domain.tag import TagCampaign, TagTracker
from chalicelib.domain.tracker import DomEvent, Kind
from chalicelib.table import keys, wire
from chalicelib.table.keys import INDEX
from chalicelib.table.wire import Item


def of_account(account_id: str) -> tuple[list[TagCampaign], list[TagTracker]]:
    """The live campaigns, and the trackers to listen for, also those that are hidden in goal set-up.

    2 queries, of which the names take one more each MB (4,000 trackers), and 1 batch read each hundred
    trackers. Lists come from the index, which follows a change within a moment.
    """
    live = keys.campaign_by_status(account_id, Status.LIVE, "").partition
    campaigns = [item for item in wire.query_all(live, "\0", keys.LAST, index=INDEX) if "going" not in item]
    numbers = {item["id"]["S"]: int(item["number"]["N"]) for item in campaigns}
    wanted = [keys.tracker(account_id, each) for each in _tracker_ids(account_id, numbers)]
    found = wire.read_all([{"PK": {"S": key.partition}, "SK": {"S": key.sort}} for key in wanted])
    trackers = [_tracker(item, numbers) for item in found if "going" not in item]
    return [_campaign(item) for item in campaigns], trackers


def _tracker_ids(account_id: str, live: dict[str, int]) -> Iterator[str]:
    """Of all account trackers, and of the others of live campaigns. A name's item stands at its campaign."""
    partition, prefix = keys.account_tracker_name(account_id, keys.tracker_names())
    at_live = {keys.campaign(account_id, campaign_id).partition for campaign_id in live}
    for item in wire.query_all(partition, prefix, prefix + keys.LAST, index=INDEX):
        if keys.kind_named(item["SK"]["S"]) == Kind.AAT or item["PK"]["S"] in at_live:
            yield item["tracker_id"]["S"]


def _campaign(item: Item) -> TagCampaign:
    """The tag knows a variation by its place in the weights, which is its id."""
    weights: dict[int, int] = {}
    for variation in item["variations"]["L"]:
        fields: dict[str, Any] = variation["M"]
        weights[int(fields["id"]["S"])] = int(fields["weight"]["N"])
    every = tuple(weights.get(index, 0) for index in range(max(weights) + 1))
    return TagCampaign(int(item["number"]["N"]), every)


def _tracker(item: Item, numbers: dict[str, int]) -> TagTracker:
    """One that became an account tracker a moment ago may still be listed under its campaign."""
    own = None if item["kind"]["S"] == Kind.AAT else numbers[item["campaign_id"]["S"]]
    params = item.get("params", {}).get("M", {})
    return TagTracker(
        number=int(item["number"]["N"]),
        event=DomEvent(item["event"]["S"]),
        selector=item["selector"]["S"],
        fallback_selectors=tuple(each["S"] for each in item["fallback_selectors"]["L"]),
        params={name: int(value["N"]) for name, value in params.items()},
        campaign_number=own,
    )
