"""What intake costs: requests to the table and write units, counted by the store itself."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.conftest import forget_process
from tests.intake.between import Between, Fault
from tests.intake.senders import Shop, now

UUID = "9f8f2a1e-6d2b-4a53-9c1e-0d6f5b7a8c{:02}"
LABEL = "Add to cart: men's running shoes, size 42, anthracite and lime"


@pytest.fixture
def warm(shop: Shop, between: Between) -> Shop:
    """An account whose events have come through this process already."""
    shop.took([_tracked(shop, 99), _seen(shop, 99)])
    between.forget()
    return shop


def _tracked(shop: Shop, number: int) -> dict[str, object]:
    """A tracked action as big as those of the tag."""
    uuid = UUID.format(number)
    params = {"url": f"https://shop.example/en/shoes/{'x' * 150}", "price": 119.95, "currency": "EUR"}
    return shop.click(id=uuid, uuid=uuid, time=now(), label=LABEL, params=params)


def _seen(shop: Shop, number: int) -> dict[str, object]:
    return shop.exposure(id="x" + UUID.format(number), uuid=UUID.format(number))


def test_a_tracked_action_in_one_campaign_costs_2_write_units_and_1_request(warm, between):
    warm.took(_tracked(warm, 1))

    assert (between.seen, between.units) == (["BatchWriteItem"], 2.0)


def test_25_tracked_actions_cost_50_write_units_2_requests_and_no_read(warm, between):
    warm.took([_tracked(warm, number) for number in range(25)])

    assert (between.seen, between.units) == (["BatchWriteItem"] * 2, 50.0)


def test_an_exposure_costs_3_write_units_and_a_page_visit_1(warm, between):
    warm.took(_seen(warm, 1))
    warm.took(warm.visit(action="page.visit", params={"url": "https://shop.example"}))

    assert (between.seen, between.units) == (["BatchWriteItem"] * 2, 4.0)


def test_refused_events_cost_1_write_unit_whatever_their_number(warm, between):
    warm.took([warm.visit(action="nonsense"), warm.visit(uuid=None)] * 10)

    assert (between.seen, between.units) == (["UpdateItem"], 1.0)


def test_the_first_events_of_an_account_cost_3_reads(shop, between):
    shop.took([_tracked(shop, 1), _seen(shop, 1)])

    assert between.seen == ["BatchGetItem", "Query", "BatchGetItem", "BatchWriteItem"]


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("operation", ["BatchWriteItem", "PutItem", "UpdateItem", "BatchGetItem"])
def test_what_is_not_stored_is_answered_with_503_and_when_to_try_again(shop, between, operation):
    between.fault = lambda each: Fault.THROTTLED if each == operation else None
    batch = [shop.click(id="a"), shop.visit(id="b", time=None), shop.visit(id="c", action="nonsense")]

    answer = shop.send(batch, headers={"Origin": "https://shop.example"})

    assert (answer.status, answer.code) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"


@pytest.mark.usefixtures("no_pauses")
def test_an_event_refused_for_a_failed_look_up_counts_when_it_is_sent_again(shop, between):
    reads = iter([None, Fault.BROKEN, Fault.BROKEN, Fault.BROKEN, Fault.BROKEN, Fault.BROKEN])
    between.fault = lambda each: next(reads, None) if each == "BatchGetItem" else None

    answers = [shop.send(shop.click()).status for _ in range(2)]

    assert answers == [503, 200]
    assert len(shop.items("marker")) == 1


@pytest.mark.usefixtures("no_pauses")
def test_an_answer_that_got_lost_leaves_each_event_once(shop, between):
    lost = iter([Fault.UNANSWERED, Fault.PARTLY, Fault.UNANSWERED])
    between.fault = lambda each: next(lost, None) if each == "BatchWriteItem" else None

    shop.took([shop.click(id=each) for each in "abc"])

    assert [event["id"] for event in shop.feed()] == ["c", "b", "a"]
    assert len(shop.items("marker")) == 1


def test_a_fault_of_ours_is_answered_without_details(shop, between, monkeypatch):
    monkeypatch.setenv("ACTRAIL_TABLE", "no-such-table")
    forget_process()

    answer = shop.send(shop.click())

    assert (answer.status, answer.code) == (500, "internal_error")
    assert "no-such-table" not in answer.text
    assert answer.body.keys() == {"type", "title", "status", "detail", "code", "message"}


def test_the_hot_path_imports_neither_pydantic_nor_pynamodb():
    script = (
        "import sys, json, app\n"
        "from chalicelib.api import routes\n"
        "for route in routes.ROUTES:\n"
        "    if route.operation.split(':')[0] in ('intake', 'segment', 'reception', 'tag'):\n"
        "        route.load()\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))\n"
    )

    loaded = json.loads(
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
    )

    assert "chalicelib" in loaded
    assert not {"pydantic", "pynamodb", "boto3", "cssselect2", "jinja2"} & set(loaded)
