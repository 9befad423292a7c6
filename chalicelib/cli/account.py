"""actrail account: accounts and their first keys."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import click

from chalicelib.cli.output import command
from chalicelib.domain.account import Account, checked_time_zone
from chalicelib.domain.api_key import SECRET_BYTES, Scope, mint
from chalicelib.domain.ids import new_id
from chalicelib.domain.names import Name
from chalicelib.table import accounts


@click.group()
def account() -> None:
    """Accounts: the tenants."""


@account.add_command
@command("create")
@click.argument("name")
@click.option("--time-zone", default="UTC", show_default=True, help="IANA name, such as Europe/Berlin.")
def create(name: str, time_zone: str) -> dict[str, str]:
    """Make an account NAME with a secret key and a write key, and show them this once."""
    now = datetime.now(UTC)
    account_id = new_id(now)
    new = Account(account_id, Name.of(name).shown, now, checked_time_zone(time_zone))
    admin, secret = mint(
        account_id, new_id(now), Scope.ADMIN, "first", now, secrets.token_bytes(SECRET_BYTES)
    )
    write, public = mint(
        account_id, new_id(now), Scope.COLLECT, "first", now, secrets.token_bytes(SECRET_BYTES)
    )
    accounts.create(new, [admin, write])
    return {"account_id": account_id, "secret_key": str(secret), "write_key": str(public)}


@account.add_command
@command("list")
def list_accounts() -> list[dict[str, Any]]:
    """List the accounts."""
    found = (accounts.get(account_id) for account_id in accounts.all_ids())
    return [{"account_id": each.id, "created_at": each.created_at, "name": each.name} for each in found]
