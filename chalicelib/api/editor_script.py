"""The visual editor's script, which the tag loads on a customer's page that has an editor token."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from chalice.app import Request, Response

from chalicelib.api.problems import HEADERS
from chalicelib.api.reception import answered
from chalicelib.api.tag import NotBuilt, is_known

BUILT = Path(__file__).parent.parent / "web" / "static" / "editor.js"
_HEADERS = {
    **HEADERS,
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=300",
    "Content-Type": "text/javascript; charset=utf-8",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def get_editor(request: Request, _: Mapping[str, str]) -> Response:
    """Get the script of the visual editor

    A module that pages of any origin may import. It does nothing without an editor token.
    """
    return answered(request, _script)


def _script(request: Request) -> Response:
    body = _built()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers: dict[str, str | list[str]] = {**_HEADERS, "ETag": etag}
    if is_known(request.headers.get("if-none-match", ""), etag):
        return Response("", headers, 304)
    return Response(body.decode("ascii"), headers, 200)


def _built() -> bytes:
    """Raises NotBuilt."""
    try:
        return BUILT.read_bytes()
    except FileNotFoundError as error:
        raise NotBuilt from error
