"""Accounts, and the numbers their trackers and campaigns get."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.account import Account, Readiness
from chalicelib.domain.api_key import ApiKey
from chalicelib.errors import NotFound, StaleVersion
from chalicelib.table import api_keys, keys, stored
from chalicelib.table.rows import Row
from chalicelib.table.stored import Stored
from chalicelib.table.transaction import Changed, Transaction, until_settled


class AccountRow(Row, discriminator="account"):
    id = UnicodeAttribute()
    name = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    time_zone = UnicodeAttribute()
    retention_days = NumberAttribute()
    readiness: MapAttribute[str, Any] = MapAttribute()
    version = NumberAttribute()
    last_number = NumberAttribute(default=0)


def create(account: Account, first_keys: list[ApiKey]) -> None:
    """A new account with its first keys, together. 2 write units an item."""
    transaction = Transaction()
    row = _row(account).listed(keys.listed_account(account.id))
    transaction.put(row, AccountRow.PK.does_not_exist(), otherwise=Changed())
    for api_key in first_keys:
        api_keys.add(transaction, api_key)
    transaction.run()


def get(account_id: str) -> Account:
    """Raises NotFound. 1 read."""
    found = stored.find(keys.account(account_id))
    if found is None:
        raise NotFound("account")
    return account_of(found)


def change(account_id: str, edit: Callable[[Account], Account], if_match: int | None) -> Account:
    """The account as ``edit`` makes it, one version on. Raises StaleVersion. 1 read, 2 write units."""

    def attempt() -> Account:
        before = get(account_id)
        if if_match not in (None, before.version):
            raise StaleVersion(before.version)
        after = replace(edit(before), version=before.version + 1)
        actions = [
            AccountRow.name.set(after.name),
            AccountRow.time_zone.set(after.time_zone),
            AccountRow.retention_days.set(after.retention_days),
            AccountRow.readiness.set(asdict(after.readiness)),
            AccountRow.version.set(after.version),
        ]
        transaction = Transaction()
        unchanged = AccountRow.version == before.version
        transaction.update(_row(before), actions, unchanged, otherwise=Changed())
        transaction.run()
        return after

    return until_settled(attempt)


def take_number(account_id: str) -> int:
    """The account's next number. Numbers are never given twice; some may be given to nothing.

    1 write unit.
    """
    row = AccountRow.at(keys.account(account_id))
    row.update([AccountRow.last_number.add(1)], condition=AccountRow.PK.exists())
    return int(row.last_number)


def all_ids() -> Iterator[str]:
    """Ids of all accounts, for the operator's tools and schedules: the only list across accounts."""
    for each in stored.listed(keys.ACCOUNTS, index=keys.INDEX):
        yield each["id"]


def _row(account: Account) -> AccountRow:
    return AccountRow.at(keys.account(account.id), **asdict(account))


def account_of(stored: Stored) -> Account:
    """The stored account."""
    return Account(
        id=stored["id"],
        name=stored["name"],
        created_at=datetime.fromisoformat(stored["created_at"]),
        time_zone=stored["time_zone"],
        retention_days=stored["retention_days"],
        readiness=Readiness(**stored["readiness"]),
        version=stored["version"],
    )
