"""Accounts and campaigns of tests that share a table of the emulator, a module each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.domain.campaign import Campaign
from tests import factories, invariants


@pytest.fixture
def account(module_table: str) -> str:
    return factories.new_account()


@pytest.fixture
def campaign(account: str) -> Campaign:
    return factories.new_campaign(account)


@pytest.fixture
def other(account: str) -> Campaign:
    return factories.new_campaign(account)


@pytest.fixture
def sound(module_table: str) -> Iterator[None]:
    """Whatever the test did, the table is in order after it."""
    yield
    assert invariants.violations(invariants.read(module_table)) == []
