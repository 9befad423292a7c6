"""What the pages' styles and scripts are made of, as the build has left it. Anybody may read it."""

from __future__ import annotations

from collections.abc import Mapping

from chalice.app import Request, Response

from chalicelib.api.problems import HEADERS, body_of, headers_of
from chalicelib.errors import NotFound
from chalicelib.web import assets

KEPT = "public, max-age=31536000, immutable"
"""A year: a file's name has a hash of what is in it."""


def serve(_: Request, path: Mapping[str, str]) -> Response:
    """Get a script, style or image of the dashboard"""
    asset = assets.find(path["file"])
    if asset is None:
        error = NotFound("file")
        return Response(body_of(error), {**HEADERS, **headers_of(error)}, error.status)
    return Response(asset.text, {**HEADERS, "Cache-Control": KEPT, "Content-Type": asset.media_type}, 200)
