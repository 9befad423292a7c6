"""Keys of an account. A token names its account and key, so one read finds it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.api_key import ApiKey, Scope, Token
from chalicelib.errors import NotFound
from chalicelib.table import keys, stored
from chalicelib.table.once import FOR_REAL, Intent
from chalicelib.table.pages import Page, Range, page
from chalicelib.table.rows import Row
from chalicelib.table.stored import Stored
from chalicelib.table.transaction import Changed, Transaction


class ApiKeyRow(Row, discriminator="api_key"):
    id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    scope = UnicodeAttribute()
    name = UnicodeAttribute()
    digest = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()


def create(api_key: ApiKey, intent: Intent = FOR_REAL) -> None:
    """Store a new key. 2 write units."""
    transaction = intent.begin(api_key)
    add(transaction, api_key)
    transaction.run()


def add(transaction: Transaction, api_key: ApiKey) -> None:
    """Let a transaction store a new key."""
    row = ApiKeyRow.at(keys.api_key(api_key.account_id, api_key.id), **asdict(api_key))
    transaction.put(row, ApiKeyRow.PK.does_not_exist(), otherwise=Changed())


def opened_by(token: Token) -> ApiKey | None:
    """The key a token opens, or None: unknown, revoked, or not the key it says it is. 1 read."""
    key = find(token.account_id, token.key_id)
    return key if key is not None and key.opens_with(token) else None


def find(account_id: str, key_id: str) -> ApiKey | None:
    """The key with this id, or None once it is revoked. 1 read."""
    found = stored.find(keys.api_key(account_id, key_id))
    return None if found is None else key_of(found)


def listed(account_id: str, limit: int, cursor: str | None) -> Page[ApiKey]:
    """The account's keys, oldest first. 1 query."""
    partition = keys.api_key(account_id, "").partition
    return page([Range(partition)], limit, cursor).mapped(key_of)


def revoke(account_id: str, key_id: str, intent: Intent = FOR_REAL) -> None:
    """The key opens nothing from now on. Raises NotFound. 2 write units."""
    transaction = intent.begin()
    row = ApiKeyRow.at(keys.api_key(account_id, key_id))
    transaction.delete(row, ApiKeyRow.PK.exists(), otherwise=NotFound("key"))
    transaction.run()


def key_of(stored: Stored) -> ApiKey:
    """The stored key."""
    return ApiKey(
        id=stored["id"],
        account_id=stored["account_id"],
        scope=Scope(stored["scope"]),
        name=stored["name"],
        digest=stored["digest"],
        created_at=datetime.fromisoformat(stored["created_at"]),
    )
