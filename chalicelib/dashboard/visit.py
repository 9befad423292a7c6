"""A visit: the request for a page as its handler sees it, from somebody who was let in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

from chalice.app import Request

from chalicelib.domain.account import Account
from chalicelib.domain.api_key import Scope
from chalicelib.domain.session import SessionToken
from chalicelib.errors import Malformed, Unauthorized
from chalicelib.table.sessions import SignedIn

MOST_FORM_BYTES = 256 * 1024
MOST_FIELDS = 1000


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page.

    Attributes:
        root: what goes before every path: the stage of API Gateway, or nothing.
        path: the path within the dashboard, such as ``/campaigns``.
        form: the fields that were sent, each with all its values.
        part: whether a script of the page asks, for a part of it, rather than the browser for the whole.
        me: who is signed in, None on pages that anybody may see.
    """

    request: Request
    root: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, Sequence[str]]
    part: bool
    now: datetime
    me: SignedIn | None
    token: SessionToken | None

    @property
    def account_id(self) -> str:
        """The account that looks. Nothing of another one is within its reach."""
        return self.account.id

    @property
    def account(self) -> Account:
        """The same, with its name, its time zone and what its reports wait for."""
        if self.me is None:
            raise Unauthorized
        return self.me.account

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone, in which times and days are shown."""
        return self.account.zone

    @property
    def can_edit(self) -> bool:
        """Whether to show what changes things."""
        return self.may(Scope.EDIT)

    def may(self, scope: Scope) -> bool:
        """Whether who is signed in may do what needs a scope."""
        return self.me is not None and self.me.key.scope.includes(scope)

    def field(self, name: str) -> str:
        """A field of the form, as it was typed; empty when it was not sent."""
        return next(iter(self.form.get(name, ())), "")

    def url(self, path: str, **query: str | None) -> str:
        """The address of a page, for links and redirects; parameters that are None or empty are left out."""
        given = {name: value for name, value in query.items() if value}
        return f"{self.root}{path}" + (f"?{urlencode(given)}" if given else "")


def root_of(request: Request) -> str:
    """What API Gateway puts before the paths of the app: its stage, unless a domain hides it."""
    shown = request.context.get("path", request.path).rstrip("/").split("/")
    own = request.context["resourcePath"].strip("/").split("/")
    depth = len([segment for segment in own if segment])
    return "/".join(shown[: len(shown) - depth])


def form_of(request: Request) -> dict[str, list[str]]:
    """The fields of a form. Raises Malformed."""
    raw = request.raw_body
    body = raw if isinstance(raw, bytes) else raw.encode()
    if len(body) > MOST_FORM_BYTES:
        raise Malformed("The form is too large.")
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Malformed("The form could not be read.") from error


def same_origin(request: Request) -> bool:
    """Whether a page of this very origin sent the request, as the browser tells it.

    Sec-Fetch-Site is set by the browser alone. Browsers without it send Origin with every form.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return bool(site == "same-origin")
    origin = urlsplit(request.headers.get("origin", "")).netloc
    return bool(origin) and origin == request.headers.get("host")
