"""actrail key: keys of an account."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import click

from chalicelib.cli.output import command
from chalicelib.domain.api_key import SECRET_BYTES, Scope, mint
from chalicelib.domain.ids import new_id
from chalicelib.table import accounts, api_keys
from chalicelib.table.pages import every

PAGE = 100


@click.group()
def key() -> None:
    """Keys of an account."""


@key.add_command
@command("create")
@click.argument("account_id")
@click.option(
    "--scope",
    type=click.Choice([str(scope) for scope in Scope]),
    required=True,
    help="What it may do: read; edit, which reads too; admin, which also manages keys and the account; "
    "collect, which sends events alone.",
)
@click.option("--name", default="", help="What it is for.")
def create(account_id: str, scope: str, name: str) -> dict[str, str]:
    """Make a key of the account ACCOUNT_ID, and show it this once."""
    accounts.get(account_id)
    now = datetime.now(UTC)
    secret = secrets.token_bytes(SECRET_BYTES)
    new, token = mint(account_id, new_id(now), Scope(scope), name, now, secret)
    api_keys.create(new)
    return {"key_id": new.id, "scope": new.scope, "key": str(token)}


@key.add_command
@command("list")
@click.argument("account_id")
def list_keys(account_id: str) -> list[dict[str, Any]]:
    """List the keys of the account ACCOUNT_ID, without their secrets."""
    accounts.get(account_id)
    found = every(lambda cursor: api_keys.listed(account_id, PAGE, cursor))
    return [
        {"key_id": key.id, "scope": key.scope, "created_at": key.created_at, "name": key.name}
        for key in found
    ]


@key.add_command
@command("revoke")
@click.argument("account_id")
@click.argument("key_id")
def revoke(account_id: str, key_id: str) -> dict[str, str]:
    """Revoke the key KEY_ID of the account ACCOUNT_ID."""
    api_keys.revoke(account_id, key_id)
    return {"revoked": key_id}
