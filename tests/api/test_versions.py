"""ETag and If-Match: nobody overwrites what they have not seen."""

from __future__ import annotations

import pytest

from tests.api.requests import named, those

VERSIONED = those(versioned=True)


def _resource(path: str) -> str:
    return path.removesuffix("/status")


@pytest.mark.parametrize("route", VERSIONED, ids=named)
def test_a_change_of_what_was_changed_meanwhile_is_refused_with_the_present_version(route, seed, stored):
    method, path, body = seed.request(route)
    admin = seed.tenant.admin
    seen = admin.get(_resource(path)).headers["ETag"]

    first = admin.call(method, path, body, if_match=seen)
    before = stored()
    second = admin.call(method, path, body, if_match=seen)

    assert first.status == 200
    assert first.headers["ETag"] != seen
    assert (second.status, second.code) == (412, "stale_version")
    assert f'"{second.body["version"]}"' == first.headers["ETag"]
    assert stored() == before


@pytest.mark.parametrize("route", VERSIONED, ids=named)
@pytest.mark.parametrize("tag", ['"999"', '"abc"', "abc", '"1", "2"', "", '"-1"', '"²"', "1" * 5000])
def test_a_version_that_never_was_matches_nothing(route, tag, shared_seed):
    method, path, body = shared_seed.request(route)

    answer = shared_seed.tenant.admin.call(method, path, body, if_match=tag)

    assert (answer.status, answer.code) == (412, "stale_version")


@pytest.mark.parametrize("route", VERSIONED, ids=named)
def test_a_change_that_names_any_version_or_none_is_taken(route, seed):
    method, path, body = seed.request(route)

    answers = [seed.tenant.admin.call(method, path, body, if_match=tag) for tag in ("*", None)]

    assert [answer.status for answer in answers] == [200, 200]


@pytest.mark.parametrize("route", VERSIONED, ids=named)
def test_the_etag_is_the_version_wherever_the_resource_is_answered(route, seed):
    method, path, body = seed.request(route)
    admin = seed.tenant.admin

    changed = admin.call(method, path, body)
    read = admin.get(_resource(path))

    assert changed.headers["ETag"] == read.headers["ETag"] == f'"{read.body["version"]}"'
    assert changed.body == read.body


@pytest.mark.parametrize("route", those(method="POST"), ids=named)
def test_what_is_made_comes_with_its_etag(route, seed):
    _, path, body = seed.request(route)

    made = seed.tenant.admin.post(path, body)

    assert made.headers.get("ETag") == (f'"{made.body["version"]}"' if "version" in made.body else None)
    # The editor's address is the one that was sent with a token behind it.
    assert all(str(made.body[name]).startswith(str(value)) for name, value in (body or {}).items())
