"""Cursors come back from outside: what no list gave is refused, and never reaches DynamoDB."""

from __future__ import annotations

import base64
import json

import pytest

from chalicelib.errors import Invalid
from chalicelib.table import campaigns, trackers
from tests import factories

FORGED = [
    [],
    {},
    "text",
    [0],
    [0, ""],
    [0, 1],
    [0, None],
    ["0", "NAME#shown#xat#a"],
    [-1, "NAME#shown#xat#a"],
    [3, "NAME#shown#aat#a"],
    [0.0, "NAME#shown#xat#a"],
    [True, "NAME#shown#widget#a"],
    [0, "NAME#shown#xat#a", 1],
    [0, "NAME#shown#widget#a"],
    [0, "NAME#shown#xat"],
    [0, "ZZZ"],
    [0, "GOAL#"],
    [0, "NAME#shown#xat#\ud800"],
    [0, "NAME#shown#xat#" + "a" * 1100],
    [0, "NAME#shown#xat#" + "ä" * 510],
    [0, "NAME#shown#xat#\U0010ffff\U0010ffff"],
]


def encoded(content: object) -> str:
    return _base64(json.dumps(content).encode())


def _base64(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode()


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "§", "AAAA", "bnVsbA", _base64(b"[" * 1500), _base64(b"[" + b"1" * 5000 + b',"a"]')]
    + [encoded(content) for content in FORGED],
)
def test_a_cursor_that_no_list_gave_is_invalid(account, campaign, cursor):
    with pytest.raises(Invalid, match="cursor: must be the next_cursor of the same list"):
        trackers.selectable_in(account, campaign.id, "", 50, cursor)


@pytest.mark.parametrize("last", ["\0", "\ue000", "ÄÖ", "x" * 65, "x y"])
def test_a_list_that_goes_backwards_takes_no_cursor_but_an_id(account, campaign, last):
    with pytest.raises(Invalid, match="cursor"):
        campaigns.listed(account, None, 50, encoded([0, last]))


def test_a_cursor_of_one_search_is_none_of_another(account, campaign):
    for name in ("Cart A", "Cart B", "Zoo"):
        factories.new_tracker(account, campaign, name)
    cursor = trackers.selectable_in(account, campaign.id, "cart", 1, None).next_cursor

    with pytest.raises(Invalid, match="cursor"):
        trackers.selectable_in(account, campaign.id, "zoo", 1, cursor)


def test_a_cursor_of_another_account_shows_nothing_of_it(account, campaign):
    stranger = factories.new_account()
    theirs = factories.new_campaign(stranger)
    for name in "ABC":
        factories.new_tracker(stranger, theirs, name)
    cursor = trackers.selectable_in(stranger, theirs.id, "", 1, None).next_cursor

    page = trackers.selectable_in(account, campaign.id, "", 50, cursor)

    assert page.items == []
