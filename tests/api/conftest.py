"""Callers of the API in this process, on tables of moto."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from chalice.test import Client
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table

from app import app
from chalicelib.table.rows import Row
from tests.api.callers import Caller, Tenant
from tests.api.requests import Seed
from tests.conftest import table_in_moto

Item = dict[str, Any]
Sown = tuple[Seed, list[Item]]
"""An account, and all that is stored of it."""


@pytest.fixture(scope="session")
def client() -> Client:
    """Calls the app as API Gateway would."""
    return Client(app)


@pytest.fixture
def acme(client: Client, table: str) -> Tenant:
    """An account."""
    return Tenant.signed_up(client, "Acme")


@pytest.fixture
def globex(client: Client, table: str) -> Tenant:
    """Another account."""
    return Tenant.signed_up(client, "Globex")


@pytest.fixture
def edit(acme: Tenant) -> Caller:
    """Whoever makes campaigns and trackers of the account."""
    return acme.edit


@pytest.fixture(scope="session")
def sown(client: Client, moto: None) -> Sown:
    """An account with one of everything, which takes long to make, and what is stored of it."""
    with table_in_moto() as table:
        Row.use_table(table)
        return Seed.sown(Tenant.signed_up(client)), _items_of(table)


@pytest.fixture
def seed(sown: Sown, table: str) -> Seed:
    """An account with one of everything."""
    return _planted(sown, table)


@pytest.fixture(scope="module")
def shared_table(moto: None) -> Iterator[str]:
    """The name of a table of all tests of a module."""
    with table_in_moto() as table:
        Row.use_table(table)
        yield table


@pytest.fixture(scope="module")
def planted(sown: Sown, shared_table: str) -> Seed:
    """An account with one of everything in that table."""
    return _planted(sown, shared_table)


@pytest.fixture
def shared_seed(planted: Seed, shared_table: str) -> Seed:
    """The same for tests that change nothing, whatever table others used meanwhile."""
    if Row.Meta.table_name != shared_table:
        Row.use_table(shared_table)
    return planted


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What was logged since the test began, one object a line."""
    written = io.StringIO()
    (handler,) = logging.getLogger("actrail").handlers
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    handler.setStream(before)


@pytest.fixture
def stored() -> Callable[[], list[Item]]:
    """Reads all that is stored, but for the count of numbers taken, some for what was then refused."""

    def read() -> list[Item]:
        items = _items_of(Row.Meta.table_name)
        for item in items:
            item.pop("last_number", None)
        return sorted(items, key=lambda item: (item["PK"]["S"], item["SK"]["S"]))

    return read


def _items_of(table: str) -> list[Item]:
    """All that is stored, from moto's own memory: a scan by its HTTP layer takes twenty times as long."""
    return [item.to_json()["Attributes"] for item in _table(table).all_items()]


def _table(name: str) -> Table:
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][os.environ["AWS_DEFAULT_REGION"]].tables[name]


def _planted(sown: Sown, table: str) -> Seed:
    seed, items = sown
    stored = _table(table)
    for item in items:
        stored.put_item(deepcopy(item))
    return seed
