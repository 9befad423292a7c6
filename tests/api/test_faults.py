"""When the table fails, nothing is acknowledged: the caller is told to come back."""

from __future__ import annotations

import pytest

from tests.api import faults
from tests.api.requests import named, those


@pytest.mark.parametrize("route", those(keyed=True), ids=named)
def test_a_table_that_does_not_answer_is_503_with_retry_after_on_every_route(route, shared_seed, stored):
    method, path, body = shared_seed.request(route)
    before = stored()

    with faults.happening(faults.PASSING["internal error"], after=1):  # the key's read is answered
        answer = shared_seed.tenant.admin.call(method, path, body)

    assert (answer.status, answer.code) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert stored() == before


@pytest.mark.parametrize("fault", faults.PASSING)
@pytest.mark.parametrize("after", [0, 1, 2])
def test_every_passing_fault_is_503_whichever_request_meets_it(shared_seed, stored, log, fault, after):
    path = f"/v1/campaigns/{shared_seed.ids['campaign_id']}/goals/{shared_seed.ids['tracker_id']}"
    before = stored()

    with faults.happening(faults.PASSING[fault], after):
        answer = shared_seed.tenant.edit.put(path, {"role": "primary"})

    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "unavailable", "1")
    assert [line["level"] for line in log()] == ["ERROR", "INFO"]
    assert stored() == before


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException"])
def test_a_fault_that_another_try_would_only_meet_again_is_500_without_details(shared_seed, log, code):
    with faults.happening(faults.refused(400, code), after=1):
        answer = shared_seed.tenant.edit.get("/v1/campaigns")

    logged = next(line for line in log() if line["level"] == "ERROR")
    assert (answer.status, answer.code) == (500, "internal_error")
    assert code not in answer.text
    assert code in logged["exception"]


def test_health_says_when_the_table_does_not_answer(shared_seed, client):
    with faults.happening(faults.PASSING["throttled"]):
        answer = shared_seed.tenant.read.get("/health")

    assert (answer.status, answer.code) == (503, "unavailable")


def test_a_fault_that_passes_within_the_tries_is_not_noticed(shared_seed):
    with faults.happening(faults.PASSING["no connection"], times=2):
        answer = shared_seed.tenant.read.get("/v1/campaigns")

    assert answer.status == 200
