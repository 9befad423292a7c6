"""What every page has in common: who may see it, what it answers with, and what happens when it cannot.

A page is a function from a visit to what is shown. What is shown is a template with its values, or another
address. A refusal becomes a page of its own; where a part of a page was asked for, a message on that page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from chalice.app import Request, Response

from chalicelib.api.answering import checked, logged, refusal_of
from chalicelib.dashboard import cookie
from chalicelib.dashboard.visit import Visit, form_of, root_of, same_origin
from chalicelib.domain.api_key import Scope
from chalicelib.domain.ids import in_path
from chalicelib.errors import ActrailError, Forbidden
from chalicelib.observability import count, logger
from chalicelib.table import catalogue, sessions
from chalicelib.web import content_security_policy, rendering

HEADERS = {
    "Cache-Control": "no-store",
    content_security_policy.HEADER: content_security_policy.OWN,
    "Content-Type": "text/html; charset=utf-8",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Vary": "HX-Request",
    "X-Content-Type-Options": "nosniff",
}
_STAYS = "".join(map(chr, range(ord("!"), ord("~") + 1)))
"""What of an address stands in a header as it is; all else as browsers write it, UTF-8 with percent signs."""
SAFE_METHODS = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Shown:
    """A template and its values.

    Attributes:
        part: the template of the part that scripts ask for; None where it is the same.
        toast: what to tell about what was done.
        events: told to the page's other parts by name.
        headers: more headers, such as those that tell htmx where the part goes.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    part: str | None = None
    status: int = 200
    toast: str | None = None
    events: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """Another page is to be shown: its path within the dashboard."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing new is to be shown but a message, and other parts of the page are told ``events`` by name."""

    toast: str | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """Something to save under a name."""

    text: str
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Framed:
    """A document of somebody else's, for a frame of a page: it runs nothing, loads nothing, links nowhere."""

    html: str


Result = Shown | Moved | Done | File | Framed


class CrossSite(ActrailError):
    """Another site sent the request, or no browser."""

    status, code, title = 403, "cross_site", "Not from here"

    def __init__(self) -> None:
        super().__init__("This request did not come from the dashboard. Open the dashboard and try again.")


@dataclass(frozen=True, slots=True)
class Page:
    """A route's function.

    Attributes:
        scope: what whoever is signed in must have; None lets anybody in.
        part_of: path of the page that this is a part of, with the same parameters; None of a page that stands
            for itself. A browser that opens the part by its address gets the page.
    """

    handler: Callable[..., Result]
    scope: Scope | None
    part_of: str | None = None

    def __call__(self, request: Request, path: Mapping[str, str]) -> Response:
        """Answer a request; whatever happens is an answer."""
        return logged("page", request, lambda: self._answered(request, path))

    def _answered(self, request: Request, path: Mapping[str, str]) -> Response:
        visit = _visit(request)
        try:
            visit = _let_in(visit)
            return self._done(visit, path)
        except Exception as error:  # noqa: BLE001 - the last line of defence: an answer of our form, and the log
            return _refused(visit, refusal_of(error))

    def _done(self, visit: Visit, path: Mapping[str, str]) -> Response:
        unsafe = visit.request.method not in SAFE_METHODS
        if self.scope is not None and visit.me is None:
            return _response(visit, Moved(visit.url("/sign-in", next=_next(visit))))
        if self.scope is not None and not visit.may(self.scope):
            raise Forbidden(self.scope)
        parameters = checked(path, "page")
        if self.part_of is not None and not visit.part and not unsafe:
            encoded = {name: in_path(text) for name, text in parameters.items()}
            return _response(visit, Moved(visit.url(self.part_of.format(**encoded))))
        result = self.handler(visit, **parameters)
        if unsafe and visit.me is not None:
            catalogue.forget(visit.account_id)  # intake in this process is to see the change at once
        return _response(visit, result)


def page(
    scope: Scope | None = Scope.READ, *, part_of: str | None = None
) -> Callable[[Callable[..., Result]], Page]:
    """Declare a function to be a page, or a part of one; see Page."""

    def declare(handler: Callable[..., Result]) -> Page:
        return Page(handler, scope, part_of)

    return declare


def _visit(request: Request) -> Visit:
    """The request before anybody was let in; its form is read only once it is known where it comes from."""
    root = root_of(request)
    return Visit(
        request=request,
        root=root,
        path=request.context.get("path", request.path).removeprefix(root) or "/",
        query=request.query_params or {},
        form={},
        part="hx-request" in request.headers,
        now=datetime.now(UTC),
        me=None,
        token=None,
    )


def _let_in(visit: Visit) -> Visit:
    """The visit with its form, and with who is signed in if somebody is. Raises CrossSite. 1 batch read."""
    if visit.request.method not in SAFE_METHODS and not same_origin(visit.request):
        raise CrossSite
    token = cookie.read(visit.request)
    me = sessions.opened_by(token, visit.now) if token else None
    if me is not None:
        logger.append_keys(account_id=me.account.id, key_id=me.key.id)
    form = {} if visit.request.method in SAFE_METHODS else form_of(visit.request)
    return replace(visit, token=token, me=me, form=form)


def _next(visit: Visit) -> str | None:
    """Where to go on after signing in: the page that was asked for, if it was one."""
    if visit.part or visit.request.method != "GET" or visit.path == "/":
        return None
    query = visit.url("", **visit.query).removeprefix(visit.root)
    return quote(visit.path) + query


def _response(visit: Visit, result: Result) -> Response:
    if isinstance(result, Moved):
        return _moved(visit, result)
    if isinstance(result, Done):
        return _answer("", _trigger(result.toast, "done", result.events), 204)
    if isinstance(result, File):
        saved = {"Content-Disposition": f'attachment; filename="{result.name}"'}
        return _answer(result.text, {**saved, "Content-Type": result.media_type}, 200)
    if isinstance(result, Framed):
        return _answer(result.html, {content_security_policy.HEADER: content_security_policy.FRAMED}, 200)
    template = result.part if visit.part and result.part else result.template
    values = {"visit": visit, "root": visit.root, **result.values}
    headers = {**result.headers, **_trigger(result.toast, "done", result.events)}
    return _answer(rendering.render(template, values), headers, result.status)


def _moved(visit: Visit, result: Moved) -> Response:
    url = quote(result.url, safe=_STAYS)
    if visit.part:
        return _answer("", {**result.headers, "HX-Redirect": url}, 200)
    return _answer("", {**result.headers, "Location": url}, 303)


def _answer(body: str, headers: Mapping[str, str], status: int) -> Response:
    return Response(body, {**HEADERS, **headers}, status)


def _refused(visit: Visit, error: ActrailError) -> Response:
    """The refusal as a page; to a script as a message, which changes nothing on its page."""
    count("Refused", error.code)
    # People sign in on a page, not in the browser's own dialog.
    headers = {name: text for name, text in error.headers.items() if name != "WWW-Authenticate"}
    if visit.part:
        return _answer("", {**headers, **_trigger(error.message, "refused")}, error.status)
    values = {"visit": visit, "root": visit.root, "error": error, "phrase": HTTPStatus(error.status).phrase}
    return _answer(rendering.render("error.html", values), headers, error.status)


def _trigger(message: str | None, tone: str, events: Sequence[str] = ()) -> dict[str, str]:
    """The header that has htmx raise events on the page, a toast among them."""
    raised: dict[str, Any] = dict.fromkeys(events, "")
    if message is not None:
        raised["toast"] = {"message": message, "tone": tone}
    return {"HX-Trigger": json.dumps(raised)} if raised else {}
