"""People who look at the dashboard of an account, on tables of moto."""

from __future__ import annotations

import pytest
from chalice.test import Client

from app import app
from tests.api.callers import Caller, Tenant
from tests.dashboard.people import Person


@pytest.fixture(scope="session")
def client() -> Client:
    """Calls the app as API Gateway would."""
    return Client(app)


@pytest.fixture
def acme(client: Client, table: str) -> Tenant:
    """An account."""
    return Tenant.signed_up(client, "Acme")


@pytest.fixture
def api(acme: Tenant) -> Caller:
    """Makes things by the API, so that a test is about the page it looks at."""
    return acme.edit


@pytest.fixture
def analyst(acme: Tenant) -> Person:
    """Somebody who is signed in and may edit."""
    return Person.signed_in(acme.edit)


@pytest.fixture
def reader(acme: Tenant) -> Person:
    """Somebody who is signed in and may read."""
    return Person.signed_in(acme.read)
