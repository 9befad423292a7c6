"""Deletes what trackers and campaigns have counted: markers, counters and history.

Events outlive a campaign: one that comes again, or is on its way while the campaign goes, is counted in it
all the same, since counting asks nobody. Nobody reads that, and the nightly roll-up deletes it: for that it
is known for good which campaigns were removed.
"""

from __future__ import annotations

from chalicelib.settings import settings
from chalicelib.table import bulk_deletion, keys, wire


def tell_gone(account_id: str, campaign_id: str, tracker: str) -> None:
    """Have nobody read a tracker's counts of a campaign any more, nor count it anew. 1 write unit.

    From then on its counts are as good as deleted: what counters and history have of it, and what the stream
    still brings, is left out wherever they are read.
    """
    place = keys.gone(account_id, campaign_id, tracker)
    item = {"PK": {"S": place.partition}, "SK": {"S": place.sort}, "type": {"S": "gone"}}
    wire.wire().call("PutItem", {"TableName": settings().table, "Item": item})


def tell_removed(account_id: str, campaign_id: str) -> None:
    """Have it known that a campaign was removed. 1 write unit."""
    place = keys.removed_campaign(account_id, campaign_id)
    item = {"PK": {"S": place.partition}, "SK": {"S": place.sort}, "type": {"S": "removed_campaign"}}
    wire.wire().call("PutItem", {"TableName": settings().table, "Item": item})


def forget_late_counts(account_id: str) -> None:
    """Delete what was counted of campaigns after they were removed. 1 query, and 1 for each of them."""
    for campaign_id in campaign_ids(account_id):
        while some_counts(account_id, campaign_id):
            pass


def campaign_ids(account_id: str, after: str = "", limit: int | None = None) -> list[str]:
    """The removed campaigns with ids after one, all or some. 1 query."""
    partition = keys.removed_campaign(account_id, "").partition
    found = wire.query_all(partition, f"{after}\0", keys.LAST, limit=limit)
    return [item["SK"]["S"] for item in found]


def some_conversions(account_id: str, campaign_id: str, tracker: str, shard: int) -> int:
    """Delete up to 500 markers of a tracker's converters in a campaign; how many, 0 when none are left."""
    low, high = keys.conversions(tracker)
    return bulk_deletion.some_of(keys.markers(account_id, campaign_id, shard), low, high)


def some_markers(account_id: str, campaign_id: str, shard: int) -> int:
    """Delete up to 500 markers of a campaign; how many there were, 0 when none are left."""
    return bulk_deletion.some_of(keys.markers(account_id, campaign_id, shard))


def some_counts(account_id: str, campaign_id: str) -> int:
    """Delete up to 500 items of what was counted of a campaign; how many, 0 when none are left."""
    return bulk_deletion.some_of(keys.counts(account_id, campaign_id).partition)
