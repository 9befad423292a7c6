"""Sites of an account."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from pynamodb.attributes import (
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)

from chalicelib.domain.account import Site
from chalicelib.errors import NotFound, StaleVersion
from chalicelib.table import keys, stored
from chalicelib.table.once import FOR_REAL, Intent
from chalicelib.table.pages import Page, Range, page
from chalicelib.table.rows import Row
from chalicelib.table.stored import Stored
from chalicelib.table.transaction import Changed, Transaction, until_settled


class SiteRow(Row, discriminator="site"):
    id = UnicodeAttribute()
    domain = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    origins: ListAttribute[str] = ListAttribute()
    allow: ListAttribute[str] = ListAttribute()
    deny: ListAttribute[str] = ListAttribute()
    options: MapAttribute[str, Any] = MapAttribute(null=True)
    version = NumberAttribute()


def create(account_id: str, site: Site, intent: Intent = FOR_REAL) -> None:
    """Store a new site. 2 write units."""
    transaction = intent.begin(site)
    transaction.put(_row(account_id, site), SiteRow.PK.does_not_exist(), otherwise=Changed())
    transaction.run()


def get(account_id: str, site_id: str) -> Site:
    """Raises NotFound. 1 read."""
    found = stored.find(keys.site(account_id, site_id))
    if found is None:
        raise NotFound("site")
    return _site(found)


def listed(account_id: str, limit: int, cursor: str | None) -> Page[Site]:
    """The account's sites, oldest first. 1 query."""
    return page([Range(keys.site(account_id, "").partition)], limit, cursor).mapped(_site)


def change(account_id: str, site_id: str, changes: dict[str, Any], if_match: int | None) -> Site:
    """The site with some fields changed. Raises NotFound, StaleVersion. 1 read, 2 write units a KB."""

    def attempt() -> Site:
        before = get(account_id, site_id)
        if if_match not in (None, before.version):
            raise StaleVersion(before.version)
        after = replace(before, **changes, version=before.version + 1)
        transaction = Transaction()
        unchanged = SiteRow.version == before.version
        transaction.put(_row(account_id, after), unchanged, otherwise=Changed())
        transaction.run()
        return after

    return until_settled(attempt)


def delete(account_id: str, site_id: str, intent: Intent = FOR_REAL) -> None:
    """Raises NotFound. 2 write units."""
    transaction = intent.begin()
    row = SiteRow.at(keys.site(account_id, site_id))
    transaction.delete(row, SiteRow.PK.exists(), otherwise=NotFound("site"))
    transaction.run()


def must_exist(transaction: Transaction, account_id: str, site_id: str) -> None:
    """Let a transaction fail with NotFound unless the site is there."""
    row = SiteRow.at(keys.site(account_id, site_id))
    transaction.check(row, SiteRow.PK.exists(), otherwise=NotFound("site"))


def _row(account_id: str, site: Site) -> SiteRow:
    lists = {name: list(getattr(site, name)) for name in ("origins", "allow", "deny")}
    return SiteRow.at(
        keys.site(account_id, site.id), **asdict(site) | lists | {"options": dict(site.options) or None}
    )


def _site(stored: Stored) -> Site:
    return Site(
        id=stored["id"],
        domain=stored["domain"],
        created_at=datetime.fromisoformat(stored["created_at"]),
        origins=tuple(stored["origins"]),
        allow=tuple(stored["allow"]),
        deny=tuple(stored["deny"]),
        options=stored.get("options", {}),
        version=stored["version"],
    )
