"""A page costs the same wherever it is and however long its list: requests and read units, counted by size.

Read units are counted from the items that DynamoDB read (4 KB a unit, half of it from the index, which is
read eventually consistent): the emulator reports capacity without regard to size.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import pytest

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.tracker import Kind
from chalicelib.table import trackers
from chalicelib.table.pages import Page
from chalicelib.table.wire import Wire
from tests import factories

LIMIT = 3
PAGE_BYTES = 4096


@dataclass(frozen=True)
class Shop:
    """An account with trackers in one campaign: as many hidden AATs, shown AATs and XATs."""

    account: str
    campaign: Campaign


@dataclass
class Cost:
    """What a page took; ``unread`` are items that were read and left out by a filter."""

    requests: list[str]
    units: float = 0
    unread: int = 0

    def add(self, parsed: dict[str, Any], *, from_index: bool) -> None:
        if "Items" in parsed:
            size = sum(_size(item) for item in parsed["Items"])
            self.units += math.ceil(size / PAGE_BYTES) * (0.5 if from_index else 1)
            self.unread += parsed["ScannedCount"] - parsed["Count"]
        for items in parsed.get("Responses", {}).values():
            self.units += sum(math.ceil(_size(item) / PAGE_BYTES) for item in items)


@pytest.fixture(scope="module")
def short(module_table: str) -> Shop:
    return shop_with(7)


@pytest.fixture(scope="module")
def long(module_table: str) -> Shop:
    return shop_with(3_334)


def shop_with(number: int) -> Shop:
    """A shop with three times as many trackers, whose names are equally long."""
    account = factories.new_account()
    campaign = factories.new_campaign(account)
    kinds = [(Kind.XAT, False), (Kind.AAT, False), (Kind.AAT, True)]
    factories.load(
        account,
        *(
            factories.tracker_of(account, campaign, f"{kind}{hidden:d}x{index:05}", kind, hidden=hidden)
            for kind, hidden in kinds
            for index in range(number)
        ),
    )
    return Shop(account, campaign)


Listing = Callable[[Shop, str | None], Page[Any]]
LISTS: dict[str, Listing] = {
    "account": lambda shop, cursor: trackers.listed(shop.account, None, None, "", LIMIT, cursor),
    "AATs": lambda shop, cursor: trackers.listed(shop.account, Kind.AAT, None, "", LIMIT, cursor),
    "hidden": lambda shop, cursor: trackers.listed(shop.account, Kind.AAT, True, "", LIMIT, cursor),
    "search": lambda shop, cursor: trackers.listed(shop.account, Kind.XAT, False, "xat", LIMIT, cursor),
    "editor": lambda shop, cursor: trackers.made_in(shop.account, shop.campaign.id, LIMIT, cursor),
    "goals": lambda shop, cursor: trackers.selectable_in(shop.account, shop.campaign.id, "", LIMIT, cursor),
    "goals searched": lambda shop, cursor: trackers.selectable_in(
        shop.account, shop.campaign.id, "aat0", LIMIT, cursor
    ),
}


ANYWHERE = ("account", "editor", "goals")
"""Lists whose middle is looked at too: of the index, of a range, and of several."""


@pytest.mark.slow  # since 10,000 trackers have to be stored first: once, for all lists
def test_a_page_costs_the_same_in_a_list_of_21_and_anywhere_in_one_of_10_000(short, long, subtests):
    for name, listing in LISTS.items():
        with subtests.test(name):
            few, few_cost = cost_of(listing, short, None)
            many, many_cost = cost_of(listing, long, None)

            assert len(few.items) == len(many.items) == LIMIT
            assert many_cost == few_cost
            assert many_cost.unread == 0

            if name in ANYWHERE:
                index, last = json.loads(_decoded(many.next_cursor))
                middle = _encoded([index, last.replace("x00002", "x01500")])
                assert middle != many.next_cursor
                assert cost_of(listing, long, middle)[1] == cost_of(listing, short, few.next_cursor)[1]


def _decoded(cursor: str | None) -> bytes:
    assert cursor is not None
    return base64.urlsafe_b64decode(cursor + "==")


def _encoded(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def cost_of(listing: Listing, shop: Shop, cursor: str | None) -> tuple[Page[Any], Cost]:
    with _counted() as cost:
        page = listing(shop, cursor)
    return page, cost


@contextmanager
def _counted() -> Iterator[Cost]:
    cost, call = Cost([]), Wire.call

    def called(wire: Wire, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        cost.requests.append(operation)
        answer = call(wire, operation, body)
        cost.add(answer, from_index="IndexName" in body)
        return answer

    with mock.patch.object(Wire, "call", called):
        yield cost


def _size(item: dict[str, dict[str, Any]]) -> int:
    """Bytes of names and values as DynamoDB counts them, a number as its digits' text, which is no less."""
    return sum(len(name) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "M":
        return 3 + sum(1 + len(name) + _value_size(each) for name, each in content.items())
    if kind == "L":
        return 3 + sum(1 + _value_size(each) for each in content)
    return 1 if kind in ("BOOL", "NULL") else len(str(content).encode())
