"""Which variation of a campaign a visitor sees: the same in the tag (infra/web/tag/bucketing.ts) and here.

The visitor's place between 0 and 100 depends on nothing but the visitor's and the campaign's ids, so it
needs no storage, and a visitor's places in two campaigns are independent of each other.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_OFFSET_BASIS = 0x811C9DC5
_PRIME = 0x01000193


def fnv1a(text: str) -> int:
    """The 32-bit FNV-1a hash (draft-eastlake-fnv) over UTF-16 code units, as JavaScript has them."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    result = _OFFSET_BASIS
    for (unit,) in struct.iter_unpack("<H", encoded):
        result = (result ^ unit) * _PRIME & 0xFFFFFFFF
    return result


def place(visitor: str, campaign: int) -> float:
    """Where the visitor stands in the campaign's traffic: from 0 to below 100, in steps of 100 / 2^32.

    The hash is applied twice. Once is biased: the last characters hardly reach the high bits.
    """
    return fnv1a(str(fnv1a(f"{visitor}:{campaign}"))) / 2**32 * 100


def variation_of(visitor: str, campaign: int, weights: Sequence[int]) -> int | None:
    """The index of the visitor's variation; None for what the weights (in percent) leave untracked."""
    left = place(visitor, campaign)
    for index, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return index
    return None
