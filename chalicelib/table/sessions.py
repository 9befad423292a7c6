"""Sessions of the dashboard, each stored under the hash of its token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.domain.account import Account
from chalicelib.domain.api_key import ApiKey
from chalicelib.domain.session import LASTS, SessionToken
from chalicelib.table import keys, stored
from chalicelib.table.accounts import account_of
from chalicelib.table.api_keys import key_of
from chalicelib.table.once import FOR_REAL
from chalicelib.table.rows import Row
from chalicelib.table.transaction import Changed


class SessionRow(Row, discriminator="session"):
    key_id = UnicodeAttribute()
    expires_at = NumberAttribute()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in: an account, by one of its keys."""

    account: Account
    key: ApiKey


def begin(token: SessionToken, now: datetime) -> None:
    """Store a new session; it ends by itself after 12 hours. 2 write units."""
    transaction = FOR_REAL.begin()
    row = SessionRow.at(
        keys.session(token.account_id, token.digest()),
        key_id=token.key_id,
        expires_at=int((now + LASTS).timestamp()),
    )
    transaction.put(row, SessionRow.PK.does_not_exist(), otherwise=Changed())
    transaction.run()


def end(token: SessionToken) -> None:
    """The token opens nothing from now on. 1 write unit."""
    SessionRow.at(keys.session(token.account_id, token.digest())).delete()


def opened_by(token: SessionToken, now: datetime) -> SignedIn | None:
    """Who a token signs in, or None: unknown, over, or of a key that was revoked. 1 batch read of 3 items.

    All are read consistently in each request, so that signing out and revoking a key take effect at once.
    """
    wanted = [
        keys.session(token.account_id, token.digest()),
        keys.api_key(token.account_id, token.key_id),
        keys.account(token.account_id),
    ]
    by_type = {each["type"]: each for each in stored.find_all(wanted)}
    if len(by_type) < len(wanted):
        return None
    session = by_type["session"]
    # TTL deletes within days: a session that is over may still be there.
    if session["key_id"] != token.key_id or session["expires_at"] <= now.timestamp():
        return None
    return SignedIn(account_of(by_type["account"]), key_of(by_type["api_key"]))
