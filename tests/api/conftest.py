"""Callers of the API in this process, on tables of moto."""

from __future__ import annotations

import io
import json
import logging
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from chalice.test import Client
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from app import app
from chalicelib.cli.table import RESOURCES
from chalicelib.table.definition import create_table
from chalicelib.table.rows import Row
from tests import clients
from tests.api.callers import Caller, Tenant
from tests.api.requests import Seed

DEFINITION = json.loads(RESOURCES.read_text())["Resources"]["Table"]["Properties"]
del DEFINITION["StreamSpecification"]  # moto copies all of a stream for each action of a transaction


@pytest.fixture(scope="session")
def client() -> Client:
    """Calls the app as API Gateway would."""
    return Client(app)


@contextmanager
def _new_table() -> Iterator[str]:
    table = f"actrail-test-{uuid.uuid4().hex}"
    dynamodb = clients.dynamodb()
    create_table(dynamodb, table, DEFINITION)
    yield table
    dynamodb.delete_table(TableName=table)


@pytest.fixture
def table(moto: None) -> Iterator[str]:
    """The name of a new table that the table layer uses."""
    with _new_table() as name:
        Row.use_table(name)
        yield name


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


@pytest.fixture
def seed(acme: Tenant) -> Seed:
    """An account with one of everything."""
    return Seed.sown(acme)


@pytest.fixture(scope="module")
def sown(client: Client, moto: None) -> Iterator[tuple[str, Seed]]:
    """The same for all tests of a module, and the name of its table."""
    with _new_table() as table:
        Row.use_table(table)
        yield table, Seed.sown(Tenant.signed_up(client))


@pytest.fixture
def shared_seed(sown: tuple[str, Seed]) -> Seed:
    """For tests that change nothing, which share it with the others of their module."""
    table, seed = sown
    if Row.Meta.table_name != table:
        Row.use_table(table)
    return seed


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
def stored() -> Callable[[], list[Any]]:
    """Reads all that is stored, but for the count of numbers taken, some for what was then refused."""

    def read() -> list[Any]:
        # Moto's own memory: a scan through its HTTP layer takes twenty times as long.
        backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][os.environ["AWS_DEFAULT_REGION"]]
        items = [item.to_json()["Attributes"] for item in backend.tables[Row.Meta.table_name].all_items()]
        for item in items:
            item.pop("last_number", None)
        return sorted(items, key=lambda item: (item["PK"]["S"], item["SK"]["S"]))

    return read
