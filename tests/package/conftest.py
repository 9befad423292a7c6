"""An emulator with everything the functions ask for."""

from __future__ import annotations

import pytest
from chalice.test import Client

from tests.api.callers import Tenant
from tests.counting.shop import Shop
from tests.jobs.conftest import aws, client

__all__ = ["aws", "client"]


@pytest.fixture
def shop(client: Client) -> Shop:
    return Shop.opened(Tenant.signed_up(client))
