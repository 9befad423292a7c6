"""An account on the emulator whose reports are asked for over HTTP, and what was counted for it."""

from __future__ import annotations

import pytest
from chalice.test import Client

from app import app
from chalicelib.table import catalogue
from tests.api.callers import Tenant


@pytest.fixture
def client(emulated_table: str) -> Client:
    """Calls the app."""
    catalogue.forget()
    return Client(app)


@pytest.fixture
def acme(client: Client) -> Tenant:
    """An account."""
    return Tenant.signed_up(client, "Acme")


@pytest.fixture
def globex(client: Client) -> Tenant:
    """Another account."""
    return Tenant.signed_up(client, "Globex")
