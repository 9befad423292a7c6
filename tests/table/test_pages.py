"""Lists: each item once whatever the limit, in an order that stays, and no cursor that can do harm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.account import Site
from chalicelib.domain.api_key import Scope, mint
from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.goal import Goal, Role
from chalicelib.domain.names import Name
from chalicelib.domain.tracker import Kind, Tracker
from chalicelib.table import api_keys, campaigns, pages, removal, sites, trackers, uses
from tests import factories
from tests.table import faults

NAMES = ["Cart", "cart", "Add to cart", "Cartoon cart", "To cart, to cart", "Älter", "Zoo", "cart-cart"]
Listing = Callable[[int, str | None], pages.Page[Any]]


def items_of(listing: Listing, limit: int) -> list[Any]:
    """The items of all pages, one after the other."""
    items, cursor = [], None
    while True:
        page = listing(limit, cursor)
        items += page.items
        assert len(page.items) == limit or page.next_cursor is None
        if (cursor := page.next_cursor) is None:
            return items


def by_name(made: list[Tracker]) -> list[Tracker]:
    return sorted(made, key=lambda tracker: (tracker.name.key.encode(), tracker.id))


@dataclass(frozen=True)
class Shop:
    """An account, a campaign of it and all trackers."""

    account: str
    campaign: Campaign
    made: list[Tracker]


@pytest.fixture(scope="module")
def shop(module_table: str) -> Shop:
    """Trackers of every kind, shown and hidden, of two campaigns, some of the same name; only read."""
    account = factories.new_account()
    campaign = factories.new_campaign(account)
    other = factories.new_campaign(account)
    made = [
        factories.tracker_of(account, campaign, name, kind, hidden=hidden)
        for kind in (Kind.XAT, Kind.WIDGET)
        for hidden in (False, True)
        for name in NAMES
    ]
    made += [factories.tracker_of(account, campaign, f"{name} A", Kind.AAT) for name in NAMES[1:]]
    made += [factories.tracker_of(account, other, f"{name} B", Kind.AAT, hidden=True) for name in NAMES[1:]]
    made += [factories.tracker_of(account, other, name) for name in NAMES]
    factories.load(account, *made)
    return Shop(account, campaign, made)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 50, 100])
def test_a_campaign_may_select_its_xats_then_its_widgets_then_all_account_trackers(shop, limit):
    shown = [tracker for tracker in shop.made if not tracker.hidden]
    own = [tracker for tracker in shown if tracker.campaign_id == shop.campaign.id]

    listed = items_of(lambda *page: trackers.selectable_in(shop.account, shop.campaign.id, "", *page), limit)

    assert listed == [
        *by_name([tracker for tracker in own if tracker.kind is Kind.XAT]),
        *by_name([tracker for tracker in own if tracker.kind is Kind.WIDGET]),
        *by_name([tracker for tracker in shown if tracker.kind is Kind.AAT]),
    ]


@pytest.mark.parametrize("limit", [1, 5, 100])
def test_the_editor_lists_what_was_made_in_its_campaign_and_hidden_trackers_too(shop, limit):
    listed = items_of(lambda *page: trackers.made_in(shop.account, shop.campaign.id, *page), limit)

    assert len(listed) == len(set(ids_of(listed)))
    assert [tracker.hidden for tracker in listed] == sorted(tracker.hidden for tracker in listed)
    assert set(ids_of(listed)) == {
        tracker.id for tracker in shop.made if tracker.campaign_id == shop.campaign.id
    }


@pytest.mark.parametrize("limit", [3, 100])
@pytest.mark.parametrize("q", ["", "cart", "zz"])
@pytest.mark.parametrize("hidden", [None, False, True])
@pytest.mark.parametrize("kind", [None, Kind.XAT, Kind.AAT])
def test_the_account_lists_each_tracker_that_was_asked_for_once_and_hidden_ones_last(
    shop, kind, hidden, q, limit
):
    listed = items_of(lambda *page: trackers.listed(shop.account, kind, hidden, q, *page), limit)

    wanted = [
        tracker.id
        for tracker in shop.made
        if kind in (None, tracker.kind) and hidden in (None, tracker.hidden) and found_by(tracker, q)
    ]
    assert sorted(ids_of(listed)) == sorted(wanted)
    assert [tracker.hidden for tracker in listed] == sorted(tracker.hidden for tracker in listed)


def found_by(tracker: Tracker, q: str) -> bool:
    key = tracker.name.key
    for mark in "-,":
        key = key.replace(mark, " ")
    return any((" " + key)[start:].startswith(" " + q) for start in range(len(key)))


@pytest.mark.parametrize("q", ["to c", "TO CART", " to cart ", "cart, to", "älter", "A\u0308lter"])
@pytest.mark.parametrize("limit", [1, 100])
def test_a_search_finds_what_a_word_starts_with_names_that_start_with_it_first(shop, q, limit):
    listed = items_of(lambda *page: trackers.selectable_in(shop.account, shop.campaign.id, q, *page), limit)

    names = [tracker.name.shown for tracker in listed if tracker.kind is Kind.XAT]
    assert (
        names
        == {
            "to c": ["To cart, to cart", "Add to cart"],
            "to cart": ["To cart, to cart", "Add to cart"],
            "cart, to": ["To cart, to cart"],
            "älter": ["Älter"],
        }[Name.of(q).key]
    )


def test_a_name_that_the_search_text_looks_into_the_key_of_is_not_found(shop):
    (zoo,) = [t for t in shop.made if t.name.shown == "Zoo" and t.kind is Kind.XAT and not t.hidden][:1]

    page = trackers.selectable_in(shop.account, shop.campaign.id, f"zoo#{zoo.id}", 50, None)

    assert page.items == []


@pytest.mark.parametrize("limit", [1, 4, 12, 13])
def test_campaigns_are_listed_newest_first_all_of_them_or_those_of_a_status(account, limit):
    made = [
        factories.campaign_of(account, status=Status.LIVE if index % 3 else Status.ENDED)
        for index in range(12)
    ]
    factories.load(account, *made)

    def listing(status: Status | None) -> list[Any]:
        return items_of(lambda *page: campaigns.listed(account, status, *page), limit)

    assert listing(None) == made[::-1]
    assert listing(Status.LIVE) == [each for each in made[::-1] if each.status is Status.LIVE]
    assert listing(Status.ENDED) == [each for each in made[::-1] if each.status is Status.ENDED]
    assert listing(Status.DRAFT) == []


@pytest.mark.parametrize("limit", [1, 3, 5, 6])
def test_uses_sites_and_keys_are_listed_oldest_first(account, limit):
    origin = factories.campaign_of(account, foreign_uses=5)
    aat = factories.tracker_of(account, origin, kind=Kind.AAT, uses=5, active_uses=5)
    users = [factories.campaign_of(account, goal_count=1) for _ in range(5)]
    goals = [Goal(each.id, aat.id, Role.SECONDARY, Decimal(1), origin.id, factories.NOW) for each in users]
    factories.load(account, origin, aat, *users, *goals)
    made_sites = [Site(factories.next_id(), f"{index}.example", factories.NOW) for index in range(5)]
    for site in made_sites:
        sites.create(account, site)
    made_keys = [
        mint(account, factories.next_id(), Scope.READ, "key", factories.NOW, b"x" * 20)[0] for _ in range(5)
    ]
    for key in made_keys:
        api_keys.create(key)

    listed_uses = items_of(lambda *page: uses.listed(account, aat.id, *page), limit)

    assert [use.campaign_id for use in listed_uses] == [user.id for user in users]
    assert items_of(lambda *page: sites.listed(account, *page), limit) == made_sites
    assert items_of(lambda *page: api_keys.listed(account, *page), limit) == made_keys


def test_another_accounts_things_are_in_no_list(shop):
    stranger = factories.new_account()

    assert trackers.listed(stranger, None, None, "", 50, None).items == []
    assert trackers.made_in(stranger, shop.campaign.id, 50, None).items == []
    assert campaigns.listed(stranger, None, 50, None).items == []


def test_what_is_made_or_deleted_between_two_pages_neither_doubles_nor_hides_the_rest(account, campaign):
    made = [factories.new_tracker(account, campaign, f"Tracker {letter}") for letter in "BDFH"]
    first = trackers.made_in(account, campaign.id, 2, None)
    factories.new_tracker(account, campaign, "Tracker A")
    removal.delete_tracker(account, made[1].id)
    late = factories.new_tracker(account, campaign, "Tracker E")

    second = trackers.made_in(account, campaign.id, 2, first.next_cursor)

    assert ids_of([*first.items, *second.items]) == ids_of([made[0], made[1], late, made[2]])


def test_a_tracker_that_moves_on_in_the_list_while_it_is_read_is_given_once(account, campaign):
    tracker = factories.new_tracker(account, campaign)

    def promote() -> None:
        trackers.change(
            account, tracker.id, {"kind": Kind.AAT}, factories.NOW, in_editor=False, if_match=None
        )

    with faults.just_before("Query", promote, number=1):
        page = trackers.selectable_in(account, campaign.id, "", 50, None)

    assert ids_of(page.items) == [tracker.id]


@pytest.mark.parametrize("character", ["a", "ä", "ﬃ", "\U0001f6d2", "\U0010fffd", "\ud7ff", "\ufffd"])
def test_the_longest_names_of_any_script_are_listed_found_and_paged_past(account, campaign, character):
    longest = Name.of(character * 128)
    made = [factories.new_tracker(account, campaign, longest.shown) for _ in range(3)]

    listed = items_of(lambda *page: trackers.listed(account, Kind.XAT, False, "", *page), 1)
    found = items_of(lambda *page: trackers.selectable_in(account, campaign.id, longest.shown, *page), 1)

    assert listed == found == made
    cursor = trackers.made_in(account, campaign.id, 1, None).next_cursor
    assert cursor is not None
    assert len(cursor) < 2000


def ids_of(things: list[Tracker]) -> list[str]:
    return [thing.id for thing in things]
