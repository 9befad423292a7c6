"""Names as people write them, as they are compared, and as they are searched."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.names import (
    MAX_LENGTH,
    SEARCHABLE_WORDS,
    Name,
    comparable,
    first_matching_word,
    word_starts,
)
from chalicelib.errors import Invalid

TEXTS = st.text(max_size=40)
NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=40).filter(
    lambda text: 0 < len(unicodedata.normalize("NFC", text).strip()) <= MAX_LENGTH
)


@given(NAMES)
def test_a_name_is_shown_trimmed_and_composed(text):
    name = Name.of(text)

    assert name.shown == unicodedata.normalize("NFC", text).strip()


@given(NAMES, st.sampled_from(["", " ", "\u00a0", "\u3000 "]))
def test_names_are_the_same_whatever_their_case_form_and_surrounding_space(text, space):
    name = Name.of(text)
    variants = (space + text + space, unicodedata.normalize("NFD", text), name.shown, name.key)

    assume(all(len(unicodedata.normalize("NFC", each).strip()) <= MAX_LENGTH for each in variants))

    assert {Name.of(each).key for each in variants} == {name.key}


@given(NAMES)
def test_a_name_written_in_capitals_is_the_same_name(text):
    assert comparable(text.upper().lower().upper()) == comparable(text.upper())


@given(TEXTS)
def test_what_is_compared_is_stable(text):
    key = comparable(text)

    assert comparable(key) == key
    assert unicodedata.is_normalized("NFC", key)


@pytest.mark.parametrize("pair", [("Straße", "STRASSE"), ("e\u0301", "É"), ("ΌΣΟΣ", "όσος"), ("ﬁn", "FIN")])
def test_names_that_read_the_same_are_the_same(pair):
    assert len({comparable(text) for text in pair}) == 1


@pytest.mark.parametrize("pair", [("a", "á"), ("resume", "résumé"), ("x2", "x²"), ("a b", "ab")])
def test_names_that_read_differently_differ(pair):
    assert len({comparable(text) for text in pair}) == 2


WRONG = ["", " ", "\t\n", "\u3000", "a\nb", "a\x00b", "a\ud800", "a\uffff", "x" * (MAX_LENGTH + 1)]


@pytest.mark.parametrize("text", WRONG)
def test_a_name_is_not_empty_has_at_most_128_characters_and_none_that_controls(text):
    with pytest.raises(Invalid) as refusal:
        Name.of(text, "variations.1.name")

    (error,) = refusal.value.details["errors"]
    assert error["field"] == "variations.1.name"


@pytest.mark.parametrize("text", ["x" * MAX_LENGTH, "  " + "x" * MAX_LENGTH + "  ", "e\u0301" * MAX_LENGTH])
def test_128_characters_are_counted_as_they_are_shown(text):
    assert len(Name.of(text).shown) == MAX_LENGTH


@given(NAMES)
def test_a_key_fits_into_a_sort_key_of_dynamodb(text):
    # Some characters become two when a name is normalised, and those are what is counted.
    shown = unicodedata.normalize("NFC", text * MAX_LENGTH)
    longest = Name.of(shown[:MAX_LENGTH].strip() or "x")

    assert len(f"NAME#widget#hidden#{longest.key}#{'x' * 26}".encode()) <= 1024


@given(TEXTS)
def test_words_start_at_the_first_character_and_behind_each_separator(text):
    key = comparable(text)
    starts = word_starts(key)

    separators = frozenset(" -_/.:,|()\t\n")
    assert starts[0] == 0
    assert list(starts) == sorted(set(starts))
    assert len(starts) <= SEARCHABLE_WORDS
    for start in starts[1:]:
        assert key[start] not in separators
        assert key[start - 1] in separators or key[start - 1].isspace()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("add to cart", ["add to cart", "to cart", "cart"]),
        ("a/b-c_d", ["a/b-c_d", "b-c_d", "c_d", "d"]),
        ("(sale) 50%", ["(sale) 50%", "sale) 50%", "50%"]),
        ("x", ["x"]),
        (" ".join("abcdefghij"), [" ".join("abcdefghij"[start:]) for start in range(8)]),
    ],
)
def test_each_word_starts_the_rest_of_the_name(name, words):
    assert [name[start:] for start in word_starts(name)] == words


@given(TEXTS, st.text(max_size=3))
def test_the_first_matching_word_is_the_first_at_which_the_name_reads_like_the_text(text, wanted):
    key = comparable(text)

    matches = [key[start:].startswith(wanted) for start in word_starts(key)]

    assert first_matching_word(key, wanted) == (matches.index(True) if any(matches) else None)
