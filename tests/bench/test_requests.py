"""What the control plane asks of DynamoDB stays within these limits, and is counted as DynamoDB bills it."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from chalicelib.api.http import Operation
from chalicelib.api.routes import ROUTES
from infra.bench import requests, units
from infra.bench.requests import Measured
from infra.bench.steps import STEPS, Step

LIMITS = {
    "make a key": (2, 1, 2, 0),
    "list keys": (2, 2, 0, 0),
    "revoke a key": (2, 1, 2, 0),
    "get the account": (2, 2, 0, 0),
    "change the account": (3, 2, 2, 1),
    "make a site": (2, 1, 2, 0),
    "list sites": (2, 2, 0, 0),
    "get a site": (2, 2, 0, 0),
    "change a site": (3, 2, 2, 0),
    "make a campaign": (3, 1, 5, 2),
    "make a campaign, once": (3, 1, 7, 2),
    "make a campaign of a site": (3, 1, 7, 2),
    "list campaigns": (3, 5, 0, 0),
    "list campaigns of a status": (2, 1.5, 0, 0),
    "get a campaign": (2, 2, 0, 0),
    "change a campaign": (3, 2, 2, 1),
    "add a sub-test": (2, 1, 2, 1),
    "begin an editor session": (2, 1, 4, 0),
    "end an editor session": (2, 1, 2, 0),
    "make an AAT of one word": (3, 1, 9, 2),
    "make an AAT of three words": (3, 1, 13, 4),
    "make an XAT": (3, 1, 7, 2),
    "make an XAT in a sub-test": (3, 1, 7, 3),
    "look for a name": (3, 3, 0, 0),
    "list a campaign's trackers": (4, 7, 0, 0),
    "list what a campaign may select": (6, 8.5, 0, 0),
    "search what a campaign may select": (9, 11, 0, 0),
    "list the account's trackers": (3, 5.5, 0, 0),
    "search the account's trackers": (14, 8, 0, 0),
    "get a tracker": (2, 2, 0, 0),
    "change an AAT's context": (3, 2, 2, 0),
    "hide an AAT of three words": (3, 2, 14, 6),
    "rename an XAT of one word": (3, 2, 6, 2),
    "make an XAT an AAT": (3, 2, 8, 2),
    "select an own tracker as primary goal": (4, 3, 6, 2),
    "replace the primary goal": (4, 3, 8, 3),
    "select another campaign's AAT as a goal": (4, 3, 8, 3),
    "move a goal": (3, 2, 4, 2),
    "list a campaign's goals": (3, 4, 0, 0),
    "list a tracker's uses": (7, 7, 0, 0),
    "list what intake rejected": (2, 2, 0, 0),
    "make a subscription": (3, 2, 4, 0),
    "list subscriptions": (2, 2, 0, 0),
    "send a subscriber the report of now": (2, 1, 4, 1),
    "end a subscription": (2, 1, 2, 0),
    "start a campaign": (3, 2, 2, 2),
    "archive a campaign with a goal made elsewhere": (3, 2, 8, 4),
    "take it out of the archive": (3, 2, 8, 4),
    "deselect a goal made elsewhere": (4, 3, 8, 3),
    "end a campaign": (3, 2, 2, 2),
    "remove a sub-test": (2, 1, 2, 1),
    "delete an unused AAT of three words": (3, 2, 10, 3),
    "delete a tracker with one goal": (12, 7, 22, 7),
    "delete a campaign without trackers": (6, 4, 8, 4),
    "delete a campaign with two trackers and a goal": (12, 7, 24, 8),
    "delete a site": (2, 1, 2, 0),
    "begin an export": (2, 1, 2, 1),
    "get a job": (2, 2, 0, 0),
    "list jobs": (4, 2.5, 0, 0),
}
"""Operation: most requests, read units, write units and write units of the index."""


@pytest.fixture(scope="module")
def measured(module_table: str) -> list[Measured]:
    return requests.measure()


def test_no_operation_asks_for_more_than_its_limit(measured):
    figures = {each.step.name: _figures(each) for each in measured}

    over = {
        name: each
        for name, each in figures.items()
        if any(figure > limit for figure, limit in zip(each, LIMITS[name], strict=True))
    }

    assert over == {}


def test_every_limit_is_of_an_operation_that_is_measured(measured):
    assert [each.step.name for each in measured] == list(LIMITS)


def test_write_units_of_table_and_index_together_are_those_the_emulator_reports(measured):
    counted = {
        each.step.name: each.cost.write_units - each.cost.refused_write_units + each.cost.index_write_units
        for each in measured
    }

    assert counted == {each.step.name: each.cost.reported for each in measured}


def test_every_route_of_the_control_plane_is_measured():
    measured = {(step.method, _shape(step.path)) for step in STEPS}
    operations = [(route, route.load()) for route in ROUTES]
    keyed = [route for route, each in operations if isinstance(each, Operation) and each.scope]

    left_out = {route for route in keyed if (route.method, _shape(route.path)) not in measured}

    # What reads events or their counts does so with the client of the hot path.
    assert {route.operation.partition(":")[0] for route in left_out} <= {"reports", "profiles"}


def test_figures_are_printed_as_a_table_for_people_and_as_json_for_programs(measured):
    lines = requests.table(measured).splitlines()
    rows = json.loads(json.dumps([each.row() for each in measured]))

    assert len(lines) == len(rows) + 2
    assert lines[2].startswith("| make a key | 1 GetItem, 1 TransactWriteItems | 1 | 2 | 0 |")
    assert rows[0]["requests"] == {"GetItem": 1, "TransactWriteItems": 1}


def test_a_step_that_fails_is_no_measurement(module_table, monkeypatch):
    monkeypatch.setattr(requests, "STEPS", [Step("fail", "GET", "/v1/sites/nowhere")])

    with pytest.raises(requests.StepFailed, match="fail: 404"):
        requests.measure()


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"N": "0"}, 1),
        ({"N": "-12.50"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": [{"S": "a"}]}, 5),
        ({"M": {"ab": {"S": "c"}}}, 7),
    ],
)
def test_an_items_size_is_that_of_its_names_and_values(value, size):
    assert units.size({"name": value}) == 4 + size


@pytest.mark.parametrize(("size", "write", "read"), [(100, 1, 1), (1024, 1, 1), (1025, 2, 1), (4097, 5, 2)])
def test_units_are_rounded_up_for_each_item_read_or_written_and_for_a_query_as_a_whole(size, write, read):
    item = {"x": {"S": "y" * (size - 1)}}

    assert units.writing(None, item) == units.writing(item, None) == units.writing(item, item) == write
    assert units.reading_each([item, item], consistent=True) == 2 * read
    assert units.reading_each([item], consistent=False) == read / 2
    assert units.reading_range([item] * 2, consistent=True) == -(-2 * size // 4096)


def test_nothing_read_costs_one_unit_too():
    assert units.reading_each([None], consistent=True) == units.reading_range([], consistent=True) == 1


def test_the_index_costs_a_write_for_each_copy_that_is_put_changed_or_removed():
    there = {"GSI1PK": {"S": "a"}, "GSI1SK": {"S": "b"}, "name": {"S": "x"}}
    changed, moved, unlisted = (
        there | {"name": {"S": "y"}},
        there | {"GSI1SK": {"S": "c"}},
        {"name": {"S": "x"}},
    )

    costs = {
        "put": units.index_writing(None, there),
        "removed": units.index_writing(there, None),
        "taken off the list": units.index_writing(there, unlisted),
        "changed": units.index_writing(there, changed),
        "moved": units.index_writing(there, moved),
        "left as it is": units.index_writing(there, there),
        "never listed": units.index_writing(None, unlisted),
    }

    assert costs == {"put": 1, "removed": 1, "taken off the list": 1, "changed": 1, "moved": 2,
                     "left as it is": 0, "never listed": 0}  # fmt: skip


def _figures(measured: Measured) -> tuple[float, float, float, float]:
    cost = measured.cost
    return Counter(cost.requests).total(), cost.read_units, cost.write_units, cost.index_write_units


def _shape(path: str) -> str:
    """A path without its parameters' names and without its query."""
    return "/".join("{}" if part.startswith("{") else part for part in path.partition("?")[0].split("/"))
