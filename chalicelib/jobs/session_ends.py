"""Ends the sessions of visitors who left without a word: each hour, those that nobody has ended so far.

It also forgets people whose events were erased before the stream told of them: the sessions and the places in
the feed that counting has noted of them since.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.job import Job
from chalicelib.domain.session_end import QUIET, last_of
from chalicelib.table import accounts, begun_sessions, erasure, feed, keys
from chalicelib.table.begun_sessions import BegunSession

SESSIONS_AT_ONCE = 200


def step(job: Job, now: datetime) -> Job:
    """Look at some of the sessions that have begun. Counts those that were ended."""
    account = accounts.get(job.account_id)
    shard, after = int(job.place.get("shard", 0)), str(job.place.get("after", ""))
    ended = left = 0
    while shard < keys.SESSION_SHARDS and left < SESSIONS_AT_ONCE:
        wanted = SESSIONS_AT_ONCE - left
        found = begun_sessions.some(account.id, shard, after, now - QUIET, wanted)
        ended += sum(_ended(account, each, now) for each in found)
        left += len(found)
        shard, after = (shard, found[-1].place) if len(found) == wanted else (shard + 1, "")
    further = job.advanced({"shard": shard, "after": after}, ended)
    if shard < keys.SESSION_SHARDS:
        return further
    if erasure.may_be_told_of(account.id, now):
        feed.forget_missing(account.id)
    return further.finished()


def _ended(account: Account, session: BegunSession, now: datetime) -> bool:
    """End a session that is over, at the time of its last event; whether that was for us to do."""
    last = last_of(session.id, begun_sessions.events_of(session), account.zone)
    if last is None:
        begun_sessions.forget(session)
        return False
    return now - last >= QUIET and begun_sessions.end(account, session, last, now)
