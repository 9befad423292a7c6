"""Keys: what opens the API. A key is shown once and stored as a hash.

A token reads ``sk_<account id>_<key id>_<secret>`` (``wk_`` for write keys), so that one read by primary
key finds it and no index over secrets exists. The secret has 160 random bits, which makes one SHA-256
enough: there is nothing to guess.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SECRET_BYTES = 20
_TOKEN = re.compile("(sk|wk)" + "_([0-9a-z]{1,64})" * 3)


class Scope(StrEnum):
    """What a key may do. admin includes edit includes read; collect stands alone."""

    ADMIN = "admin"
    EDIT = "edit"
    READ = "read"
    COLLECT = "collect"

    def includes(self, needed: Scope) -> bool:
        """Whether a key of this scope may do what needs the other."""
        return needed in _INCLUDED[self]


_INCLUDED = {
    Scope.ADMIN: {Scope.ADMIN, Scope.EDIT, Scope.READ},
    Scope.EDIT: {Scope.EDIT, Scope.READ},
    Scope.READ: {Scope.READ},
    Scope.COLLECT: {Scope.COLLECT},
}


@dataclass(frozen=True, slots=True)
class Token:
    """A key as its owner holds it."""

    scope_prefix: str
    account_id: str
    key_id: str
    secret: str

    @classmethod
    def parse(cls, text: str) -> Token | None:
        """None when the text has not the form of a token."""
        token = _TOKEN.fullmatch(text)
        return cls(*token.groups()) if token else None

    def __str__(self) -> str:
        return f"{self.scope_prefix}_{self.account_id}_{self.key_id}_{self.secret}"

    def digest(self) -> str:
        """SHA-256 of the whole token, in hexadecimal."""
        return hashlib.sha256(str(self).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored: everything but its secret."""

    id: str
    account_id: str
    scope: Scope
    name: str
    digest: str
    created_at: datetime

    def opens_with(self, token: Token) -> bool:
        """Whether the token is this key's, compared in constant time."""
        return hmac.compare_digest(self.digest, token.digest())


def mint(
    account_id: str, key_id: str, scope: Scope, name: str, now: datetime, secret: bytes
) -> tuple[ApiKey, Token]:
    """A new key and the token to show once. ``secret`` holds 20 unguessable bytes."""
    prefix = "wk" if scope is Scope.COLLECT else "sk"
    text = base64.b32encode(secret[:SECRET_BYTES]).decode().lower()
    token = Token(prefix, account_id, key_id, text)
    return ApiKey(key_id, account_id, scope, name, token.digest(), now), token


def derived_secret(caller: Token, key_id: str) -> bytes:
    """The secret of a key whose making may be repeated: only who made it can derive it again.

    A POST that is sent twice gets the same answer twice, but no secret is stored: HMAC-SHA256 (RFC 2104)
    of the new key's id under the caller's own secret key gives it anew.
    """
    message = f"actrail key {key_id}".encode()
    return hmac.new(str(caller).encode(), message, hashlib.sha256).digest()[:SECRET_BYTES]
