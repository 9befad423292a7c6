"""The body of a request as API Gateway passes it on: limited, decompressed, and text or base64."""

import base64
import zlib
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

PAYLOAD_LIMIT = 10 * 1024 * 1024
"""Bytes of a body that API Gateway takes, and that it may have once decompressed."""

_WINDOWS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
"""The codings API Gateway decompresses, as zlib's window bits."""


class RequestError(Exception):
    """A request that never reaches the function; `status` and `detail` are what the client is told."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def read(environ: Mapping[str, Any], binary_types: frozenset[str]) -> tuple[str | None, bool]:
    """Return a WSGI request's body and whether it is base64; an empty body is None.

    A body of a binary type, or one that is not UTF-8, is base64; one of a binary type stays compressed.
    Raises RequestError: 413 when there is too much of it, 415 for an unknown coding or a broken stream.
    """
    raw = _read_limited(environ)
    is_binary = _is_binary(environ.get("CONTENT_TYPE", ""), binary_types)
    if raw and not is_binary:
        raw = _decompressed(raw, environ.get("HTTP_CONTENT_ENCODING", "identity").strip().lower())
    if not raw:
        return None, False
    if is_binary:
        return base64.b64encode(raw).decode(), True
    try:
        return raw.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode(), True


def _read_limited(environ: Mapping[str, Any]) -> bytes:
    if int(environ.get("CONTENT_LENGTH") or 0) > PAYLOAD_LIMIT:
        raise _too_large("")
    # A chunked body has no length before it is read.
    raw: bytes = environ["wsgi.input"].read(PAYLOAD_LIMIT + 1)
    if len(raw) > PAYLOAD_LIMIT:
        raise _too_large("")
    return raw


def _decompressed(raw: bytes, coding: str) -> bytes:
    if coding == "identity":
        return raw
    if coding not in _WINDOWS:
        raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Content-Encoding {coding!r} is not supported")
    stream = zlib.decompressobj(_WINDOWS[coding])
    try:
        # Bounded, so that a small body cannot fill the memory.
        plain = stream.decompress(raw, PAYLOAD_LIMIT + 1)
    except zlib.error as error:
        raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"the body is not {coding}") from error
    if len(plain) > PAYLOAD_LIMIT:
        raise _too_large(" once decompressed")
    if not stream.eof:
        raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"the {coding} body is cut off")
    return plain


def _too_large(when: str) -> RequestError:
    return RequestError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {PAYLOAD_LIMIT} bytes{when}"
    )


@lru_cache(maxsize=100)
def _is_binary(content_type: str, binary_types: frozenset[str]) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    family = media_type.partition("/")[0]
    return not {media_type, f"{family}/*", "*/*"}.isdisjoint(binary_types) if media_type else False
