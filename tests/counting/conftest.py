"""An account on the emulator that events are sent to, and the stream of its table."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

import boto3
import pytest
from chalice.test import Client

from app import app
from chalicelib.cli.table import RESOURCES
from chalicelib.table import catalogue
from chalicelib.table.definition import create_table
from chalicelib.table.rows import Row
from tests.api.callers import Tenant
from tests.counting.delivery import Delivery
from tests.counting.shop import Shop

_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def counting_table(emulator: str) -> Iterator[str]:
    """One table for all tests of a module, so that its stream is read once."""
    name = f"actrail-counting-{next(_NUMBERS)}"
    template = json.loads(RESOURCES.read_text())["Resources"]["Table"]["Properties"]
    create_table(boto3.client("dynamodb", endpoint_url=emulator), name, template)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", emulator)
        Row.use_table(name)
        catalogue.forget()
        yield name


@pytest.fixture(scope="module")
def client(counting_table: str) -> Client:
    """Calls the app."""
    return Client(app)


@pytest.fixture(scope="module")
def delivery(counting_table: str) -> Iterator[Delivery]:
    """The stream of the module's table."""
    of_table = Delivery(counting_table)
    yield of_table
    of_table.close()


@pytest.fixture
def shop(client: Client) -> Shop:
    """An account with two live campaigns and trackers of each kind."""
    return Shop.opened(Tenant.signed_up(client))
