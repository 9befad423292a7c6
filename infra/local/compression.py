"""Answers compressed as API Gateway compresses them: from the size on that the deployment names.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-enable-compression.html
"""

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

CONFIG = Path(__file__).parents[2] / ".chalice" / "config.json"
LEVEL = 5

_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, LEVEL, mtime=0),
    "deflate": lambda body: zlib.compress(body, LEVEL),
}


@cache
def minimum_size() -> int:
    """The bytes of a body that are compressed at least, as `chalice package` writes it in the template."""
    size: int = json.loads(CONFIG.read_text())["minimum_compression_size"]
    return size


def compressed(
    body: bytes, headers: list[tuple[str, str]], accepted: str
) -> tuple[bytes, list[tuple[str, str]]]:
    """A body and its headers, compressed if it is long enough and the client takes that."""
    if len(body) < minimum_size() or any(name.lower() == "content-encoding" for name, _ in headers):
        return body, headers
    for coding in map(_wanted, accepted.split(",")):
        if coding in _CODINGS:
            return _CODINGS[coding](body), [*headers, ("Content-Encoding", coding)]
    return body, headers


def _wanted(part: str) -> str:
    """A coding of Accept-Encoding, nothing for one that is refused."""
    coding, _, quality = part.partition(";")
    refused = quality.strip().lower() in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return "" if refused else coding.strip().lower()
