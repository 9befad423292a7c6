"""The body of a request of intake: decompressed, limited, and read as leniently as it makes sense.

Browsers cut texts in the middle of an emoji, and serializers write NaN. Neither is JSON as RFC 8259 has it,
and neither is worth the other events of the request: what orjson refuses is read once more, with what
cannot be kept replaced.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from typing import Any

import orjson

from chalicelib.api.express import Request
from chalicelib.errors import Malformed, TooLarge

MOST_REQUEST_BYTES = 1024 * 1024
"""Of one request's body, decompressed."""

_GZIP = b"\x1f\x8b"
_SURROGATE = re.compile("[\ud800-\udfff]")
_INTEGER_DIGITS = 18
"""So many digits always fit into 64 bits, which is what orjson writes."""


def json_body(request: Request) -> tuple[Any, int]:
    """What the body says, decompressed if need be, and its size in bytes. Raises Malformed, TooLarge."""
    body = request.body
    if body[:2] == _GZIP:
        body = _decompressed(body)
    if len(body) > MOST_REQUEST_BYTES:
        raise TooLarge(f"A request has at most {MOST_REQUEST_BYTES} bytes.")
    try:
        return orjson.loads(body), len(body)
    except orjson.JSONDecodeError:
        return _read_leniently(body), len(body)


def _decompressed(body: bytes) -> bytes:
    """The body of a gzip stream; reading stops one byte beyond the limit."""
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        return stream.decompress(body, MOST_REQUEST_BYTES + 1)
    except zlib.error as error:
        raise Malformed("The body is not gzip.") from error


def _read_leniently(body: bytes) -> Any:
    """Raises Malformed, also for what is nested too deeply to be read."""
    try:
        value = json.loads(
            body.decode("utf-8-sig", errors="replace"),
            parse_constant=lambda _: None,
            parse_float=_finite,
            parse_int=_integer,
        )
        return orjson.loads(_SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False)))
    except (ValueError, RecursionError) as error:
        raise Malformed(f"The body is not JSON: {error}.") from error


def _integer(digits: str) -> int | float | None:
    return int(digits) if len(digits) <= _INTEGER_DIGITS else _finite(digits)


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None
