"""Names as people write them and as they are compared and searched."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from chalicelib.errors import Invalid

MAX_LENGTH = 128
SEARCHABLE_WORDS = 8
"""Words beyond the eighth are not found by a search that starts with them."""

_WORD_START = re.compile(r"(?:(?<=^)|(?<=[\s\-_/.:,|()]))[^\s\-_/.:,|()]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as given (trimmed, NFC) and the key it is compared by (case-folded too)."""

    shown: str
    key: str

    @classmethod
    def of(cls, text: str, field: str = "name") -> Name:
        """Raises Invalid when it is empty, longer than 128 characters, or has what is no text."""
        shown = unicodedata.normalize("NFC", text).strip()
        if not shown:
            raise Invalid.field(field, "must not be empty")
        if len(shown) > MAX_LENGTH:
            raise Invalid.field(field, f"must have at most {MAX_LENGTH} characters")
        if not all(map(_is_text, shown)):
            raise Invalid.field(field, "must not have control characters or noncharacters")
        return cls(shown, comparable(shown))


def _is_text(character: str) -> bool:
    """No control character, surrogate or noncharacter, the last of which sorts behind all text."""
    code = ord(character)
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return not noncharacter and unicodedata.category(character) not in ("Cc", "Cs")


def comparable(text: str) -> str:
    """Trimmed, NFC and case-folded: two names are the same name when these are equal."""
    folded = unicodedata.normalize("NFC", text).strip().casefold()
    return unicodedata.normalize("NFC", folded)


def word_starts(key: str) -> tuple[int, ...]:
    """Where the words of a name's key start; the first is 0, where the whole name starts."""
    starts = {0, *(match.start() for match in _WORD_START.finditer(key))}
    return tuple(sorted(starts))[:SEARCHABLE_WORDS]


def first_matching_word(key: str, wanted: str) -> int | None:
    """Index of the first word at which the name reads like the text wanted, or None."""
    for index, start in enumerate(word_starts(key)):
        if key.startswith(wanted, start):
            return index
    return None
