"""Whatever is sent gets an answer of our form, and one bad event costs none of the others."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
from datetime import UTC, datetime

import pytest
from chalice.config import Config
from chalice.local import LocalGateway
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import app
from chalicelib.api.body import MOST_REQUEST_BYTES
from chalicelib.api.intake import MOST_EVENTS
from chalicelib.domain.event import MOST_BYTES
from chalicelib.table import profiles
from tests.domain.test_event import FIELDS, JSON
from tests.intake.senders import Shop

_IDS = itertools.count()
_SOME = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
RAW_TEXTS = st.text(st.characters(), max_size=8).map(lambda text: json.dumps(text).encode())
RAW_VALUES = st.one_of(
    JSON.map(lambda value: json.dumps(value).encode()),
    RAW_TEXTS,
    st.sampled_from([b'"\\ud800"', b'"\\udc00x"', b'"\\u0000"', b'"\xff"', b'"' + b"x" * 1100 + b'"']),
    st.sampled_from([b"NaN", b"-Infinity", b"1e999", b"9" * 30, b"9" * 5000, b"-0", b"[" * 300 + b"]" * 300]),
)


def test_a_good_event_is_kept_whatever_stands_beside_it(shop):
    fields = st.dictionaries(st.sampled_from(FIELDS), RAW_VALUES, max_size=4)

    @_SOME
    @given(bad=RAW_VALUES | fields.map(_object), first=st.booleans())
    def check(bad: bytes, first: bool) -> None:
        good = json.dumps(shop.visit(id=f"good-{next(_IDS)}", uuid="good")).encode()

        answer = shop.send(b"[" + b",".join([good, bad] if first else [bad, good]) + b"]")

        assert answer.status == 200, answer
        assert answer.body["accepted"] + len(answer.body["rejected"]) == 2
        assert all(each["index"] == int(first) for each in answer.body["rejected"])

    check()
    assert len(shop.feed("good", limit=100)) >= 60


def _object(fields: dict[str, bytes]) -> bytes:
    return b"{" + b",".join(json.dumps(name).encode() + b":" + value for name, value in fields.items()) + b"}"


def test_no_body_at_all_is_answered_with_a_fault_of_ours(shop):
    @_SOME
    @given(
        st.binary(max_size=60) | RAW_VALUES, st.sampled_from(["/v1/events", "/v1/batch", "/v1/t", "/v1/page"])
    )
    def check(body: bytes, path: str) -> None:
        answer = shop.send(body, path)

        assert answer.status in (200, 400)
        if answer.status == 400:
            assert answer.code == "malformed"

    check()


LONG = "🙂" * 128
IDS = ["a", "a#", "a#b", "#", "ü/ñ?&=%", "\U0010ffff", "\ue000", " ", "EVENT#1", "IDENTIFIER#email#x", LONG]


def test_ids_of_any_characters_keep_visitors_and_events_apart(shop):
    pairs = [(uuid, event_id) for uuid in IDS for event_id in IDS]

    answer = shop.took([shop.click(uuid=uuid, id=event_id) for uuid, event_id in pairs])

    assert answer == {"accepted": len(pairs), "rejected": []}
    assert len(shop.items("event")) == len(pairs)
    assert len(shop.items("marker")) == len(IDS)
    for uuid in IDS:
        page = profiles.events(shop.tenant.id, uuid, None, 100, None, datetime.now(UTC))
        assert [event.id for event in page.items] == sorted(IDS, reverse=True)


def test_a_text_cut_within_an_emoji_is_kept_but_for_the_half(shop):
    raw = json.dumps(shop.visit(label="Buy …")).replace("\\u2026", "\\ud83d")

    shop.took(raw.encode())

    assert [event["label"] for event in shop.feed()] == ["Buy \ufffd"]


@pytest.mark.parametrize(("number", "status"), [(MOST_EVENTS, 200), (MOST_EVENTS + 1, 413)])
def test_a_request_has_at_most_500_events(shop, number, status):
    answer = shop.send([shop.visit(id=str(each % 7)) for each in range(number)])

    assert answer.status == status
    if status == 200:
        assert answer.body == {"accepted": number, "rejected": []}


@pytest.mark.parametrize(("size", "status"), [(MOST_REQUEST_BYTES, 200), (MOST_REQUEST_BYTES + 1, 413)])
@pytest.mark.parametrize("packed", [False, True])
def test_a_request_has_at_most_1_mb_once_decompressed(shop, size, status, packed):
    raw = json.dumps(shop.visit()).encode().ljust(size)

    answer = shop.send(gzip.compress(raw) if packed else raw)

    assert answer.status == status


def test_a_gzip_bomb_is_refused_without_being_unpacked(shop):
    bomb = gzip.compress(b"0" * (64 * 1024 * 1024), 1)

    assert shop.send(bomb).code == "too_large"


CUT = gzip.compress(b'{"action":', mtime=0)[:-9]


@pytest.mark.parametrize("broken", [b"\x1f\x8b", b"\x1f\x8bnonsense", CUT])
def test_a_broken_gzip_stream_is_malformed(shop, broken):
    assert shop.send(broken).code == "malformed"


def test_an_event_has_at_most_32_kb_and_the_rest_is_kept(shop):
    room = MOST_BYTES - len(json.dumps(shop.visit(id="a", params={"x": ""}), separators=(",", ":")))
    events = [shop.visit(id=each, params={"x": "x" * (room + more)}) for each, more in [("a", 0), ("b", 1)]]

    answer = shop.took(events)

    assert [(each["id"], each["code"]) for each in answer["rejected"]] == [("b", "too_large")]
    assert [event["id"] for event in shop.feed()] == ["a"]


def test_a_body_may_be_an_event_or_several_or_an_object_that_has_them(shop):
    forms = [shop.visit(id="a"), [shop.visit(id="b")], {"events": [shop.visit(id="c")], "sent_at": "x"}]

    accepted = [shop.took(form)["accepted"] for form in forms]

    assert accepted == [1, 1, 1]
    assert [event["id"] for event in shop.feed()] == ["c", "b", "a"]


@pytest.mark.parametrize("media_type", ["application/json", "text/plain;charset=UTF-8", "image/png", ""])
def test_the_media_type_of_a_body_does_not_matter(shop, media_type):
    assert shop.took(shop.visit(), headers={"Content-Type": media_type}) == {"accepted": 1, "rejected": []}


def test_a_body_that_the_gateway_passes_in_base64_is_read(shop: Shop):
    gateway = LocalGateway(app, Config())
    body = gzip.compress(json.dumps(shop.visit()).encode())

    event = gateway.event_converter.create_lambda_event("POST", "/v1/events", {"content-type": "x/y"}, b"")
    event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    event["multiValueQueryStringParameters"] = {"write_key": [shop.write_key]}

    assert json.loads(app(event, None)["body"]) == {"accepted": 1, "rejected": []}
