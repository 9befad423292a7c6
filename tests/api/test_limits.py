"""A secret key that asks too often is told when to ask again, and nothing is done meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from chalicelib.api import limits
from chalicelib.api.openapi import document
from chalicelib.errors import TooManyRequests
from chalicelib.settings import Limit, settings
from tests.api.callers import Caller

BURST = 3


@pytest.fixture
def limited(acme, monkeypatch) -> Iterator[Caller]:
    """Somebody whose key may ask three times, and then once in an hour and more."""
    monkeypatch.setenv("ACTRAIL_KEY_RATE", "0.0002")
    monkeypatch.setenv("ACTRAIL_KEY_BURST", str(BURST))
    settings.cache_clear()
    limits.forget()
    yield acme.edit
    settings.cache_clear()
    limits.forget()


def test_beyond_its_limit_a_key_is_refused_with_the_time_to_wait(limited):
    answers = [limited.get("/v1/account") for _ in range(BURST + 1)]

    assert [answer.status for answer in answers] == [200] * BURST + [429]
    assert answers[-1].code == "too_many_requests"
    assert 4990 <= int(answers[-1].headers["Retry-After"]) <= 5000


def test_nothing_is_done_of_what_is_refused(limited, stored):
    for _ in range(BURST):
        limited.get("/v1/account")
    before = stored()

    answer = limited.post("/v1/campaigns", {"name": "Summer", "type": "ab"}, once="k")

    assert answer.status == 429
    assert stored() == before


def test_each_key_has_a_limit_of_its_own(limited, acme):
    for _ in range(BURST + 1):
        limited.get("/v1/account")

    assert acme.read.get("/v1/account").status == 200


def test_whoever_guesses_at_a_key_uses_up_nothing_of_it(limited):
    for _ in range(BURST + 1):
        assert Caller(limited.client, f"{limited.key}x").get("/v1/account").status == 401

    assert limited.get("/v1/account").status == 200


def test_what_a_key_may_not_do_counts_as_asking(limited, acme):
    statuses = [acme.read.post("/v1/sites", {"domain": "example.com"}).status for _ in range(BURST + 1)]

    assert statuses == [403] * BURST + [429]


def test_the_editor_asks_on_the_account_of_the_key_behind_it(limited):
    campaign = limited.new_campaign()
    path = f"/v1/campaigns/{campaign['id']}"
    session = limited.post(f"{path}/editor-sessions", {"url": "https://shop.example/"}).body
    editor = Caller(limited.client, session["token"])

    answers = [editor.get(path), editor.get(path)]

    assert [answer.status for answer in answers] == [200, 429]
    assert "Retry-After" in answers[1].headers["Access-Control-Expose-Headers"]


def test_a_key_asks_again_once_the_time_it_was_told_is_over(limited):
    now = time.monotonic()
    for _ in range(BURST):
        limits.check_secret_key("key", now)
    with pytest.raises(TooManyRequests) as refused:
        limits.check_secret_key("key", now)

    limits.check_secret_key("key", now + refused.value.retry_after)


def test_what_asks_for_no_key_has_no_limit_here(limited):
    statuses = {Caller(limited.client).get("/health").status for _ in range(BURST + 2)}

    assert statuses == {200}


def test_a_process_keeps_no_more_keys_than_it_has_room_for(limited, monkeypatch):
    monkeypatch.setattr(limits, "MOST_KEPT", 2)

    for number in range(10):
        limits.check_secret_key(f"key {number}", 0.0)

    assert len(limits._buckets) <= 2


@pytest.mark.parametrize(
    ("rate", "burst", "limit"),
    [
        (None, None, None),
        ("0", "5", None),
        ("", "", None),
        ("2", None, Limit(2, 2)),
        ("0.5", None, Limit(0.5, 1)),
        ("2", "10", Limit(2, 10)),
    ],
)
def test_a_limit_is_what_the_environment_says(monkeypatch, rate, burst, limit):
    for name, value in (("ACTRAIL_KEY_RATE", rate), ("ACTRAIL_KEY_BURST", burst)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    settings.cache_clear()

    assert settings().key_limit == limit
    settings.cache_clear()


def test_every_operation_with_a_key_says_that_it_may_be_refused_and_when_to_ask_again():
    for path, operations in document()["paths"].items():
        for operation in operations.values():
            answers = operation["responses"]
            keyed = bool(operation["security"])
            assert ("429" in answers) == keyed, path
            if keyed:
                assert answers["429"]["headers"]["Retry-After"]["required"]
                assert "too_many_requests" in answers["429"]["description"]
