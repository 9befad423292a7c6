"""Erases a person, and proves it: after everything was erased it is searched for once more."""

from __future__ import annotations

import hashlib
from datetime import datetime

from chalicelib.domain.job import Job
from chalicelib.table import campaigns, erasure, feed, removed_data

CAMPAIGNS_AT_ONCE = 10


def step(job: Job, now: datetime) -> Job:
    """Erase some of what there is of a visitor: markers, events, the rest; then search for more of it.

    Arguments: ``uuid``. The receipt in the job's result names the visitor by a digest alone.
    """
    uuid = job.arguments["uuid"]
    if job.place.get("what", "markers") == "markers":
        return _markers(job, uuid)
    if erased := erasure.some_events(job.account_id, uuid):
        return _with(job, "events", erased)
    if erased := erasure.some_of_the_rest(job.account_id, uuid):
        return _with(job, "others", erased)
    feed.forget(job.account_id, uuid)
    if job.place.get("found", True):
        return job.advanced({**job.place, "what": "markers", "cursor": None, "found": False})
    erasure.note(job.account_id, now)
    return job.finished(
        {
            "visitor_sha256": hashlib.sha256(uuid.encode()).hexdigest(),
            "erased": {name: job.place.get(name, 0) for name in ("events", "markers", "others")},
            "campaigns_searched": job.place.get("searched", 0),
            "verified_at": now.isoformat(),
        }
    )


def _markers(job: Job, uuid: str) -> Job:
    """Search some campaigns, removed ones at last, for markers of the visitor, and erase them."""
    removed_after = job.place.get("removed_after")
    if removed_after is None:
        found = campaigns.listed_ids(job.account_id, CAMPAIGNS_AT_ONCE, job.place.get("cursor"))
        ids, place = found.items, {"cursor": found.next_cursor}
        if not found.next_cursor:
            place["removed_after"] = ""
    else:
        # An event that was on its way when its campaign went has left a marker there.
        ids = removed_data.campaign_ids(job.account_id, removed_after, CAMPAIGNS_AT_ONCE)
        place = {"removed_after": ids[-1]} if ids else {"removed_after": None, "what": "profile"}
    erased = sum(erasure.some_markers(job.account_id, each, uuid) for each in ids)
    searched = job.place.get("searched", 0) + len(ids)
    return _with(job.advanced({**job.place, **place, "searched": searched}), "markers", erased)


def _with(job: Job, what: str, erased: int) -> Job:
    """The job with more erased of one sort; something that was found is searched for once more."""
    counted = {what: job.place.get(what, 0) + erased, "found": job.place.get("found", True) or erased > 0}
    return job.advanced({**job.place, **counted}, erased)
