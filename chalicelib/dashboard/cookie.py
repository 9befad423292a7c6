"""The cookie that holds a session's token.

Scripts cannot read it, no other site's form sends it, and once the browser was asked over https it is never
sent in the clear.
"""

from __future__ import annotations

import re

from chalice.app import Request

from chalicelib.domain.session import LASTS, SessionToken

NAME = "actrail_session"
_SENT = re.compile(rf"(?:^|;)\s*{NAME}=([0-9a-z_]*)\s*(?=;|$)")
"""Other programs of the host have cookies too, of forms that ``http.cookies`` stops reading at."""


def read(request: Request) -> SessionToken | None:
    """The session that the browser names, whether there is one or not."""
    sent = _SENT.search(request.headers.get("cookie", ""))
    return SessionToken.parse(sent[1]) if sent else None


def kept(request: Request, token: SessionToken) -> str:
    """The Set-Cookie header that has the browser keep a session as long as it lasts."""
    return _header(request, str(token), int(LASTS.total_seconds()))


def dropped(request: Request) -> str:
    """The Set-Cookie header that has the browser forget its session."""
    return _header(request, "", 0)


def _header(request: Request, value: str, seconds: int) -> str:
    parts = [f"{NAME}={value}", "Path=/", f"Max-Age={seconds}", "HttpOnly", "SameSite=Lax"]
    if request.headers.get("x-forwarded-proto") == "https":
        parts.append("Secure")
    return "; ".join(parts)
