"""Makes the selectors of a tag small: infra/web/tag/unpacking.ts is the other side.

Selectors of one site share their forms and their words. What gzip makes of them as they stand is
twice as long as of a list of forms, a list of words and two texts of indices.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import zip_longest
from typing import TypeVar

_Entry = TypeVar("_Entry", bound=Hashable)

_LINE_BREAK = re.compile(r"\r\n|[\n\r\f]")
_WORD = re.compile(r"(\[[A-Za-z_-]+|:[A-Za-z-]+)|[A-Za-z]{3,}|[0-9]+")
"""Words and numbers, but for the names of attributes and pseudo-classes, which belong to the form."""
_LAST = "".join(map(chr, range(ord("="), ord("~") + 1)))
_LEADING = "".join(map(chr, range(ord("#"), ord("/") + 1)))


def packed_selectors(trackers: Sequence[Sequence[str]]) -> dict[str, str]:
    """The fields ``l``, ``s``, ``m`` and ``w`` for the selector and the fallbacks of each tracker.

    Words come in columns, the first of all trackers first: of neighbours the first words are mostly the same.
    """
    lines = ["\f".join(_LINE_BREAK.sub(" ", text) for text in texts) for texts in trackers]
    patterns = [_WORD.sub(lambda match: match[1] or "0", line) for line in lines]
    rows = [[match[0] for match in _WORD.finditer(line) if not match[1]] for line in lines]
    words = [word for column in zip_longest(*rows) for word in column if word is not None]
    pattern_codes = index_codes(patterns)
    word_codes = index_codes([word for word in words if not word.isdecimal()])
    return {
        "l": "".join(pattern_codes[pattern] for pattern in patterns),
        "s": "\n".join(pattern_codes),
        "m": _joined([word_codes.get(word, word) for word in words]),
        "w": " ".join(word_codes),
    }


def _joined(tokens: Sequence[str]) -> str:
    """The tokens in a row, with a space where two numbers would run together."""
    return re.sub(r"(?<=[0-9])\0(?=[0-9])", " ", "\0".join(tokens)).replace("\0", "")


def index_codes(entries: Sequence[_Entry]) -> dict[_Entry, str]:
    """A code for each distinct entry, the shortest for the most frequent, in the order of their indices."""
    ranked = [entry for entry, _ in Counter(entries).most_common()]
    return {entry: _code(index) for index, entry in enumerate(ranked)}


def _code(index: int) -> str:
    """The index in base 66, all but the last digit of it in bijective base 13."""
    lead, last = divmod(index, len(_LAST))
    leading = ""
    while lead:
        lead, digit = divmod(lead - 1, len(_LEADING))
        leading = _LEADING[digit] + leading
    return leading + _LAST[last]
