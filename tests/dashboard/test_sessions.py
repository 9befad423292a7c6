"""Who gets in, how long, and what a request must be to change anything."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.dashboard.routes import PAGES
from chalicelib.domain.api_key import Scope
from chalicelib.domain.session import LASTS, SessionToken
from chalicelib.table import sessions
from chalicelib.table.rows import Row
from tests.api.callers import Tenant
from tests.dashboard.people import Person
from tests.factories import new_subscription, new_visitor

UNSAFE = [route for route in PAGES if route.method != "GET"]
GUARDED = [route for route in PAGES if route.operation != "static:serve" and "sign" not in route.operation]
CHANGING = [route for route in GUARDED if getattr(route.load(), "scope", None) is Scope.EDIT]


def named(route):
    return f"{route.method} {route.path}"


def path_of(route):
    """The route's address with ids that nothing has."""
    return re.sub(r"{\w+}", "live" if "{status}" in route.path else "0" * 20, route.path)


def test_who_is_not_signed_in_is_asked_for_a_key_and_then_sees_the_page_asked_for(acme):
    person = Person(acme.admin.client)

    asked = person.see("/campaigns", status="live")
    form = person.see(asked.location)
    entered = person.sign_in(acme.read.key, next=form.values("value")[-1])

    assert (asked.status, form.status, entered.status) == (303, 200, 303)
    assert entered.location == "/campaigns?status=live"
    assert person.see(entered.location).status == 200


def test_no_page_shows_or_does_anything_for_who_is_not_signed_in(acme):
    person = Person(acme.admin.client)

    seen = {named(route): person.send(route.method, path_of(route)) for route in GUARDED}

    assert {name: (each.status, each.location[:8]) for name, each in seen.items()} == dict.fromkeys(
        seen, (303, "/sign-in")
    )


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "This is no key."),
        ("hunter2", "This is no key."),
        ("wk_a_b_c", "write key"),
        ("sk_0_0_0", "unknown or was revoked"),
        ("sk_ä_ö_ü", "This is no key."),
    ],
)
def test_what_is_no_secret_key_opens_nothing_and_is_told_why(acme, key, reason):
    seen = Person(acme.admin.client).sign_in(key)

    assert seen.status == 422
    assert reason in seen.text
    assert "Set-Cookie" not in seen.headers


def test_a_write_key_opens_no_session(acme):
    seen = Person(acme.admin.client).sign_in(acme.collect.key)

    assert seen.status == 422
    assert "write key" in seen.text


def test_a_session_is_a_cookie_that_scripts_and_other_sites_cannot_use(acme):
    person = Person(acme.admin.client)

    plain = person.send("POST", "/sign-in", {"key": acme.read.key}).headers["Set-Cookie"]
    https = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-Proto": "https"}
    secure = person.send("POST", "/sign-in", {"key": acme.read.key}, headers=https).headers["Set-Cookie"]

    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(plain.split("; "))
    assert "Secure" in secure.split("; ")
    assert "Secure" not in plain


@pytest.mark.parametrize(
    "other",
    [
        'seen={"a":1}',
        "name=Ann Lee",
        "flag",
        "a[1]=2",
        "path=/",
        "=x",
        'q="open',
        "é=1",
        "x=actrail_session=",
    ],
)
def test_cookies_of_other_programs_of_the_host_sign_nobody_out(analyst, other):
    before = Person(analyst.client, f"{other}; {analyst.cookie}")
    after = Person(analyst.client, f"{analyst.cookie};{other}")

    assert [each.see("/campaigns").status for each in (before, after)] == [200, 200]


def test_what_is_stored_of_a_session_opens_nothing(acme, analyst):
    token = SessionToken.parse(analyst.cookie.partition("=")[2])
    stored = [row.to_dynamodb_dict() for row in Row.scan()]

    assert token is not None
    assert token.secret not in repr(stored)
    assert token.digest() in repr(stored)


def test_signing_out_ends_the_session_for_a_copy_of_its_cookie_too(analyst):
    copy = Person(analyst.client, analyst.cookie)

    seen = analyst.send("POST", "/sign-out")

    assert "Max-Age=0" in seen.headers["Set-Cookie"]
    assert copy.see("/campaigns").status == 303


def test_a_key_that_is_revoked_takes_its_sessions_with_it(acme):
    made = acme.admin.post("/v1/keys", {"scope": "edit"}).body
    person = Person(acme.admin.client)
    person.sign_in(made["key"])
    assert person.see("/campaigns").status == 200

    acme.admin.delete(f"/v1/keys/{made['id']}")

    assert person.see("/campaigns").status == 303


def test_a_session_lasts_twelve_hours(analyst):
    token = SessionToken.parse(analyst.cookie.partition("=")[2])
    assert token is not None
    now = datetime.now(UTC)

    assert timedelta(hours=12) == LASTS
    assert sessions.opened_by(token, now + LASTS - timedelta(minutes=1)) is not None
    assert sessions.opened_by(token, now + LASTS) is None


@pytest.mark.parametrize("cookie", ["", "a", "a_b", "a_b_c", "_", "a_b_c_d", "ä_ö_ü", 'x"; y="'])
def test_a_cookie_that_is_none_of_ours_signs_nobody_in(acme, cookie):
    assert Person(acme.admin.client, f"actrail_session={cookie}").see("/campaigns").status == 303


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a\r\nb: c"],
)
def test_signing_in_leads_to_no_other_site(acme, wanted):
    seen = Person(acme.admin.client).sign_in(acme.read.key, next=wanted)

    assert seen.location == "/campaigns"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example", "Host": "localhost"},
        {"Origin": "null", "Host": "localhost"},
        {},
    ],
    ids=["cross-site", "same-site", "other origin", "no origin to tell", "no browser"],
)
def test_what_another_site_sends_is_refused_whoever_is_signed_in(analyst, headers):
    for route in UNSAFE:
        seen = analyst.send(route.method, path_of(route), {"key": "k"}, headers=headers)

        assert seen.status == 403, route
        assert "did not come from the dashboard" in seen.text


def test_a_browser_that_tells_the_origin_alone_is_let_in(acme):
    headers = {"Origin": "https://actrail.example", "Host": "actrail.example"}

    assert (
        Person(acme.admin.client).send("POST", "/sign-in", {"key": acme.read.key}, headers=headers).status
        == 303
    )


def test_who_may_read_changes_nothing(reader):
    assert len(CHANGING) > 10
    for route in CHANGING:
        seen = reader.send(route.method, path_of(route))

        assert seen.status == 403, route
        assert "scope" in seen.text


def test_who_may_read_is_shown_no_button_that_changes_anything(acme, api, reader):
    campaign = api.new_campaign()
    api.new_goal(campaign, api.new_tracker(campaign))
    pages = [
        "/campaigns",
        "/trackers",
        *(f"/campaigns/{campaign['id']}{step}" for step in ("", "/goals", "/launch")),
    ]

    asks = [value for path in pages for value in reader.see(path).values("hx-(?:post|put|delete)")]

    assert [each for each in asks if not each.endswith(f"/campaigns/{campaign['id']}")] == []


def test_nobody_sees_another_account(client, acme, analyst):
    other = Tenant.signed_up(client, "Globex")
    campaign = other.edit.new_campaign("Theirs")
    tracker = other.edit.new_tracker(campaign, "Theirs too")
    ids = {"campaign_id": campaign["id"], "tracker_id": tracker["id"], "subtest_id": "s", "status": "live"}
    ids |= {"file": "main-AAAAAAAA.js", "uuid": new_visitor(other.id), "mail_id": "0"}
    ids["subscription_id"] = new_subscription(other.id, campaign["id"]).id

    for route in GUARDED:
        if "{" in route.path:
            form = {"role": "secondary", "status": "live", "name": "Mine"}
            seen = analyst.send(route.method, route.path.format(**ids), form, part=True)
            assert seen.status == 404, route
            assert "Theirs" not in seen.html
    assert "Theirs" not in analyst.see("/campaigns").html + analyst.see("/trackers").html
