"""An account on the emulator whose reports are asked for over HTTP, and what was counted for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chalice.test import Client

from app import app
from chalicelib.settings import settings
from chalicelib.table import catalogue
from chalicelib.table.wire import wire
from tests.api.callers import Tenant


@pytest.fixture
def client(emulated_table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Calls the app, whose wire goes to the emulator too."""
    monkeypatch.setenv("ACTRAIL_TABLE", emulated_table)
    _forget()
    yield Client(app)
    wire()._close()
    _forget()


@pytest.fixture
def acme(client: Client) -> Tenant:
    """An account."""
    return Tenant.signed_up(client, "Acme")


@pytest.fixture
def globex(client: Client) -> Tenant:
    """Another account."""
    return Tenant.signed_up(client, "Globex")


def _forget() -> None:
    settings.cache_clear()
    wire.cache_clear()
    catalogue.forget()
