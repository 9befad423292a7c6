"""Each night some campaigns' counts are proven; one that is wrong is named and raises the alarm."""

from __future__ import annotations

import json
import time
from email.message import EmailMessage
from unittest import mock

import boto3

from chalicelib.aws import mail
from chalicelib.aws.queue import Message
from chalicelib.domain.job import JobKind
from chalicelib.jobs import work
from chalicelib.table import counters, jobs
from chalicelib.table.counters import Addition
from tests import factories
from tests.counting.shop import Shop


def proven(shop: Shop, job_id: str) -> dict[str, int]:
    factories.new_job(shop.tenant.id, JobKind.PROOF, job_id)
    with mock.patch.object(time, "sleep", return_value=None):
        done = work.work_on(Message(shop.tenant.id, job_id), lambda: work.MARGIN)
    assert done is not None
    assert done.status == "done"
    return dict(done.result)


def test_counts_that_are_right_are_proven_and_nobody_is_told(shop: Shop, capsys):
    account = shop.tenant.admin.patch("/v1/account", {"retention_days": 3650})

    result = proven(shop, "proof_1")

    assert account.status == 200
    assert result == {}
    assert jobs.get(shop.tenant.id, "proof_1").done == 2
    assert "CountsDiffer" not in capsys.readouterr().out


def test_a_count_that_is_wrong_is_named_and_raises_the_alarm(shop: Shop, capsys):
    shop.tenant.admin.patch("/v1/account", {"retention_days": 3650})
    campaign = shop.campaigns[0]["id"]
    counters.add("disturbed", [Addition(shop.tenant.id, campaign, "2026-01-05", ("v.1",), "7")])

    result = proven(shop, "proof_2")

    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "CountsDiffer" in line]
    assert result == {campaign: 1}
    assert [(each["service"], each["CountsDiffer"]) for each in printed] == [("actrail", [1.0])]
    (dimensions,) = printed[0]["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
    assert sorted(dimensions) == ["service", "stage"]


def test_a_mail_goes_to_ses_where_no_folder_takes_its_place(shop: Shop):
    boto3.client("sesv2").create_email_identity(EmailIdentity="actrail@localhost")
    message = EmailMessage()
    message["To"], message["Subject"], message["Message-ID"] = "ann@example.com", "Report", "<1@actrail>"
    message.set_content("Text")

    mail.send(message)

    assert message["From"] == "actrail@localhost"
