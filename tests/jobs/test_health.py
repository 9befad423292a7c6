"""Each hour it is seen which trackers receive, and who has fallen silent is told of once."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain import counts
from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.health import Health
from chalicelib.domain.job import Job, JobKind, JobStatus
from chalicelib.domain.schedule import HOURLY, SCHEDULES
from chalicelib.domain.tracker import Kind, Tracker
from chalicelib.jobs import health
from chalicelib.table import accounts, campaign_status, campaigns, counters, jobs, pulses
from chalicelib.table.counters import Addition
from chalicelib.table.rows import Row
from tests import factories

LIVE_SINCE = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
_SEQUENCES = itertools.count(1)


@pytest.fixture
def account(table: str) -> str:
    return factories.new_account()


@pytest.fixture
def live(account: str) -> Campaign:
    return new_live(account)


def new_live(account: str, since: datetime = LIVE_SINCE) -> Campaign:
    return campaign_status.move(account, factories.new_campaign(account).id, Status.LIVE, since)


def receive(
    account: str, campaign: Campaign, tracker: Tracker, day: str, *, by_fallback: bool = False
) -> None:
    names = counts.of_action(str(tracker.number), "1", by_fallback=by_fallback)
    addition = Addition(account, campaign.id, day, names, f"{day.replace('-', '')}{next(_SEQUENCES):06}")
    counters.add(f"shard-{tracker.id}", [addition])


def look(account: str, now: datetime = NOW) -> dict[str, Any]:
    """What the hour's job finds."""
    job = health.step(Job.begun(account, "health", JobKind.HEALTH, now), now)
    assert job.status is JobStatus.DONE
    assert job.done == job.total == sum(job.result[each] for each in Health)
    return dict(job.result)


def told(capsys: pytest.CaptureFixture[str], metric: str = "TrackersSilent") -> list[float]:
    """What a metric was raised by since the last look at any."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if metric in line]
    dimensions = [each["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for each in lines]
    assert all([sorted(names) for names in each] == [["service", "stage"]] for each in dimensions)
    return [number for each in lines for number in each[metric]]


def test_every_tracker_is_looked_at_and_counted_by_its_health(account, live):
    resting = factories.new_campaign(account)
    made = {
        name: factories.new_tracker(account, live, name)
        for name in ("receiving", "silent", "never", "drifting")
    }
    factories.new_tracker(account, resting, "resting")
    everywhere = factories.new_tracker(account, resting, "of several words", Kind.AAT)
    hidden = factories.new_tracker(account, live, "hidden", hidden=True)
    receive(account, live, made["receiving"], "2026-01-10")
    receive(account, live, hidden, "2026-01-09")
    receive(account, live, everywhere, "2026-01-09")
    receive(account, live, made["silent"], "2026-01-07")
    receive(account, live, made["drifting"], "2026-01-09", by_fallback=True)

    result = look(account)

    assert {name: result[name] for name in Health} == {
        "receiving": 3,
        "silent": 1,
        "never": 1,
        "drifting": 1,
        "not_live": 1,
    }
    assert result["silent_ids"] == [made["silent"].id]
    assert result["drifting_ids"] == [made["drifting"].id]


def test_who_has_fallen_silent_is_told_of_once_and_again_after_it_received(account, live, capsys):
    tracker = factories.new_tracker(account, live)
    receive(account, live, tracker, "2026-01-07")

    first, second = look(account), look(account, NOW + timedelta(hours=1))
    receive(account, live, tracker, "2026-01-10")
    receiving = look(account, NOW + timedelta(hours=2))
    later = look(account, NOW + timedelta(days=3))

    assert [each["fell_silent"] for each in (first, second, receiving, later)] == [
        [tracker.id],
        [],
        [],
        [tracker.id],
    ]
    assert (second["silent_ids"], receiving["silent_ids"]) == ([tracker.id], [])
    assert told(capsys) == [1.0, 1.0]


def test_who_has_begun_to_drift_is_told_of_once_and_again_after_the_selector_matched(account, live, capsys):
    tracker = factories.new_tracker(account, live)
    for _ in range(2):
        receive(account, live, tracker, "2026-01-10", by_fallback=True)
    receive(account, live, tracker, "2026-01-09")

    first, second = look(account), look(account, NOW + timedelta(hours=1))
    receive(account, live, tracker, "2026-01-10")
    receive(account, live, tracker, "2026-01-11")
    mended = look(account, NOW + timedelta(days=1))
    for _ in range(2):
        receive(account, live, tracker, "2026-01-12", by_fallback=True)
    later = look(account, NOW + timedelta(days=2))

    assert [each["began_to_drift"] for each in (first, second, mended, later)] == [
        [tracker.id],
        [],
        [],
        [tracker.id],
    ]
    assert (second["drifting_ids"], mended["drifting_ids"]) == ([tracker.id], [])
    assert told(capsys, "TrackersDrifting") == [1.0, 1.0]


def test_only_the_days_that_make_it_a_receiving_one_tell_whether_a_tracker_drifts(account, live):
    tracker = factories.new_tracker(account, live)
    for _ in range(2):
        receive(account, live, tracker, "2026-01-08", by_fallback=True)
    receive(account, live, tracker, "2026-01-09")

    assert (look(account)["drifting"], look(account, NOW - timedelta(days=1))["drifting"]) == (0, 1)


def test_a_tracker_that_drifts_and_falls_silent_is_told_of_as_both(account, live, capsys):
    tracker = factories.new_tracker(account, live)
    receive(account, live, tracker, "2026-01-10", by_fallback=True)

    drifting, silent = look(account), look(account, NOW + timedelta(days=2))

    assert (drifting["began_to_drift"], drifting["fell_silent"]) == ([tracker.id], [])
    assert (silent["began_to_drift"], silent["fell_silent"]) == ([], [tracker.id])
    assert silent["drifting_ids"] == []


def test_an_account_tracker_drifts_by_what_it_received_in_all_campaigns(account, live):
    other = new_live(account)
    tracker = factories.new_tracker(account, live, "Everywhere", Kind.AAT)
    receive(account, live, tracker, "2026-01-10", by_fallback=True)
    alone = look(account)["drifting_ids"]

    for _ in range(2):
        receive(account, other, tracker, "2026-01-10")

    assert (alone, look(account)["drifting_ids"]) == ([tracker.id], [])


def test_nobody_is_told_of_what_never_received_or_went_live_within_the_day(account, live, capsys):
    factories.new_tracker(account, live, "never")
    resumed = new_live(account, NOW - timedelta(hours=3))
    before = factories.new_tracker(account, resumed, "before")
    receive(account, resumed, before, "2026-01-02")

    result = look(account)

    assert (result["silent"], result["silent_ids"], told(capsys)) == (1, [], [])
    assert look(account, NOW + timedelta(days=1))["fell_silent"] == [before.id]


def test_a_campaign_that_is_live_is_looked_at_however_many_are_newer(account, live, monkeypatch):
    monkeypatch.setattr(pulses, "MOST_CAMPAIGNS", 2)
    tracker = factories.new_tracker(account, live)
    receive(account, live, tracker, "2026-01-10")
    for _ in range(3):
        factories.new_campaign(account)

    assert look(account)["receiving"] == 1


def test_cut_off_before_it_is_remembered_it_is_told_of_again(account, live, capsys, monkeypatch):
    receive(account, live, factories.new_tracker(account, live), "2026-01-07")
    with monkeypatch.context() as patch:
        patch.setattr(pulses, "keep_alarming", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            look(account)

    look(account)

    assert told(capsys) == [1.0, 1.0]


def test_a_look_that_finds_what_the_last_one_found_writes_nothing(account, live):
    receive(account, live, factories.new_tracker(account, live), "2026-01-07")
    look(account)
    before = [row.to_dynamodb_dict() for row in Row.scan()]

    look(account, NOW + timedelta(hours=1))

    assert [row.to_dynamodb_dict() for row in Row.scan()] == before


def test_nothing_of_another_account_is_looked_at(account, live, capsys):
    other = factories.new_account()
    theirs = new_live(other)
    receive(other, theirs, factories.new_tracker(other, theirs), "2026-01-07")

    assert look(account) == {
        **{each.value: 0 for each in Health},
        **{each: [] for each in ("silent_ids", "fell_silent", "drifting_ids", "began_to_drift")},
    }
    assert len(look(other)["silent_ids"]) == 1


def test_a_tracker_that_is_gone_is_remembered_no_more(account, live):
    tracker = factories.new_tracker(account, live)
    receive(account, live, tracker, "2026-01-07")
    look(account)
    campaign_status.move(account, live.id, Status.ENDED, NOW)

    look(account)

    assert not any(pulses.alarming_before(account).values())
    assert campaigns.get(account, live.id).status is Status.ENDED


def test_it_comes_each_hour_and_its_jobs_are_kept_for_two_days(account):
    (schedule,) = [each for each in SCHEDULES if each.kind is JobKind.HEALTH]
    zone = accounts.get(account).zone
    periods = [schedule.period(NOW + timedelta(minutes=minutes), zone) for minutes in (0, 59, 60)]
    job = jobs.begin(Job.begun(account, "health_1", JobKind.HEALTH, NOW))
    jobs.save(job, job.finished(), NOW)
    daily = jobs.begin(Job.begun(account, "proof_1", JobKind.PROOF, NOW))
    jobs.save(daily, daily.finished(), NOW)

    kept = {row.SK: row.to_dynamodb_dict()["expires_at"]["N"] for row in Row.query(f"{account}#JOBS")}

    assert periods == ["2026011012", "2026011012", "2026011013"]
    assert frozenset({JobKind.HEALTH, JobKind.SESSION_ENDS}) == HOURLY
    assert datetime.fromtimestamp(int(kept["health_1"]), UTC) == NOW + timedelta(days=2)
    assert datetime.fromtimestamp(int(kept["proof_1"]), UTC) == NOW + timedelta(days=30)


def test_it_comes_each_hour_whatever_the_accounts_clock_does():
    (schedule,) = [each for each in SCHEDULES if each.kind is JobKind.HEALTH]
    back = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    clock = [schedule.period(back + timedelta(hours=hours), ZoneInfo("Europe/Berlin")) for hours in (0, 1)]
    moved = schedule.period(NOW, ZoneInfo("Pacific/Auckland"))
    to = schedule.period(NOW + timedelta(hours=1), ZoneInfo("America/Los_Angeles"))

    assert clock[0] < clock[1]
    assert moved < to
