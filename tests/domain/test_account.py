"""Accounts and sites: what domains, origins, patterns and time zones are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.domain.account import (
    Account,
    checked_domain,
    checked_origins,
    checked_patterns,
    checked_time_zone,
)
from chalicelib.errors import Invalid


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("example.com", "example.com"),
        (" Shop.EXAMPLE.com ", "shop.example.com"),
        ("localhost", "localhost"),
        ("localhost:8080", "localhost:8080"),
        ("127.0.0.1:80", "127.0.0.1:80"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("a_b.example.com", "a_b.example.com"),
    ],
)
def test_a_domain_is_a_host_name_in_lower_case_with_its_port(text, domain):
    assert checked_domain(text) == domain


@pytest.mark.parametrize(
    "text",
    ["", " ", "https://example.com", "example.com/", "a b", "-a.com", "a..b", ".com", "a.com:",
     "a.com:123456", "bücher.example", "*.example.com", "a" * 64 + ".com", ".".join(["a" * 60] * 5)],
)  # fmt: skip
def test_what_is_no_host_name_is_refused(text):
    with pytest.raises(Invalid, match="domain"):
        checked_domain(text)


def test_origins_are_as_browsers_send_them_each_once():
    origins = checked_origins(["https://A.com", "https://a.com", "http://localhost:8080"])

    assert origins == ("https://a.com", "http://localhost:8080")


@pytest.mark.parametrize("wrong", ["a.com", "https://a.com/", "https://a.com/x", "ftp://a.com", "null", "*"])
def test_what_is_no_origin_is_refused_by_its_index(wrong):
    with pytest.raises(Invalid, match=r"^origins\.1: "):
        checked_origins(["https://a.com", wrong])


def test_patterns_of_actions_take_a_star_each_once():
    assert checked_patterns("allow", ["cart.*", "*", "cart.*", "A_b-1.c"]) == ("cart.*", "*", "A_b-1.c")


@pytest.mark.parametrize("wrong", ["", "a b", "cart.add!", "ä", "x" * 33])
def test_what_matches_no_action_is_refused_by_its_index(wrong):
    with pytest.raises(Invalid, match=r"^deny\.0: "):
        checked_patterns("deny", [wrong])


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
def test_a_time_zone_is_one_of_the_iana_database(name):
    account = Account("id", "Acme", datetime(2026, 1, 5, tzinfo=UTC), checked_time_zone(name))

    assert account.zone.key == name


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "europe/berlin", "../etc/passwd", "CEST", "+01:00"])
def test_any_other_time_zone_is_refused(name):
    with pytest.raises(Invalid, match="time_zone"):
        checked_time_zone(name)
