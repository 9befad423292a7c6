"""Proves the counts of some campaigns each night, in turn, and raises an alarm when one is wrong."""

from __future__ import annotations

import time
from datetime import datetime
from zlib import crc32

from chalicelib.domain.campaign import Status
from chalicelib.domain.counts import merged
from chalicelib.domain.job import Job
from chalicelib.jobs.recount import recount
from chalicelib.observability import logger, measure
from chalicelib.table import accounts, campaigns, counters

CAMPAIGNS_A_NIGHT = 5
MOST_CONVERTERS = 5_000
"""Of a campaign that is proven by itself: each is a query. Of a larger one `actrail recount` is asked for."""

BEHIND = 10.0
"""Seconds that the stream may be behind what is stored."""

MOST_LISTED = 100


def step(job: Job, now: datetime) -> Job:
    """Prove one more campaign. Counts campaigns; the result names those whose counts differ."""
    waiting = job.place.get("campaigns")
    if waiting is None:
        chosen = _chosen(job)
        return job.advanced({"campaigns": chosen}, total=len(chosen))
    if not waiting:
        return job.finished()
    campaign_id, *rest = waiting
    further = job.advanced({"campaigns": rest}, 1)
    differ = _differ(job.account_id, campaign_id, now)
    if not differ:
        return further
    logger.error("counts differ", extra={"campaign_id": campaign_id, "counts": differ})
    measure("CountsDiffer", differ)
    return further.with_result({**job.result, campaign_id: differ})


def _chosen(job: Job) -> list[str]:
    """Some of the live campaigns that are small enough, others each night."""
    live = campaigns.listed(job.account_id, Status.LIVE, MOST_LISTED, None).items
    in_turn = sorted((each.id for each in live), key=lambda each: crc32(f"{job.id}{each}".encode()))
    return [each for each in in_turn if _converters(job.account_id, each) <= MOST_CONVERTERS][
        :CAMPAIGNS_A_NIGHT
    ]


def _converters(account_id: str, campaign_id: str) -> int:
    total = merged(counters.days_of(account_id, campaign_id).values())
    return sum(number for name, number in total.items() if name.startswith("c."))


def _differ(account_id: str, campaign_id: str, now: datetime) -> int:
    """How many counts are wrong for certain: not those that moved, nor where events have expired."""
    account = accounts.get(account_id)
    outcome = recount(account, campaign_id, now, lambda items, _: items, lambda: time.sleep(BEHIND))
    if outcome.beyond_retention:
        return 0
    return sum(not each.moving for each in outcome.differences)
