"""The tag: the script on the customer's site, compiled for the account that a write key belongs to."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalice.app import Request, Response

from chalicelib.api.problems import HEADERS
from chalicelib.api.reception import answered
from chalicelib.domain.ids import PATH_PARAMETERS
from chalicelib.domain.tag import CompiledTag, SinglePage, SiteOptions, compile_tag
from chalicelib.errors import NotFound, Unavailable
from chalicelib.table import catalogue, tag_contents
from chalicelib.table.catalogue import KnownAccount

PREBUILT = Path(__file__).parent.parent / "web" / "static" / "tag.js"
_TAGS = re.compile(r'"[^"]*"|\*')
_HEADERS = {
    **HEADERS,
    "Cache-Control": "public, max-age=60",
    "Content-Type": "text/javascript; charset=utf-8",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class NotBuilt(Unavailable):
    """The deployment lacks the built script."""

    def __init__(self) -> None:
        super().__init__("The tag is not built here. Build the browser scripts, then try again.", 60)


def get_tag(request: Request, path: Mapping[str, str]) -> Response:
    """Get the tag of an account

    It carries every account tracker and, of the live campaigns, their other trackers and weights. Where the
    account has several sites, site_id says whose options it takes.
    """
    return answered(request, lambda request: _tag(request, path["script"]))


def _tag(request: Request, script: str) -> Response:
    query: Mapping[str, str] = request.query_params or {}
    write_key = script.removesuffix(".js")
    known = None
    if PATH_PARAMETERS["script"].fullmatch(script):
        known = catalogue.account_of(write_key, time.monotonic())
    if known is None:
        raise NotFound("tag")
    site_id = query.get("site_id", "")
    tag = known.tags.get((write_key, site_id))
    if tag is None:
        tag = known.tags[write_key, site_id] = _compiled(known, write_key, site_id)
    headers: dict[str, str | list[str]] = {**_HEADERS, "ETag": tag.etag}
    if is_known(request.headers.get("if-none-match", ""), tag.etag):
        return Response("", headers, 304)
    return Response(tag.body.decode("ascii"), headers, 200)


def _compiled(known: KnownAccount, write_key: str, site_id: str) -> CompiledTag:
    """The account's tag, kept as long as the account is. Raises NotFound, NotBuilt."""
    options = SiteOptions(time_zone=known.time_zone, **_options(known, site_id))
    campaigns, trackers = tag_contents.of_account(known.id)
    return compile_tag(_prebuilt(), write_key, options, campaigns, trackers)


def _options(known: KnownAccount, site_id: str) -> dict[str, Any]:
    """Those of the site asked for, or of the only one. Raises NotFound for a site that is not there."""
    asked_for = [site for site in known.sites if site_id in ("", site.id)]
    if site_id and not asked_for:
        raise NotFound("site")
    options: dict[str, Any] = dict(asked_for[0].options) if len(asked_for) == 1 else {}
    return options | {"single_page": SinglePage(options.get("single_page", SinglePage.OFF))}


def _prebuilt() -> bytes:
    """Raises NotBuilt."""
    try:
        return PREBUILT.read_bytes()
    except FileNotFoundError as error:
        raise NotBuilt from error


def is_known(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match names the ETag, weakly compared (RFC 9110, 13.1.2)."""
    return not {etag, "*"}.isdisjoint(_TAGS.findall(if_none_match))
