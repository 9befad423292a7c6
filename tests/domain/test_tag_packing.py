"""Packed selectors lose nothing, however many and whatever they are."""

import re

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.tag_packing import index_codes, packed_selectors

WORDS = st.sampled_from(
    ["cart", "item", "a", "0", "17", "-", ".", "#", "[data-x2='", "']", " ", ":is(", "é", "\t"]
)
SELECTORS = st.lists(WORDS, min_size=1, max_size=12).map("".join)
TRACKERS = st.lists(st.lists(SELECTORS, min_size=1, max_size=3), min_size=1, max_size=40)
TOKEN = re.compile(r"[0-9]+|[#-/]*[=-~]")


def looked_up(indices: str, entries: list[str]) -> list[str]:
    """What a text of indices stands for, read as the tag reads it."""
    return [token if token.isdecimal() else entries[_index(token)] for token in TOKEN.findall(indices)]


def _index(token: str) -> int:
    lead = 0
    for character in token[:-1]:
        lead = lead * 13 + ord(character) - ord("#") + 1
    return lead * 66 + ord(token[-1]) - ord("=")


def unpacked(packed: dict[str, str]) -> list[list[str]]:
    """The selectors of each tracker: columns of words put back into the patterns."""
    words = looked_up(packed["m"], packed["w"].split(" "))
    lines = [line.split("0") for line in looked_up(packed["l"], packed["s"].split("\n"))]
    for column in range(max(map(len, lines))):
        for line in lines:
            if column < len(line) - 1:
                line[column] += words.pop(0)
    assert not words
    return ["".join(line).split("\f") for line in lines]


@given(TRACKERS)
def test_every_selector_comes_back_as_it_was(trackers: list[list[str]]) -> None:
    assert unpacked(packed_selectors(trackers)) == trackers


def test_line_breaks_come_back_as_the_spaces_they_are_in_css() -> None:
    packed = packed_selectors([["a\r\nb\nc\rd\fe"]])

    assert unpacked(packed) == [["a b c d e"]]


def test_codes_never_run_out_and_the_most_frequent_are_the_shortest() -> None:
    entries = [number for number in range(20_000) for _ in range(2 if number == 19_999 else 1)]

    codes = index_codes(entries)

    assert [_index(code) for code in codes.values()] == list(range(20_000))
    assert next(iter(codes.items())) == (19_999, "=")
    assert [len(code) for code in codes.values()] == sorted(len(code) for code in codes.values())
