"""A session lasts until 30 minutes pass without an event, or the account's midnight does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.session_end import END, START, Happened, end_id, last_of, session_ended_by

BEGUN = datetime(2026, 1, 5, 22, tzinfo=UTC)


def at(*minutes: float) -> list[Happened]:
    """A session's start, and events so many minutes after it."""
    later = [Happened(BEGUN + timedelta(minutes=each), f"e{each}", "page.visit") for each in minutes]
    return [Happened(BEGUN, "s", START), *later]


@pytest.mark.parametrize(
    ("minutes", "last"),
    [
        ((), 0),
        ((0, 10, 39), 39),
        ((29.9,), 29.9),
        ((30,), 0),
        ((20, 49, 80), 49),
        ((10, 100, 110), 10),
    ],
)
def test_it_ends_with_the_last_event_before_30_idle_minutes(minutes, last):
    assert last_of("s", at(*minutes), UTC) == BEGUN + timedelta(minutes=last)


@pytest.mark.parametrize(("zone", "last"), [("UTC", 115), ("Europe/Berlin", 55), ("America/New_York", 125)])
def test_it_ends_before_the_accounts_midnight(zone, last):
    events = at(*range(5, 130, 10))

    assert last_of("s", events, ZoneInfo(zone)) == BEGUN + timedelta(minutes=last)


def test_another_session_is_none_of_it():
    events = [*at(5), Happened(BEGUN + timedelta(minutes=6), "other", START), *at(7)[1:]]

    assert last_of("s", events, UTC) == BEGUN + timedelta(minutes=5)


def test_what_came_before_it_is_none_of_it():
    before = Happened(BEGUN, "a", "session.end")

    assert last_of("s", [before, *at(3)], UTC) == BEGUN + timedelta(minutes=3)


@pytest.mark.parametrize("events", [[], at(1)[1:], [Happened(BEGUN, "s", "page.visit")]])
def test_without_its_start_there_is_no_session(events):
    assert last_of("s", events, UTC) is None


def test_of_a_session_whose_end_is_said_there_is_nothing_to_say():
    end = Happened(BEGUN + timedelta(minutes=3), end_id("s"), END)

    assert last_of("s", [*at(3), end], UTC) is None
    assert last_of("s", [*at(), end, *at(3)[1:]], UTC) is None
    assert last_of("s", [*at(3), end._replace(id=end_id("other"))], UTC) == BEGUN + timedelta(minutes=3)


def test_an_end_names_its_session():
    assert session_ended_by(end_id("s")) == "s"
    assert session_ended_by("s") is None
