"""The compiled tag: small, safe to serve, and equal for equal input."""

import gzip
import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.tag import (
    PLACEHOLDER,
    SinglePage,
    SiteOptions,
    TagCampaign,
    TagTracker,
    compile_tag,
)
from chalicelib.domain.tracker import DomEvent
from chalicelib.errors import Invalid
from tests.domain.shop_trackers import realistic_trackers

PREBUILT = (Path(__file__).parents[2] / "chalicelib" / "web" / "static" / "tag.js").read_bytes()
"""What `make assets` builds."""
BARE = b"\n".join(b"%d:%b" % (number, PLACEHOLDER) for number in range(32))
"""Variants that hold nothing but their number and the configuration."""
CAMPAIGNS = [TagCampaign(3, (50, 50)), TagCampaign(9, (34, 33, 33)), TagCampaign(14, (80, 10))]
BERLIN = SiteOptions(time_zone="Europe/Berlin")
EVERYTHING = SiteOptions(
    time_zone="Europe/Berlin",
    consent_required=True,
    server_cookie=True,
    cookie_domain="shop.example",
    single_page=SinglePage.HASH,
    debug=True,
)
KEY = "wk_8Jx2mQ4vT7bN9cRfKdWs"
KIBIBYTE = 1024


def size(options: SiteOptions, campaigns: list[TagCampaign], trackers: list[TagTracker]) -> int:
    """Bytes of the compiled tag after gzip -9."""
    return len(gzip.compress(compile_tag(PREBUILT, KEY, options, campaigns, trackers).body, 9))


def configured(*arguments: Any) -> tuple[int, dict[str, Any]]:
    """The number of the variant that was taken, and the configuration in it."""
    number, _, text = compile_tag(BARE, *arguments).body.partition(b":")
    return int(number), json.loads(text)


@pytest.mark.parametrize(
    ("options", "campaigns"), [(BERLIN, []), (BERLIN, CAMPAIGNS), (EVERYTHING, CAMPAIGNS)]
)
def test_without_trackers_the_tag_takes_at_most_2_4_kilobytes(
    options: SiteOptions, campaigns: list[TagCampaign]
) -> None:
    assert size(options, campaigns, []) <= 2.4 * KIBIBYTE


@pytest.mark.parametrize("seed", range(1, 6))
def test_with_500_realistic_trackers_the_tag_takes_at_most_5_7_kilobytes(seed: int) -> None:
    trackers = realistic_trackers(500, campaigns=(3, 9, 14), seed=seed)

    assert size(BERLIN, CAMPAIGNS, trackers) <= 5.7 * KIBIBYTE


def test_an_account_without_use_for_a_part_does_not_carry_it() -> None:
    click, hover = (TagTracker(1, event, "a") for event in (DomEvent.CLICK, DomEvent.HOVER))

    variants = [
        configured(KEY, SiteOptions())[0],
        configured(KEY, SiteOptions(), [], [click])[0],
        configured(KEY, SiteOptions(), [], [click, hover])[0],
        configured(KEY, SiteOptions(), CAMPAIGNS)[0],
        configured(KEY, SiteOptions(single_page=SinglePage.PATH))[0],
        configured(KEY, SiteOptions(server_cookie=True))[0],
    ]

    assert variants == [0b0, 0b1, 0b11, 0b100, 0b1000, 0b10000]


def test_the_configuration_holds_what_is_on_and_leaves_out_what_is_off() -> None:
    assert configured(KEY, BERLIN)[1] == {"k": KEY, "z": "Europe/Berlin"}
    assert configured(KEY, EVERYTHING, [TagCampaign(2, (60, 40))])[1] == {
        "k": KEY,
        "z": "Europe/Berlin",
        "d": ";domain=shop.example",
        "r": 1,
        "h": 1,
        "v": 1,
        "c": [[2, 60, 40]],
    }


def test_the_same_account_has_the_same_etag_in_whatever_order_it_was_read() -> None:
    trackers = realistic_trackers(60, campaigns=(3, 9, 14))
    first = compile_tag(PREBUILT, KEY, BERLIN, CAMPAIGNS, trackers)
    random.Random(1).shuffle(trackers)

    second = compile_tag(PREBUILT, KEY, BERLIN, reversed(CAMPAIGNS), trackers)

    assert second == first
    assert first.etag == first.etag.strip() == f'"{first.etag[1:-1]}"'


def test_whatever_changes_the_script_changes_its_etag() -> None:
    tracker = TagTracker(1, DomEvent.CLICK, "a")
    compiled = [
        compile_tag(PREBUILT, KEY, BERLIN),
        compile_tag(PREBUILT, "wk_other", BERLIN),
        compile_tag(PREBUILT, KEY, SiteOptions()),
        compile_tag(PREBUILT, KEY, BERLIN, CAMPAIGNS),
        compile_tag(PREBUILT, KEY, BERLIN, [], [tracker]),
        compile_tag(PREBUILT, KEY, BERLIN, [], [TagTracker(2, DomEvent.CLICK, "a")]),
        compile_tag(PREBUILT.replace(b"actrail.session", b"actrail.sessions"), KEY, BERLIN),
    ]

    assert all(one.etag != other.etag for one, other in itertools.combinations(compiled, 2))


@given(st.text(min_size=1), st.lists(st.text(min_size=1), min_size=1, max_size=4), st.text())
def test_no_text_gets_out_of_the_script(selector: str, fallbacks: list[str], key: str) -> None:
    hostile = f"</script><!--{selector}\u2028\u2029</SCRIPT>"
    tracker = TagTracker(1, DomEvent.CLICK, hostile, tuple(fallbacks))

    body = compile_tag(BARE, key, SiteOptions(), [], [tracker]).body

    assert b"<" not in body
    assert body.isascii()
    assert b"\n" not in body


def test_a_write_key_stays_within_its_parameter() -> None:
    assert configured("a&b=c#d/e", BERLIN)[1]["k"] == "a%26b%3Dc%23d%2Fe"


@pytest.mark.parametrize(
    ("base_url", "kept"),
    [
        ("https://intake.example", "https://intake.example"),
        ("http://localhost:8000/", "http://localhost:8000"),
        ("https://x.example/prod/", "https://x.example/prod"),
    ],
)
def test_the_intakes_address_ends_without_a_slash(base_url: str, kept: str) -> None:
    assert configured(KEY, SiteOptions(base_url=base_url))[1]["b"] == kept


@pytest.mark.parametrize("base_url", ["", "intake.example", "javascript:alert(1)", "https://x.example/?a=1"])
def test_what_is_no_address_of_an_intake_is_refused(base_url: str) -> None:
    with pytest.raises(Invalid):
        SiteOptions(base_url=base_url)


@pytest.mark.parametrize("domain", ["", "shop.example;secure", "shop example", "shop..example"])
def test_what_is_no_domain_of_a_cookie_is_refused(domain: str) -> None:
    with pytest.raises(Invalid):
        SiteOptions(cookie_domain=domain)


@pytest.mark.parametrize("weights", [(50, 51), (-1,), (101,)])
def test_weights_that_are_no_shares_of_the_traffic_are_refused(weights: tuple[int, ...]) -> None:
    with pytest.raises(Invalid):
        TagCampaign(1, weights)


def test_numbers_begin_at_one() -> None:
    with pytest.raises(Invalid):
        TagCampaign(0, (100,))
    with pytest.raises(Invalid):
        TagTracker(0, DomEvent.CLICK, "a")


@pytest.mark.parametrize("prebuilt", [b"", PLACEHOLDER, BARE.replace(PLACEHOLDER, b"", 1), BARE + b"\n"])
def test_a_file_that_is_no_prebuilt_tag_is_refused(prebuilt: bytes) -> None:
    with pytest.raises(ValueError, match="prebuilt"):
        compile_tag(prebuilt, KEY, BERLIN)
