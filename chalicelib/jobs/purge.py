"""Removes what trackers and campaigns have counted, once they themselves are gone."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.job import Job
from chalicelib.table import campaigns, keys, removed_data, subscriptions

CAMPAIGNS_AT_ONCE = 100


def tracker_data(job: Job, _: datetime) -> Job:
    """Remove some of a tracker's data: of one campaign after the other, where it was made or everywhere.

    Arguments: ``tracker``, its number; ``campaign_id``, of an XAT. Counts campaigns.
    """
    tracker, only = job.arguments["tracker"], job.arguments.get("campaign_id")
    waiting = list(job.place.get("campaigns", ()))
    if not waiting:
        if job.place.get("cursor", "") is None:
            return job.finished()
        return _with_campaigns(job, only)
    campaign_id, shard = waiting[0], int(job.place.get("shard", 0))
    if shard == 0:
        removed_data.tell_gone(job.account_id, campaign_id, tracker)
    if removed_data.some_conversions(job.account_id, campaign_id, tracker, shard):
        return job
    if shard + 1 < keys.MARKER_SHARDS:
        return job.advanced({**job.place, "shard": shard + 1})
    return job.advanced({**job.place, "campaigns": waiting[1:], "shard": 0}, done=1)


def campaign_data(job: Job, _: datetime) -> Job:
    """Remove some of a campaign's data: markers, then counts, then its subscriptions. Counts items.

    Arguments: ``campaign_id``.
    """
    campaign_id, shard = job.arguments["campaign_id"], int(job.place.get("shard", 0))
    if shard == 0:
        removed_data.tell_removed(job.account_id, campaign_id)
    if shard == keys.MARKER_SHARDS:
        removed = removed_data.some_counts(job.account_id, campaign_id)
        if removed:
            return job.advanced(job.place, removed)
        subscriptions.end_those_of(job.account_id, campaign_id)
        return job.finished()
    removed = removed_data.some_markers(job.account_id, campaign_id, shard)
    return job.advanced({"shard": shard if removed else shard + 1}, removed)


def _with_campaigns(job: Job, only: str | None) -> Job:
    """The job with the next campaigns to look at."""
    if only is not None:
        return job.advanced({"campaigns": [only], "cursor": None}, total=1)
    found = campaigns.listed_ids(job.account_id, CAMPAIGNS_AT_ONCE, job.place.get("cursor"))
    return job.advanced(
        {"campaigns": found.items, "cursor": found.next_cursor},
        total=None if found.next_cursor else job.done + len(found.items),
    )
