"""Keys: what their scopes include, how they are written, and what of them is stored."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.api_key import SECRET_BYTES, ApiKey, Scope, Token, derived_secret, mint

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
PARTS = st.from_regex(r"[0-9a-z]{1,40}", fullmatch=True)
SECRETS = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)


def _made(secret: bytes, scope: Scope = Scope.ADMIN) -> tuple[ApiKey, Token]:
    return mint("account", "key", scope, "name", NOW, secret)


def test_admin_includes_edit_includes_read_and_collect_stands_alone():
    included = {scope: {other for other in Scope if scope.includes(other)} for scope in Scope}

    assert included == {
        Scope.ADMIN: {Scope.ADMIN, Scope.EDIT, Scope.READ},
        Scope.EDIT: {Scope.EDIT, Scope.READ},
        Scope.READ: {Scope.READ},
        Scope.COLLECT: {Scope.COLLECT},
    }


@given(st.sampled_from(["sk", "wk"]), PARTS, PARTS, PARTS)
def test_a_token_reads_back_as_what_it_was(prefix, account_id, key_id, secret):
    token = Token(prefix, account_id, key_id, secret)

    assert Token.parse(str(token)) == token


@given(st.text(max_size=40))
def test_any_other_text_is_no_token(text):
    token = Token.parse(text)

    assert token is None or str(token) == text


@pytest.mark.parametrize(
    "text",
    ["", "sk", "sk___", "sk_a_b_", "_a_b_c", "pk_a_b_c", "sk_a_b", "sk_a_b_c_d", "sk_A_b_c", "sk_a_b_c\n"],
)
def test_what_has_not_the_form_of_a_token_is_none(text):
    assert Token.parse(text) is None


@pytest.mark.parametrize("part", [1, 2, 3])
def test_what_is_longer_than_any_token_is_none(part):
    parts = ["wk", "a", "b", "c"]
    parts[part] = "x" * 65

    assert Token.parse("_".join(parts)) is None


@given(SECRETS, SECRETS)
def test_a_key_opens_with_its_own_secret_only(secret, other):
    key, token = _made(secret)
    _, wrong = _made(other)

    assert key.opens_with(token)
    assert key.opens_with(wrong) == (secret == other)


@given(SECRETS, st.sampled_from(Scope))
def test_nothing_stored_tells_the_secret(secret, scope):
    key, token = _made(secret, scope)

    assert token.secret not in repr(asdict(key))
    assert re.fullmatch(r"[a-z2-7]{32}", token.secret)
    assert token.scope_prefix == ("wk" if scope is Scope.COLLECT else "sk")
    assert Token.parse(str(token)) == token


@given(PARTS, PARTS, SECRETS, SECRETS)
def test_a_secret_is_derived_again_by_who_made_the_key_for_the_key_it_made(one, other, secret, another):
    caller, stranger = _made(secret)[1], _made(another)[1]
    derived = derived_secret(caller, one)

    assert derived == derived_secret(caller, one)
    assert len(derived) == SECRET_BYTES
    assert (derived == derived_secret(caller, other)) == (one == other)
    assert (derived == derived_secret(stranger, one)) == (secret == another)
