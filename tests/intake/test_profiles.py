"""A profile says what is known of a visitor, and its feed shows what they did, newest first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.errors import NotFound
from chalicelib.table import profiles
from tests.intake.senders import TIME, Shop

START = datetime(2026, 1, 5, 12, tzinfo=UTC)


def _at(seconds: int) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()


def _pages(shop: Shop, **query: str | int) -> list[list[str]]:
    """The ids on each page of the visitor's feed."""
    pages: list[list[str]] = []
    cursor: str | None = None
    while True:
        if cursor is not None:
            query["cursor"] = cursor
        answer = shop.tenant.read.get("/v1/profiles/visitor/events", **query)
        assert answer.status == 200, answer
        pages.append([event["id"] for event in answer.body["items"]])
        cursor = answer.body["next_cursor"]
        if cursor is None:
            return pages


def test_rule_29_the_feed_is_newest_first_whatever_order_events_came_in(shop):
    for second in (2, 0, 3, 1):
        shop.took(shop.visit(id=str(second), time=_at(second)))

    assert [event["id"] for event in shop.feed()] == ["3", "2", "1", "0"]


def test_a_feed_is_paged_without_gaps_or_repetitions(shop):
    ids = [f"{number:02}" for number in range(23)]
    shop.took([shop.visit(id=each, time=_at(int(each) // 3)) for each in ids])

    @settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(1, 30))
    def check(limit: int) -> None:
        pages = _pages(shop, limit=limit)

        assert [each for page in pages for each in page] == ids[::-1]
        assert all(len(page) == limit for page in pages[:-1])

    check()


def test_a_feed_of_one_action_has_only_its_events(shop):
    actions = ["cart.add", "cart.view", "page.leave"]
    shop.took([shop.visit(id=str(each), action=actions[each % 3], time=_at(each)) for each in range(9)])

    pages = _pages(shop, action="cart.view", limit=2)

    assert [each for page in pages for each in page] == ["7", "4", "1"]
    assert _pages(shop, action="no.such") == [[]]


def test_a_search_looks_at_so_many_events_a_page_and_goes_on_from_there(shop, monkeypatch):
    monkeypatch.setattr(profiles, "READ_AT_ONCE", 3)
    monkeypatch.setattr(profiles, "MOST_READS", 2)
    actions = {0: "cart.rare", 19: "cart.rare"}
    shop.took([shop.visit(id=str(n), action=actions.get(n, "cart.view"), time=_at(n)) for n in range(20)])

    pages = _pages(shop, action="cart.rare")

    assert [each for page in pages for each in page] == ["19", "0"]
    assert len(pages) > 2


def test_what_has_expired_is_not_shown_though_it_may_be_there_for_days(shop):
    shop.took([shop.visit(id="e"), shop.visit(id="i", action="profile.identify", params={"email": "a@b.c"})])
    later = datetime.now(UTC) + timedelta(days=400)

    now = profiles.events(shop.tenant.id, "visitor", None, 10, None, datetime.now(UTC)).items

    assert len(now) == 2
    with pytest.raises(NotFound):
        profiles.events(shop.tenant.id, "visitor", None, 10, None, later)


def test_a_profile_has_its_first_and_last_event_identifiers_and_variations(shop):
    email, user = {"email": "a@b.example"}, {"user_id": "u#1", "email": "x" * 600}
    shop.took(
        [
            shop.visit(id="1", time=_at(5)),
            shop.visit(id="2", time=_at(1), action="profile.identify", params=email),
            shop.visit(id="3", time=_at(2), action="profile.identify", params=user),
            shop.exposure("1", id="4", time=_at(3)),
            shop.exposure("0", id="5", time=_at(9)),
        ]
    )

    assert shop.tenant.read.get("/v1/profiles/visitor").body == {
        "uuid": "visitor",
        "first_seen": "2026-01-05T12:00:01.000Z",
        "last_seen": "2026-01-05T12:00:09.000Z",
        "identifiers": [{"kind": "email", "value": "a@b.example"}, {"kind": "user_id", "value": "u#1"}],
        "variations": [
            {"campaign_id": shop.campaign["id"], "variation_id": "0", "at": "2026-01-05T12:00:09.000Z"},
            {"campaign_id": shop.campaign["id"], "variation_id": "1", "at": "2026-01-05T12:00:03.000Z"},
        ],
    }


@pytest.mark.parametrize(
    "path", ["/v1/profiles/nobody", "/v1/profiles/nobody/events", "/v1/profiles/" + "x" * 129]
)
def test_a_visitor_who_never_came_is_not_found(shop, path):
    shop.took(shop.visit())

    assert shop.tenant.read.get(path).code == "not_found"


@pytest.mark.parametrize("cursor", ["nonsense", "é", "RVZFTlQ", "SURFTlRJRklFUiNh"])
def test_a_cursor_of_another_list_is_refused(shop, cursor):
    shop.took(shop.visit())

    answer = shop.tenant.read.get("/v1/profiles/visitor/events", cursor=cursor)

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "cursor")


def test_the_exposure_of_a_visitor_is_on_the_feed_and_in_no_campaigns_actions(shop):
    shop.took(shop.exposure("1"))

    (event,) = shop.feed()

    assert (event["action"], event["time"], event["campaigns"]) == ("campaign.exposure", TIME, {})
