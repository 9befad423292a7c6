"""The report over HTTP: its form, its cost, its refusals, and whose it is."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.bench.tally import requests_sent
from tests.api.callers import Caller, Fields, Tenant
from tests.report.counted import did, load, saw

TODAY = datetime.now(UTC).date()
DAYS = [(TODAY - timedelta(days=ago)).isoformat() for ago in (3, 2, 1, 0)]


@pytest.fixture
def campaign(acme: Tenant) -> Fields:
    return acme.edit.moved(acme.edit.new_campaign("Summer"), "live")


@pytest.fixture
def tracker(acme: Tenant, campaign: Fields) -> Fields:
    """The campaign's primary goal."""
    made = acme.edit.new_tracker(campaign)
    acme.edit.new_goal(campaign, made, "primary")
    return made


def report(caller: Caller, campaign: Fields, **query: str) -> Any:
    answer = caller.get(f"/v1/campaigns/{campaign['id']}/report", **query)
    assert answer.status == 200, answer
    return answer.body


def rows(caller: Caller, campaign: Fields, **query: str) -> list[dict[str, str]]:
    answer = caller.get(f"/v1/campaigns/{campaign['id']}/report.csv", **query)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_a_report_has_the_form_of_the_contract(acme: Tenant, campaign: Fields, tracker: Fields):
    load(acme, campaign, {DAYS[0]: saw(400, 600) | did(tracker, 40, 60)}, "first shard")
    load(acme, campaign, {DAYS[0]: saw(600, 400) | did(tracker, 60, 70) | {"m": 4}}, "second shard")

    body = report(acme.read, campaign)

    assert (body["from"], body["to"]) == (DAYS[0], DAYS[3])
    assert body["campaign"]["id"] == campaign["id"]
    assert body["generated_at"].endswith("Z")
    assert body["srm"] == {"p_value": 1.0, "ok": True}
    assert body["multi_variation_visitors"] == 4
    assert body["readiness"]["ready"] is False
    assert {"what": "visitors", "variation_id": "1", "has": 1000, "needs": 5000} in body["readiness"][
        "missing"
    ]
    assert body["variations"] == [
        {"id": "0", "name": "Original", "weight": 50, "baseline": True, "visitors": 1000},
        {"id": "1", "name": "Variation 1", "weight": 50, "baseline": False, "visitors": 1000},
    ]
    [goal] = body["goals"]
    assert goal["tracker"] == {"id": tracker["id"], "name": "Add to cart", "kind": "aat"}
    assert goal["role"] == "primary"
    baseline, variation = goal["variations"]
    assert (variation["visitors"], variation["converters"], variation["actions"]) == (1000, 130, 390)
    assert variation["rate"] == 0.13
    assert variation["p_value"] == pytest.approx(0.035412, abs=1e-6)
    assert len(variation["rate_interval"]) == len(variation["uplift_interval"]) == 2
    assert variation["uplift"] == pytest.approx(0.3)
    assert 0.9 < variation["chance_to_win"] < 1
    assert baseline["uplift"] is baseline["uplift_interval"] is baseline["chance_to_win"] is None
    assert goal["series"][1] == {
        "day": DAYS[0],
        "variation_id": "1",
        "visitors": 1000,
        "converters": 130,
        "actions": 390,
    }


def test_goals_come_in_their_order(acme: Tenant, campaign: Fields, tracker: Fields):
    others = [acme.edit.new_tracker(campaign, name) for name in ("Zoom", "Buy", "Ask")]
    for other in others:
        acme.edit.new_goal(campaign, other)
    path = f"/v1/campaigns/{campaign['id']}/goals"
    acme.edit.put(f"{path}/{others[2]['id']}", {"role": "secondary", "position": 0})

    reported = [goal["tracker"]["id"] for goal in report(acme.read, campaign)["goals"]]

    assert reported == [goal["tracker_id"] for goal in acme.read.get(path).body["items"]]
    assert reported == [tracker["id"], others[2]["id"], others[0]["id"], others[1]["id"]]


def test_days_and_baseline_are_what_was_asked_for(acme: Tenant, campaign: Fields, tracker: Fields):
    load(acme, campaign, {day: saw(10, 10) | did(tracker, 1, 2) for day in DAYS})

    body = report(acme.read, campaign, **{"from": DAYS[1], "to": DAYS[2], "baseline": "1"})

    assert (body["from"], body["to"]) == (DAYS[1], DAYS[2])
    assert [each["visitors"] for each in body["variations"]] == [20, 20]
    assert [each["baseline"] for each in body["variations"]] == [False, True]
    [goal] = body["goals"]
    assert goal["variations"][0]["uplift"] == -0.5
    assert goal["variations"][1]["uplift"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-02-30"}, "from"),
        ({"to": "yesterday"}, "to"),
        ({"to": "1767225600"}, "to"),
        ({"from": "2026-01-02", "to": "2026-01-01"}, "from"),
        ({"baseline": "9"}, "baseline"),
    ],
)
@pytest.mark.parametrize("form", ["report", "report.csv"])
def test_what_is_no_day_or_variation_is_refused(
    acme: Tenant, campaign: Fields, query: dict[str, str], field: str, form: str
):
    answer = acme.read.get(f"/v1/campaigns/{campaign['id']}/{form}", **query)

    assert (answer.status, answer.code) == (422, "invalid")
    assert [error["field"] for error in answer.body["errors"]] == [field]


@pytest.mark.parametrize("form", ["report", "report.csv"])
def test_a_report_is_the_account_s_own(acme: Tenant, globex: Tenant, campaign: Fields, form: str):
    path = f"/v1/campaigns/{campaign['id']}/{form}"

    assert globex.admin.get(path).status == 404
    assert acme.collect.get(path).status == 403
    assert Caller(acme.read.client).get(path).status == 401
    assert acme.read.get(path).status == 200


def test_counts_of_one_account_are_in_no_report_of_another(acme: Tenant, globex: Tenant, campaign: Fields):
    load(globex, campaign, {DAYS[0]: saw(1000, 1000)})

    assert [each["visitors"] for each in report(acme.read, campaign)["variations"]] == [0, 0]


def test_the_days_are_those_of_the_account_s_time_zone(acme: Tenant, campaign: Fields):
    acme.admin.patch("/v1/account", {"time_zone": "Pacific/Kiritimati"})

    body = report(acme.read, campaign)

    assert body["to"] == (datetime.now(UTC) + timedelta(hours=14)).date().isoformat()
    assert body["from"] is None


def test_readiness_follows_the_account_s_thresholds(acme: Tenant, campaign: Fields, tracker: Fields):
    thresholds = {"days": 1, "visitors": 10, "converters": 2}
    acme.admin.patch("/v1/account", {"readiness": thresholds})
    load(acme, campaign, {DAYS[0]: saw(10, 9) | did(tracker, 2, 2)})

    readiness = report(acme.read, campaign)["readiness"]

    assert readiness == {
        "ready": False,
        "missing": [
            {"what": "days_live", "variation_id": None, "has": 0, "needs": 1},
            {"what": "visitors", "variation_id": "1", "has": 9, "needs": 10},
        ],
    }


def test_a_change_of_weights_while_live_is_no_mismatch(acme: Tenant, campaign: Fields):
    load(acme, campaign, {DAYS[1]: saw(1000, 1000), DAYS[3]: saw(900, 100)})
    variations = [
        {"id": "0", "name": "Original", "weight": 90},
        {"id": "1", "name": "Variation 1", "weight": 10},
    ]
    changed = acme.edit.patch(f"/v1/campaigns/{campaign['id']}", {"variations": variations})

    body = report(acme.read, campaign)

    assert changed.status == 200
    assert body["srm"] == {"p_value": 1.0, "ok": True}
    assert [note["code"] for note in body["notes"]] == ["weights_changed"]


def test_a_tracker_deleted_with_an_archived_campaign_leaves_its_numbers(
    acme: Tenant, campaign: Fields, tracker: Fields
):
    load(acme, campaign, {DAYS[0]: saw(10, 10) | did(tracker, 1, 2)})
    acme.edit.moved(campaign, "archived")
    assert acme.edit.delete(f"/v1/trackers/{tracker['id']}").status == 204

    body = report(acme.read, campaign)

    [goal] = body["goals"]
    assert goal["tracker"] == {"id": tracker["id"], "name": None, "kind": None}
    assert [row["converters"] for row in goal["variations"]] == [1, 2]
    assert body["notes"][0]["code"] == "tracker_gone"


def test_the_csv_has_the_numbers_of_the_report_a_row_for_each_goal_and_variation(
    acme: Tenant, campaign: Fields, tracker: Fields
):
    other = acme.edit.new_tracker(campaign, "Buy")
    acme.edit.new_goal(campaign, other)
    load(acme, campaign, {DAYS[0]: saw(1000, 900) | did(tracker, 100, 130) | did(other, 0, 0)})

    body, lines = report(acme.read, campaign), rows(acme.read, campaign)

    named = {(line["tracker_id"], line["variation_id"]): line for line in lines}
    assert list(named) == [(each["id"], variation) for each in (tracker, other) for variation in ("0", "1")]
    for goal in body["goals"]:
        for row in goal["variations"]:
            line = named[goal["tracker"]["id"], row["id"]]
            flat = dict(row)
            for name in ("rate", "uplift"):
                flat[f"{name}_low"], flat[f"{name}_high"] = row[f"{name}_interval"] or (None, None)
            assert len(line.keys() & flat.keys()) == 11
            for name in line.keys() & flat.keys():
                assert line[name] == ("" if flat[name] is None else str(flat[name])), name
            assert line["collecting_since"] == goal["collecting_since"]
            assert line["role"] == goal["role"]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "＝1+1"])
def test_no_name_in_the_csv_is_a_formula(acme: Tenant, name: str):
    campaign = acme.edit.new_campaign(name)
    acme.edit.new_goal(campaign, acme.edit.new_tracker(campaign, name))

    [line, _] = rows(acme.read, campaign)

    assert line["campaign"] == line["tracker"] == f"'{name}"


def test_negative_numbers_in_the_csv_stay_numbers(acme: Tenant, campaign: Fields, tracker: Fields):
    load(acme, campaign, {DAYS[0]: saw(100, 100) | did(tracker, 20, 10)})

    [_, line] = rows(acme.read, campaign)

    assert float(line["uplift"]) == -0.5


def test_a_report_takes_three_requests_besides_the_key_s(acme: Tenant, campaign: Fields, tracker: Fields):
    for index in range(12):
        acme.edit.new_goal(campaign, acme.edit.new_tracker(campaign, f"Goal {index}"))
    days = {(TODAY - timedelta(days=ago)).isoformat(): saw(10, 10) | did(tracker, 1, 2) for ago in range(90)}
    for shard in ("one", "two", "three"):
        load(acme, campaign, days, shard)

    with requests_sent() as sent:
        body = report(acme.read, campaign)

    assert len(body["goals"]) == 13
    assert dict(sent) == {"GetItem": 1, "Query": 2, "BatchGetItem": 1}
