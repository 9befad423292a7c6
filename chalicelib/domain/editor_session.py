"""Editor sessions: for an hour, a page of a customer's site may edit the trackers of one campaign.

A token reads ``ed_<account id>_<campaign id>_<session id>_<secret>``. It stands in the hash of the page's
address, which browsers send to no server, and opens less than the key that made it: one campaign's trackers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.api_key import SECRET_BYTES, ApiKey

LIFETIME = timedelta(hours=1)
HASH = "#actrail-editor="
"""Stands in the address before the token; infra/web/tag/editing.ts looks for it."""
_PREFIX = "ed"


@dataclass(frozen=True, slots=True)
class EditorToken:
    """A session as the page holds it."""

    account_id: str
    campaign_id: str
    session_id: str
    secret: str

    @classmethod
    def parse(cls, text: str) -> EditorToken | None:
        """None when the text has not the form of a token."""
        prefix, *parts = text.split("_")
        if prefix != _PREFIX or len(parts) != 4 or not all(parts):
            return None
        return cls(*parts)

    def __str__(self) -> str:
        return f"{_PREFIX}_{self.account_id}_{self.campaign_id}_{self.session_id}_{self.secret}"

    def digest(self) -> str:
        """SHA-256 of the whole token, in hexadecimal."""
        return hashlib.sha256(str(self).encode()).hexdigest()

    def in_address(self, url: str) -> str:
        """The page's address that opens the editor."""
        return f"{url}{HASH}{self}"


@dataclass(frozen=True, slots=True)
class EditorSession:
    """A session as it is stored: everything but its secret. It ends with the key that made it."""

    id: str
    account_id: str
    campaign_id: str
    key_id: str
    digest: str
    expires_at: datetime

    def opens_with(self, token: EditorToken, now: datetime) -> bool:
        """Whether the token is this session's, compared in constant time, and its hour is not over."""
        return hmac.compare_digest(self.digest, token.digest()) and now < self.expires_at


def begin(
    key: ApiKey, campaign_id: str, session_id: str, now: datetime, secret: bytes
) -> tuple[EditorSession, EditorToken]:
    """A new session and the token to show once. ``secret`` holds 20 unguessable bytes."""
    text = base64.b32encode(secret[:SECRET_BYTES]).decode().lower()
    token = EditorToken(key.account_id, campaign_id, session_id, text)
    expires_at = (now + LIFETIME).replace(microsecond=0)
    return EditorSession(session_id, key.account_id, campaign_id, key.id, token.digest(), expires_at), token
