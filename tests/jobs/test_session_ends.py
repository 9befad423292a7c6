"""A session whose browser says no end gets one from us, once; the browser's own takes its place."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from chalicelib.domain.job import Job, JobKind, JobStatus
from chalicelib.domain.session_end import QUIET
from chalicelib.jobs import session_ends
from chalicelib.settings import settings
from chalicelib.table import accounts, begun_sessions, keys
from chalicelib.table.wire import Wire
from tests import factories, invariants
from tests.counting.delivery import Delivery
from tests.counting.shop import Shop
from tests.jobs.worker import finished

BEGUN = datetime(2026, 1, 5, 10, tzinfo=UTC)
LATER = BEGUN + timedelta(hours=5)


def text(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds")


def event(action: str, event_id: str, minutes: float = 0, uuid: str = "ann") -> dict[str, Any]:
    params = {"url": "https://shop.example/"} if action == "page.visit" else {}
    time = text(BEGUN + timedelta(minutes=minutes))
    return {"id": event_id, "action": action, "uuid": uuid, "time": time, "params": params}


def start(session: str = "s", minutes: float = 0, **fields: str) -> dict[str, Any]:
    return event("session.start", session, minutes, **fields)


def visit(minutes: float, **fields: str) -> dict[str, Any]:
    return event("page.visit", f"v{minutes}", minutes, **fields)


def said_end(minutes: float, session: str = "s", **fields: str) -> dict[str, Any]:
    return event("session.end", f"{session}-end", minutes, **fields)


def remembered(shop: Shop, uuid: str) -> set[str]:
    """The kinds of items that name a visitor."""
    items = [item for item in invariants.read(settings().table) if item["PK"].startswith(shop.tenant.id)]
    return {item["type"] for item in items if uuid in json.dumps(item, default=str)}


@pytest.fixture
def happen(shop: Shop, delivery: Delivery):
    """Has events arrive and be delivered to what counts, in pieces and again as it happens."""
    chaos = Random(5)

    def arrive(*events: dict[str, Any]) -> None:
        assert shop.send(*events).body == {"accepted": len(events), "rejected": []}
        delivery.deliver_all(chaos)

    return arrive


def look(shop: Shop, now: datetime = LATER) -> int:
    """How many sessions the hour's job ends."""
    job = Job.begun(shop.tenant.id, "session_ends", JobKind.SESSION_ENDS, now)
    while job.status is JobStatus.RUNNING:
        job = session_ends.step(job, now)
    return job.done


def ends(shop: Shop, uuid: str = "ann") -> list[tuple[str, str, bool]]:
    """The ends of a visitor's sessions, oldest first: id, minute, and whether they were made."""
    items = shop.tenant.read.get(f"/v1/profiles/{uuid}/events", action="session.end").body["items"]
    return [
        (each["id"], each["time"][11:16], bool(each["params"].get("inferred"))) for each in reversed(items)
    ]


def noted(shop: Shop) -> list[str]:
    """The sort keys of sessions that are listed as open."""
    items = invariants.read(settings().table)
    return [item["SK"] for item in items if item.get("GSI1PK", "").startswith(f"{shop.tenant.id}#SESSIONS#")]


def test_a_session_that_nobody_ended_ends_with_its_last_event(shop, happen):
    happen(start(), visit(0), visit(12), visit(30))

    assert look(shop) == 1
    assert ends(shop) == [("s-end", "10:30", True)]
    assert noted(shop) == []


def test_it_is_ended_once_however_often_it_is_looked_at_and_delivered(shop, happen, delivery):
    happen(start(), visit(5))

    assert [look(shop), look(shop), look(shop, LATER + timedelta(hours=1))] == [1, 0, 0]
    delivery.deliver_all(Random(6))
    happen(start(), visit(5))
    assert (look(shop), ends(shop)) == (0, [("s-end", "10:05", True)])


def test_what_its_browser_ended_is_left_alone(shop, happen):
    happen(start(), visit(5), said_end(5))

    assert noted(shop) == []
    assert look(shop) == 0
    assert ends(shop) == [("s-end", "10:05", False)]


@pytest.mark.parametrize("minute", [5, 4.999])
def test_an_end_that_its_browser_says_later_takes_the_place_of_ours(shop, happen, minute):
    happen(start(), visit(5))
    look(shop)

    happen(said_end(minute))

    assert [(event_id, made) for event_id, _, made in ends(shop)] == [("s-end", False)]
    assert look(shop) == 0


def test_an_end_that_is_counted_before_its_start_is_found(shop, happen):
    happen(said_end(5))
    happen(start(), visit(5))

    assert look(shop) == 0
    assert ends(shop) == [("s-end", "10:05", False)]
    assert noted(shop) == []


def test_an_end_said_while_ours_is_made_is_the_only_one(shop, happen, monkeypatch):
    happen(start(), visit(5))
    call = Wire.call

    def raced(self: Wire, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        if operation == "TransactWriteItems":
            monkeypatch.setattr(Wire, "call", call)
            happen(said_end(4))
        return call(self, operation, body)

    monkeypatch.setattr(Wire, "call", raced)

    assert look(shop) == 0
    assert ends(shop) == [("s-end", "10:04", False)]


def test_a_session_that_may_go_on_is_left_for_the_next_look(shop, happen):
    happen(start(), visit(25))
    over = BEGUN + timedelta(minutes=25) + QUIET

    assert [look(shop, over - timedelta(seconds=1)), look(shop, over)] == [0, 1]


def test_each_session_of_a_visitor_has_an_end_of_its_own(shop, happen):
    happen(start(), visit(5), start("t", 60), visit(70), start("u", 100, uuid="bob"))

    assert look(shop) == 3
    assert ends(shop) == [("s-end", "10:05", True), ("t-end", "11:10", True)]
    assert ends(shop, "bob") == [("u-end", "11:40", True)]


def test_many_sessions_are_ended_in_steps(shop, happen, monkeypatch):
    monkeypatch.setattr(session_ends, "SESSIONS_AT_ONCE", 3)
    happen(*(start(f"s{number}", uuid=f"visitor{number}") for number in range(20)))

    assert look(shop) == 20
    assert look(shop) == 0


def test_no_more_is_read_of_a_visitor_than_their_session(shop, happen, monkeypatch):
    large = [visit(60 + number) for number in range(60)]
    for each in large:
        each["params"]["text"] = "x" * 30_000
    happen(start(), visit(5), start("t", 59))
    for first in range(0, len(large), 30):
        happen(*large[first : first + 30])
    call, queries, visitor = Wire.call, [], {"S": keys.profile(shop.tenant.id, "ann")}

    def noting(self: Wire, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        asks_for_visitor = visitor in body.get("ExpressionAttributeValues", {}).values()
        queries.extend([body] if operation == "Query" and asks_for_visitor else [])
        return call(self, operation, body)

    monkeypatch.setattr(Wire, "call", noting)

    assert look(shop, BEGUN + timedelta(minutes=59) + QUIET) == 1
    assert len(queries) == 1
    assert "ProjectionExpression" in queries[0]


def test_sessions_of_somebody_who_was_erased_are_forgotten_and_not_ended(shop, happen):
    happen(start(), visit(5))
    erasure = shop.tenant.edit.delete("/v1/profiles/ann")
    finished(shop.tenant.read, erasure.body["id"])

    assert look(shop) == 0
    items = invariants.read(settings().table)
    assert [each for each in items if each["PK"] == keys.profile(shop.tenant.id, "ann")] == []


def test_a_start_that_is_delivered_after_its_visitor_was_erased_is_forgotten(shop):
    image = {
        "PK": {"S": keys.profile(shop.tenant.id, "ann")},
        "SK": {"S": f"EVENT#{text(BEGUN)[:-6]}Z#s"},
        "type": {"S": "event"},
        "action": {"S": "session.start"},
        "expires_at": {"N": "2000000000"},
    }
    begun_sessions.note([{"NewImage": image}])
    before = noted(shop)

    assert look(shop) == 0
    assert (before, noted(shop)) == (["BEGUN#s"], [])


def test_somebody_who_was_erased_before_the_stream_told_of_them_is_forgotten_all_the_same(
    shop, happen, delivery
):
    happen(visit(0, uuid="bob"))
    shop.send(start(uuid="cleo"), visit(5, uuid="cleo"))
    erasure = shop.tenant.edit.delete("/v1/profiles/cleo")
    finished(shop.tenant.read, erasure.body["id"])

    delivery.deliver_all(Random(6))
    brought_back = remembered(shop, "cleo")
    look(shop)

    assert brought_back == {"recent", "begun_session"}
    assert remembered(shop, "cleo") == set()
    assert remembered(shop, "bob") == {"recent", "event"}


def test_ends_that_were_made_count_nowhere(shop, happen):
    before = [shop.counted(number) for number in (0, 1)]
    happen(start(), visit(5))
    look(shop)
    happen(start("t", 300))

    assert [shop.counted(number) for number in (0, 1)] == before


def test_nothing_of_another_account_is_ended(shop, happen):
    happen(start(), visit(5))
    other = accounts.get(factories.new_account())

    job = session_ends.step(Job.begun(other.id, "x", JobKind.SESSION_ENDS, LATER), LATER)

    assert (job.status, job.done) == (JobStatus.DONE, 0)
    assert ends(shop) == []
