"""Looks each hour which trackers receive, and tells of those that have fallen silent since the last look."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from chalicelib.domain.health import Health
from chalicelib.domain.job import Job
from chalicelib.observability import logger, measure
from chalicelib.table import accounts, pulses

MOST_NAMED = 100
"""Trackers in a log line, and in the job's result."""


def step(job: Job, now: datetime) -> Job:
    """Look at all trackers. The result has their number by health, and ids of those that are silent.

    One that fell silent is told of once: in the log, by the metric TrackersSilent and as ``fell_silent``. Cut
    off before it is remembered, it is told of again.
    """
    account = accounts.get(job.account_id)
    pulse = pulses.of_account(account, now)
    places = list(pulses.places(account.id))
    numbers = Counter(pulse.of(each).health for each in places)
    silent = sorted(each.id for each in places if pulse.is_alarming(each))
    before = pulses.silent_before(account.id)
    fell_silent = [each for each in silent if each not in before]
    if fell_silent:
        logger.warning("trackers fell silent", extra={"tracker_ids": fell_silent[:MOST_NAMED]})
        measure("TrackersSilent", len(fell_silent))
    if before != frozenset(silent):
        pulses.keep_silent(account.id, silent, now)
    result = {each.value: numbers[each] for each in Health}
    named = {"silent_ids": silent[:MOST_NAMED], "fell_silent": fell_silent[:MOST_NAMED]}
    return job.advanced({}, len(places)).finished(result | named)
