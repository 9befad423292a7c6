"""An account that collects, in a table of the emulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chalice.test import Client

from app import app
from tests.api.callers import Tenant
from tests.conftest import forget_process
from tests.intake.between import Between, forwarded_to
from tests.intake.senders import Shop


@pytest.fixture
def shop(emulated_table: str) -> Shop:
    """An account with a campaign and an account tracker."""
    client = Client(app)
    tenant = Tenant.signed_up(client, "Shop")
    campaign = tenant.edit.new_campaign()
    return Shop(tenant, client, emulated_table, campaign, tenant.edit.new_tracker(campaign))


@pytest.fixture
def between(shop: Shop, emulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Between]:
    """What stands between intake and the table: it sees every request and can spoil it."""
    with Between(forwarded_to(emulator)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.endpoint)
        forget_process()
        yield server
    forget_process()
