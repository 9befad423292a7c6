"""What a request leaves in the log: enough to find it, and nothing that opens a door."""

from __future__ import annotations

import json

import httpx

from app import app
from chalicelib.observability import count, measure
from chalicelib.settings import settings
from infra.local.gateway import Gateway
from tests.api.callers import Caller


def test_each_request_is_one_structured_line_that_says_whose_it_was_and_how_it_went(acme, log):
    acme.read.get("/v1/campaigns", status="nonsense")

    (line,) = log()
    assert line["account_id"] == acme.id
    assert (line["method"], line["route"]) == ("GET", "/v1/campaigns")
    assert line["status"] == 422
    assert line["milliseconds"] > 0


def test_the_line_has_the_id_that_the_answer_gives_the_request(table, log):
    with httpx.Client(transport=httpx.WSGITransport(Gateway(app)), base_url="http://test") as browser:
        answer = browser.get("/health")

    (line,) = log()
    assert line["correlation_id"] == answer.headers["x-amzn-requestid"]


def test_a_refused_caller_is_not_logged_as_the_one_before(acme, client, log):
    acme.read.get("/v1/account")
    Caller(client, "nobody's").get("/v1/account")

    known, unknown = log()
    assert known["account_id"] == acme.id
    assert unknown["status"] == 401
    assert not {"account_id", "key_id"} & unknown.keys()


def test_logs_and_metrics_never_contain_a_secret(acme, client, log, capsys):
    made = acme.admin.post("/v1/keys", {"scope": "read", "name": "Dashboard"}).body["key"]
    wrong = made[:-1] + ("a" if made[-1] != "a" else "b")
    Caller(client, made).get("/v1/account")
    Caller(client, wrong).get("/v1/account")
    acme.admin.call("GET", "/v1/account", write_key=made)

    written = json.dumps(log()) + capsys.readouterr().out
    assert len(log()) == 4
    for key in (made, wrong, acme.admin.key):
        assert key.rpartition("_")[2] not in written


def test_refusals_are_counted_by_their_codes(acme, client, capsys):
    Caller(client).get("/v1/account")

    (line,) = capsys.readouterr().out.splitlines()
    metric = json.loads(line)
    assert (metric["Refused"], metric["reason"]) == ([1.0], "unauthorized")


def test_every_metric_says_of_which_stage_it_is_also_after_one_with_a_reason(capsys):
    count("Refused", "unauthorized")
    measure("CountsDiffer", 2)
    count("Refused", "not_found")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    of = [line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for line in lines]
    assert [[sorted(names) for names in each] for each in of] == [
        [["reason", "service", "stage"]],
        [["service", "stage"]],
        [["reason", "service", "stage"]],
    ]
    assert {line["stage"] for line in lines} == {settings().stage}
