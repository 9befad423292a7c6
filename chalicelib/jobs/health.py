"""Looks each hour how trackers are, and tells of those that have become alarming since the last look."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.health import Health
from chalicelib.domain.job import Job
from chalicelib.observability import logger, measure
from chalicelib.table import accounts, pulses

MOST_NAMED = 100
"""Trackers in a log line, and in each list of the job's result."""


class Alarm(NamedTuple):
    """How trackers of an alarming health are told of once: by a metric, in the log and in the result."""

    metric: str
    words: str
    result: str


ALARMS = {
    Health.SILENT: Alarm("TrackersSilent", "trackers fell silent", "fell_silent"),
    Health.DRIFTING: Alarm("TrackersDrifting", "trackers began to drift", "began_to_drift"),
}


def step(job: Job, now: datetime) -> Job:
    """Look at all trackers. The result has their number by health, and ids of those that are alarming.

    One that became so is told of once. Cut off before it is remembered, it is told of again.
    """
    account = accounts.get(job.account_id)
    pulse = pulses.of_account(account, now)
    places = list(pulses.places(account.id))
    numbers = Counter(pulse.of(each).health for each in places)
    alarming = {
        health: sorted(each.id for each in places if pulse.alarm_of(each) is health) for health in ALARMS
    }
    before = pulses.alarming_before(account.id)
    result: dict[str, object] = {each.value: numbers[each] for each in Health}
    for health, alarm in ALARMS.items():
        began = [each for each in alarming[health] if each not in before.get(health, ())]
        if began:
            logger.warning(alarm.words, extra={"tracker_ids": began[:MOST_NAMED]})
            measure(alarm.metric, len(began))
        result |= {f"{health}_ids": alarming[health][:MOST_NAMED], alarm.result: began[:MOST_NAMED]}
    if any(before.get(health, []) != alarming[health] for health in ALARMS):
        pulses.keep_alarming(account.id, alarming, now)
    return job.advanced({}, len(places)).finished(result)
