"""Jobs are worked on until they are done, whatever comes between and however often they are told."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
import pytest

from chalicelib.aws.queue import Message
from chalicelib.domain.job import Job, JobKind, JobStatus
from chalicelib.errors import Unavailable
from chalicelib.jobs import schedule, work
from chalicelib.settings import settings
from chalicelib.table import jobs
from chalicelib.table.faults import FAULTS
from chalicelib.table.transaction import Changed
from tests import factories, invariants
from tests.counting.network import Network
from tests.counting.shop import Shop
from tests.jobs.worker import Context, drain, finished


def record(body: object, number: int = 1, receives: int = 1) -> dict[str, object]:
    text = body if isinstance(body, str) else json.dumps(body)
    return {
        "messageId": f"message-{number}",
        "body": text,
        "attributes": {"ApproximateReceiveCount": str(receives)},
    }


def test_a_job_goes_on_in_the_next_message_when_time_is_over(shop: Shop):
    job = factories.new_job(shop.tenant.id, JobKind.PROFILE_ERASURE, uuid="visitor-0")
    message = record(Message(shop.tenant.id, job.id)._asdict())

    answer = work.handle({"Records": [message]}, Context(work.MARGIN + 25_000, step=10_000))
    halfway = jobs.get(shop.tenant.id, job.id)

    assert answer == {"batchItemFailures": []}
    assert (halfway.status, halfway.version) == (JobStatus.RUNNING, 3)
    assert finished(shop.tenant.read, job.id)["result"]["erased"]["events"] == 7


def test_erasures_cut_off_again_and_again_erase_everything_and_keep_every_count(shop: Shop):
    before, people = shop.counted(), [f"visitor-{number}" for number in range(6)]
    erasures = [factories.new_job(shop.tenant.id, JobKind.PROFILE_ERASURE, uuid=each) for each in people]
    cut_off = 0

    with Network().in_place() as network, network.failing(Random(11)):
        for job in erasures:
            cut_off += _worked_on_until_done(Message(shop.tenant.id, job.id))

    items = [item for item in invariants.read(settings().table) if item["PK"].startswith(shop.tenant.id)]
    assert cut_off > 1
    assert not [item for item in items if re.search(r"visitor-[0-5]\b", json.dumps(item, default=str))]
    assert shop.counted() == before


def test_a_message_that_fails_comes_again_and_others_of_its_batch_do_not(shop: Shop):
    good = factories.new_job(shop.tenant.id)
    bad = factories.new_job(shop.tenant.id, JobKind.TRACKER_REMOVAL)
    messages = [
        Message(shop.tenant.id, good.id)._asdict(),
        Message(shop.tenant.id, bad.id)._asdict(),
        "no JSON",
    ]

    answer = work.handle({"Records": [record(body, n) for n, body in enumerate(messages)]}, Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": f"message-{n}"} for n in (1, 2)]}
    assert jobs.get(shop.tenant.id, good.id).status is JobStatus.DONE
    assert jobs.get(shop.tenant.id, bad.id).status is JobStatus.RUNNING


def test_a_job_that_failed_for_the_last_time_says_so_and_runs_again_when_asked(shop: Shop):
    job = factories.new_job(shop.tenant.id, JobKind.TRACKER_REMOVAL)
    message = record(Message(shop.tenant.id, job.id)._asdict(), receives=work.MOST_TRIES)

    work.handle({"Records": [message]}, Context())
    failed = shop.tenant.read.get(f"/v1/jobs/{job.id}").body
    mended = replace(jobs.get(shop.tenant.id, job.id), arguments={"tracker": "1"})
    jobs.save(mended, mended, datetime.now(UTC))
    work.handle({"Records": [message]}, Context())

    assert (failed["status"], failed["error"]) == ("failed", "KeyError: 'tracker'")
    assert jobs.get(shop.tenant.id, job.id).status is JobStatus.DONE


def test_of_two_who_work_on_a_job_one_goes_on(shop: Shop):
    job = factories.new_job(shop.tenant.id)
    further = jobs.save(job, job.advanced({"cursor": "x"}), factories.NOW)

    with pytest.raises(Changed):
        jobs.save(job, job.advanced({"cursor": "y"}), factories.NOW)

    assert jobs.get(shop.tenant.id, job.id) == further


def test_a_message_of_no_job_is_done(shop: Shop):
    message = record(Message(shop.tenant.id, "nothing")._asdict())

    assert work.handle({"Records": [message]}, Context()) == {"batchItemFailures": []}


def test_an_export_has_every_item_of_the_account_and_no_secret(shop: Shop):
    hook = {"channel": "webhook", "address": "https://example.com/h", "every": "day"}
    subscription = {"campaign_id": shop.campaigns[0]["id"], **hook}
    made = shop.tenant.admin.call("POST", "/v1/subscriptions", subscription, once="k")
    answer = shop.tenant.admin.call("POST", "/v1/exports")

    job = finished(shop.tenant.read, answer.body["id"])

    with httpx.Client(trust_env=False) as http:
        parts = [gzip.decompress(http.get(link).content) for link in job["result"]["files"]]
    exported = {
        (item["PK"], item["SK"]): item for part in parts for item in map(json.loads, part.splitlines())
    }
    stored = {
        (item["PK"], item["SK"])
        for item in invariants.read(settings().table)
        if item["PK"].split("#")[0] == shop.tenant.id and item["type"] != "job"
    }
    assert {key for key in exported if not key[0].endswith("#JOBS")} == stored
    assert not [item for item in exported.values() if "digest" in item]
    assert made.body["secret"] not in repr(exported)
    assert not [key for key in exported if shop.tenant.id not in key[0]]


def test_what_is_due_is_begun_once_however_often_the_clock_ticks(shop: Shop):
    now = (datetime.now(UTC) + timedelta(days=1)).replace(hour=12, minute=0)

    first, again = schedule.tick(now), schedule.tick(now + timedelta(minutes=5))

    drain()
    kinds = sorted(job["kind"] for job in _all_jobs(shop) if job["status"] == "done")
    assert first["begun"] >= 5
    assert again["begun"] == 0
    assert kinds == ["health", "proof", "reports", "roll_up", "session_ends"]


def test_a_job_whose_message_was_lost_is_sent_again_and_one_that_is_worked_on_is_not(shop: Shop):
    lost = factories.new_job(shop.tenant.id)
    now = datetime.now(UTC)
    fresh = jobs.begin(Job.begun(shop.tenant.id, "fresh", JobKind.ROLL_UP, now))

    schedule.tick(now)
    drain()

    assert jobs.get(shop.tenant.id, lost.id).status is JobStatus.DONE
    assert jobs.get(shop.tenant.id, fresh.id).status is JobStatus.RUNNING


def _all_jobs(shop: Shop) -> list[dict[str, str]]:
    items: list[dict[str, str]] = shop.tenant.read.get("/v1/jobs").body["items"]
    return items


def _worked_on_until_done(message: Message) -> int:
    """Work on a job until it is done; how often that failed."""
    failures = 0
    while True:
        try:
            job = work.work_on(message, lambda: work.MARGIN)
        except (Unavailable, *FAULTS):
            failures += 1
        else:
            if job is not None and job.status is JobStatus.DONE:
                return failures
