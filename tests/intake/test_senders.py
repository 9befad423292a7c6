"""Who may send: keys in every form that SDKs and browsers have, and the origins of pages."""

from __future__ import annotations

import base64
import time
import tracemalloc

import pytest

from chalicelib.table import api_keys, catalogue
from infra.bench.tally import requests_sent
from tests.api.callers import Fields
from tests.intake.senders import Shop


def _basic(user: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:".encode()).decode()}


def test_a_write_key_comes_as_user_name_or_in_the_address_or_in_the_body(shop):
    key = shop.write_key

    answers = [
        shop.send(shop.visit(), write_key=key),
        shop.send(shop.visit(), headers=_basic(key), other="x"),
        shop.send(shop.visit() | {"writeKey": key}, other="x"),
        shop.send({"events": [shop.visit()], "writeKey": key}, write_key=""),
    ]

    assert [answer.status for answer in answers] == [200] * 4


AUTHORIZATIONS = ["Basic", "Basic é", "Basic /w==", "Bearer x", "wk_a_b_c"]


@pytest.mark.parametrize(
    "headers", [{}, _basic("x"), _basic("wk_ä_b_c"), *({"Authorization": each} for each in AUTHORIZATIONS)]
)
def test_without_a_known_write_key_nothing_is_taken_in(shop, headers):
    answers = [shop.send(body, headers=headers, other="x") for body in (shop.visit(), [shop.visit()], [], 1)]

    assert {(answer.status, answer.code) for answer in answers} == {(401, "unauthorized")}
    assert shop.items() == []


def test_a_body_is_not_read_for_a_sender_whose_key_is_unknown(shop):
    assert shop.send(b"{", write_key=shop.write_key + "x").code == "unauthorized"


@pytest.mark.parametrize("scope", ["admin", "edit", "read"])
def test_a_secret_key_collects_nothing(shop, scope):
    key = getattr(shop.tenant, scope).key

    assert shop.send(shop.visit(), write_key=key).status == 401


def test_a_write_key_with_another_secret_collects_nothing(shop):
    shop.took(shop.visit())

    other = shop.write_key[:-1] + ("y" if shop.write_key.endswith("z") else "z")
    assert shop.send(shop.visit(), write_key=other).status == 401


def test_a_revoked_key_is_refused_within_a_minute_by_every_process(shop):
    now = time.monotonic()
    known = catalogue.account_of(shop.write_key, now)
    api_keys.revoke(shop.tenant.id, shop.write_key.split("_")[2])

    later = [
        catalogue.account_of(shop.write_key, now + seconds)
        for seconds in (catalogue.KEPT - 0.1, catalogue.KEPT)
    ]

    assert known is not None
    assert later == [known, None]
    assert catalogue.KEPT <= 60


def test_a_key_that_opens_nothing_is_not_looked_for_at_each_request(shop):
    unknown = shop.write_key[:-1] + ("a" if shop.write_key[-1] != "a" else "b")
    now = time.monotonic()
    later = (0, catalogue.MISSING_KEPT - 0.1, catalogue.MISSING_KEPT + 0.1)

    with requests_sent() as sent:
        answers = [catalogue.account_of(unknown, now + seconds) for seconds in later]

    assert answers == [None] * 3
    assert sent == {"BatchGetItem": 2}


def test_a_key_that_opens_nothing_is_forgotten_once_it_would_be_looked_for_again(shop, monkeypatch):
    kept: dict[str, float] = {}
    monkeypatch.setattr(catalogue, "_unknown", kept)
    account_id, key_id = shop.write_key.split("_")[1:3]

    for number in range(5):
        catalogue.account_of(f"wk_{account_id}_{key_id}_{number}", number * catalogue.MISSING_KEPT)

    assert [key.rpartition("_")[2] for key in kept] == ["4"]


def test_what_senders_make_up_is_not_kept_whatever_its_length(shop):
    _with_sites(shop, {"domain": "shop.example"}, {"domain": "blog.example"})
    shop.took(shop.click())
    keys = [f"{number:06}" + "x" * 20_000 for number in range(200)]
    exposures = [
        shop.exposure(
            params={"campaign_id": given, "variation_id": other, "url": f"https://shop.example/{key}"}
        )
        for key in keys
        for given, other in ((key[:10_000], "0"), (str(shop.campaign["number"]), key[:10_000]))
    ]

    tracemalloc.start()
    answers = [shop.send({"writeKey": key, "events": []}, other="x") for key in keys]
    answers += [shop.send({"writeKey": f"wk_{key}_a_b", "events": []}, other="x") for key in keys]
    for first in range(0, len(exposures), 20):
        shop.send(exposures[first : first + 20])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert {answer.status for answer in answers} == {401}
    assert kept < 3_000_000


def test_a_key_that_this_process_revokes_is_refused_at_once(shop):
    shop.took(shop.visit())
    key_id = shop.write_key.split("_")[2]

    shop.tenant.admin.delete(f"/v1/keys/{key_id}")

    assert shop.send(shop.visit()).status == 401


def _with_sites(shop: Shop, *sites: Fields) -> None:
    for site in sites:
        assert shop.tenant.edit.post("/v1/sites", site).status == 201


def test_a_sites_origins_limit_its_write_keys_in_browsers(shop):
    _with_sites(shop, {"domain": "shop.example", "origins": ["https://shop.example"]})
    origins = ["https://shop.example", "https://evil.example", "http://shop.example", "null"]

    answers = [shop.send(shop.visit(), headers={"Origin": origin}) for origin in origins]

    assert [answer.status for answer in answers] == [200, 403, 403, 403]
    assert answers[1].code == "forbidden"
    assert "https://evil.example" in answers[1].body["message"]
    assert shop.send(shop.visit()).status == 200


def test_a_site_without_origins_has_no_limit_where_another_has_one(shop):
    _with_sites(
        shop, {"domain": "shop.example", "origins": ["https://shop.example"]}, {"domain": "blog.example"}
    )
    origins = ["https://www.blog.example", "https://notblog.example"]

    answers = [shop.send(shop.visit(), headers={"Origin": origin}).status for origin in origins]

    assert answers == [200, 403]


@pytest.mark.parametrize("path", ["/v1/events", "/v1/batch", "/v1/t", "/v1/identify", "/v1/tag/x.js"])
def test_a_browser_may_ask_before_it_sends(shop, path):
    headers = {"Origin": "https://a.example", "Access-Control-Request-Headers": "content-type,x-other"}

    answer = shop.client.http.request("OPTIONS", path, headers)

    assert (answer.status_code, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type,x-other"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("write_key", [None, "nonsense"])
def test_every_answer_may_be_read_by_the_page_that_asked(shop, write_key):
    answer = shop.send(shop.visit(), headers={"Origin": "https://a.b"}, write_key=write_key or shop.write_key)

    assert answer.headers["Access-Control-Allow-Origin"] == "https://a.b"
    assert answer.headers["Vary"] == "Origin"


COOKIE_SITE: Fields = {
    "domain": "shop.example",
    "options": {"server_cookie": True, "cookie_domain": ".shop.example"},
}
PAGE = {"Origin": "https://www.shop.example", "X-Forwarded-Proto": "https"}


def test_a_site_that_wants_it_has_the_visitors_cookie_set_by_the_server(shop):
    _with_sites(shop, COOKIE_SITE)

    cookies = [
        shop.send([shop.visit(uuid="v-1")], headers=PAGE).headers.get("Set-Cookie"),
        shop.send([shop.visit(uuid="v-1")], headers=PAGE | {"Cookie": "a=b; actrail=v-1"}).headers.get(
            "Set-Cookie"
        ),
        shop.send([shop.visit(uuid="v;1")], headers=PAGE).headers.get("Set-Cookie"),
        shop.send([shop.visit(uuid="v-1")], headers={"Origin": "https://a.b"}).headers.get("Set-Cookie"),
        shop.send([shop.visit(uuid="v-1")]).headers.get("Set-Cookie"),
    ]

    first = "actrail=v-1; Path=/; Max-Age=34164000; SameSite=Lax; Domain=.shop.example; Secure"
    assert cookies == [first, None, None, None, None]
