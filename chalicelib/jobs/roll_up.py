"""Rolls closed days up, campaign by campaign, so that reports stay quick to read; see table/roll_up.py."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.domain.job import Job
from chalicelib.domain.traffic import day_of
from chalicelib.table import accounts, campaigns, removed_data, roll_up

CAMPAIGNS_AT_ONCE = 20
OPEN = timedelta(days=1)
"""How long after a day's end its counts stay where they are: most of what comes late comes sooner."""

MOST_TRIES = 1000
"""Of moves in one campaign and step: each moves 80 counters, or meets somebody who does the same."""


def step(job: Job, now: datetime) -> Job:
    """Roll up some campaigns; after the last of them forget what removed ones counted. Counts campaigns."""
    account = accounts.get(job.account_id)
    before = day_of(now - OPEN, account.zone)
    found = campaigns.listed_ids(job.account_id, CAMPAIGNS_AT_ONCE, job.place.get("cursor"))
    for campaign_id in found.items:
        campaign(job.account_id, campaign_id, before, now)
    further = job.advanced({"cursor": found.next_cursor}, len(found.items))
    if found.next_cursor:
        return further
    removed_data.forget_late_counts(job.account_id)
    return further.finished()


def campaign(account_id: str, campaign_id: str, before_day: str, now: datetime) -> None:
    """Roll up all days of a campaign before a day, and forget what needs no more remembering."""
    for _ in range(MOST_TRIES):
        if not roll_up.merge_some(account_id, campaign_id, before_day, now):
            break
    roll_up.forget_empty(account_id, campaign_id, before_day, now)
