"""Sessions of the dashboard: a key signs in once, and a random token stands for it from then on.

A token reads ``<account id>_<key id>_<secret>``, so that one read by primary key finds the session and the
key that opened it: a key that was revoked opens nothing through its sessions either. The secret has 256
random bits; its hash alone is stored.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from chalicelib.domain.ids import is_id

LASTS = timedelta(hours=12)
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class SessionToken:
    """A session as its browser holds it."""

    account_id: str
    key_id: str
    secret: str

    @classmethod
    def of(cls, account_id: str, key_id: str, secret: bytes) -> Self:
        """The token with these random bytes."""
        return cls(account_id, key_id, secret.hex())

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None when the text has not the form of a token."""
        parts = text.split("_")
        if len(parts) != 3 or not all(map(is_id, parts)):
            return None
        return cls(*parts)

    def __str__(self) -> str:
        return f"{self.account_id}_{self.key_id}_{self.secret}"

    def digest(self) -> str:
        """SHA-256 of the whole token, in hexadecimal."""
        return hashlib.sha256(str(self).encode()).hexdigest()
