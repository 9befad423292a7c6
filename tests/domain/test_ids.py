"""Ids sort by the order in which things were made, and differ between accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.ids import from_path, in_path, is_id, is_number, new_id, numbered_id

START = datetime(2020, 1, 1, tzinfo=UTC)
TIMES = st.integers(0, 10**12).map(lambda milliseconds: START + timedelta(milliseconds=milliseconds))
NUMBERS = st.integers(0, 10**9 - 1)


@given(TIMES, st.integers(1, 10**9))
def test_an_id_sorts_by_when_it_was_made(now, milliseconds):
    later = now + timedelta(milliseconds=milliseconds)

    assert new_id(now) < new_id(later)


@given(TIMES)
def test_ids_made_at_once_differ(now):
    assert len({new_id(now) for _ in range(100)}) == 100


@given(st.lists(NUMBERS, unique=True, max_size=20))
def test_ids_of_numbers_sort_as_the_numbers_do(numbers):
    ids = [numbered_id("account", number) for number in sorted(numbers)]

    assert ids == sorted(set(ids))
    assert {len(each) for each in ids} <= {20}


@given(NUMBERS)
def test_the_same_number_is_another_id_in_another_account(number):
    assert numbered_id("account", number) == numbered_id("account", number)
    assert numbered_id("account", number) != numbered_id("another", number)


@given(TIMES, NUMBERS)
def test_what_is_made_as_an_id_could_be_one(now, number):
    assert is_id(new_id(now))
    assert is_id(numbered_id("account", number))


@pytest.mark.parametrize("text", ["", "A", "a-b", "a#b", "ä", "a b", "a\n", "x" * 65, "²"])
def test_what_could_not_be_an_id_is_none(text):
    assert not is_id(text)


@pytest.mark.parametrize("text", ["0", "7", "999999999"])
def test_a_number_has_1_to_9_digits(text):
    assert is_number(text)


@pytest.mark.parametrize("text", ["", "1000000000", "-1", "1.0", "٣", "1\n", "a"])
def test_what_has_other_characters_or_more_of_them_is_no_number(text):
    assert not is_number(text)


@given(st.text(min_size=1) | st.text("./%2eE", min_size=1, max_size=6))
@example(".")
@example("..")
@example("%2E")
@example("%2e%2E")
@example("%252E")
def test_a_visitors_id_is_what_it_was_once_its_path_was_decoded(uuid):
    in_address = in_path(uuid)

    assert from_path(unquote(in_address)) == uuid
    assert not set(unquote(in_address)) & {"/"}
    assert in_address.isascii()


@given(st.text(min_size=1) | st.text("./%2eE", min_size=1, max_size=6))
@example(".")
@example("..")
def test_a_visitors_id_in_an_address_is_no_folder_to_who_normalises_it(uuid):
    assert unquote(in_path(uuid)) not in (".", "..")


@pytest.mark.parametrize("uuid", ["50%", "100%41", "a?b#c d", "Zoë", "...", "a.b", ".%2E"])
def test_a_visitors_id_without_a_slash_may_be_encoded_as_any_text_is(uuid):
    assert from_path(unquote(quote(uuid, safe=""))) == uuid
