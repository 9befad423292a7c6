"""How often a key may ask, held by each process for itself: neither a read nor a write of the table.

So a limit is one of a function's instance, or of a worker, and all of them together let through as many
times more. What bounds their sum is API Gateway; see docs/security.md.
"""

from __future__ import annotations

import math

from chalicelib.domain.token_bucket import TokenBucket
from chalicelib.errors import TooManyRequests
from chalicelib.settings import Limit, settings

MOST_KEPT = 10_000
"""Keys; with more of them all begin anew, with their full burst."""

_buckets: dict[str, TokenBucket] = {}


def check_secret_key(key_id: str, at: float) -> None:
    """Let a request of a secret key through. ``at`` is a monotonic clock's, in seconds.

    Raises TooManyRequests.
    """
    _check(key_id, settings().key_limit, at)


def check_write_key(write_key: str, at: float) -> None:
    """Let a request of a write key through, however many events it has. Raises TooManyRequests."""
    _check(write_key, settings().intake_limit, at)


def forget() -> None:
    """Begin anew, as a new process does."""
    _buckets.clear()


def _check(key: str, limit: Limit | None, at: float) -> None:
    if limit is None:
        return
    bucket = _buckets.get(key)
    if bucket is None:
        if len(_buckets) >= MOST_KEPT:
            _buckets.clear()
        bucket = _buckets[key] = TokenBucket.full(limit.rate, limit.burst, at)
    wait = bucket.take(at)
    if wait:
        raise TooManyRequests(math.ceil(wait))
