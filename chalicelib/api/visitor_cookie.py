"""The visitor's cookie, set by the intake's answer for sites that want it so.

Browsers keep what scripts set for a week, what a server of the same site sets for as long as it says. The tag
reads the cookie, so it is not HttpOnly; intake and site are the same site or the tag could not, so it is Lax.
"""

from __future__ import annotations

import re
from typing import Any

from chalicelib.api.express import Request
from chalicelib.api.reception import hosts_of
from chalicelib.table.catalogue import KnownAccount

SECONDS = 34_164_000
"""13 months from the visitor's first page on: it is never prolonged."""

_SENT = re.compile(r"(?:^|;\s*)actrail=[^;]")
_VALUE = re.compile(r"[a-zA-Z0-9\-_.]{1,128}")


def wanted(request: Request, account: KnownAccount, raws: list[Any]) -> str | None:
    """The Set-Cookie header with the id that the tag gave the visitor; None where there is nothing to set."""
    hosts = hosts_of(request.headers.get("origin", ""))
    wanting = (site for site in account.sites if site.options.get("server_cookie") and site.has(hosts))
    site = next(wanting, None)
    if site is None or _SENT.search(request.headers.get("cookie", "")):
        return None
    uuids = (raw.get("uuid") for raw in raws if isinstance(raw, dict))
    uuid = next((each for each in uuids if isinstance(each, str) and _VALUE.fullmatch(each)), None)
    if uuid is None:
        return None
    parts = [f"actrail={uuid}", "Path=/", f"Max-Age={SECONDS}", "SameSite=Lax"]
    if domain := site.options.get("cookie_domain"):
        parts.append(f"Domain={domain}")
    if request.headers.get("x-forwarded-proto") == "https":
        parts.append("Secure")
    return "; ".join(parts)
