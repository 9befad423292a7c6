"""Compiles the tag of one account: the prebuilt script with the account's trackers and campaigns put in.

infra/web/tag/configuration.ts describes what is put in. The prebuilt script comes in one variant a line, for
every combination of the parts that an account may have no use for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from chalicelib.domain.tag_packing import index_codes, packed_selectors
from chalicelib.domain.tracker import DomEvent
from chalicelib.errors import Invalid

PLACEHOLDER = b"ACTRAIL_CONFIGURATION"
_BASE_URL = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
_COOKIE_DOMAIN = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)
_GESTURES = {DomEvent.HOVER, DomEvent.SCROLL, DomEvent.VISIBLE}


class SinglePage(StrEnum):
    """Which changes of the address, made by the page's scripts, are visits of a page."""

    OFF = "off"
    PATH = "path"
    """All but those of the fragment."""
    HASH = "hash"
    """Those of the fragment as well."""


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How the tag behaves on a site.

    Attributes:
        time_zone: the account's, an IANA name; its midnight ends sessions.
        base_url: where the intake is, without "/v1". None: where the script was loaded from.
        consent_required: nothing is stored or sent before ``actrail.consent(true)``.
        server_cookie: the intake's answers set the visitor's cookie, the tag only reads it.
        cookie_domain: the domain that shares the visitor's cookie. None: the page's host alone.
        bots_allowed: whether automated browsers are visitors too.
        debug: what goes wrong is said on the console.
    """

    time_zone: str = "UTC"
    base_url: str | None = None
    consent_required: bool = False
    server_cookie: bool = False
    cookie_domain: str | None = None
    single_page: SinglePage = SinglePage.OFF
    bots_allowed: bool = False
    debug: bool = False

    def __post_init__(self) -> None:
        if self.base_url is not None and not _BASE_URL.fullmatch(self.base_url):
            raise Invalid.field("base_url", "must be an http or https address without query")
        if self.cookie_domain is not None and not _COOKIE_DOMAIN.fullmatch(self.cookie_domain):
            raise Invalid.field("cookie_domain", "must be a domain such as shop.example")


@dataclass(frozen=True, slots=True)
class TagCampaign:
    """A live campaign: its number in the account, and each variation's percent of the traffic."""

    number: int
    weights: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.number < 1:
            raise Invalid.field("number", "must be 1 or more")
        if min(self.weights, default=0) < 0 or sum(self.weights) > 100:
            raise Invalid.field("weights", "must be 0 or more and add up to at most 100")


@dataclass(frozen=True, slots=True)
class TagTracker:
    """A tracker. ``campaign_number`` is that of the only campaign it belongs to; None: the whole account."""

    number: int
    event: DomEvent
    selector: str
    fallback_selectors: tuple[str, ...] = ()
    params: Mapping[str, int] = field(default_factory=dict)
    campaign_number: int | None = None

    def __post_init__(self) -> None:
        if self.number < 1:
            raise Invalid.field("number", "must be 1 or more")


@dataclass(frozen=True, slots=True)
class CompiledTag:
    """The script (ASCII, JavaScript) and its strong ETag, quotes included."""

    body: bytes
    etag: str


def compile_tag(
    prebuilt: bytes,
    write_key: str,
    options: SiteOptions,
    campaigns: Iterable[TagCampaign] = (),
    trackers: Iterable[TagTracker] = (),
) -> CompiledTag:
    """The account's tag. The order of campaigns and trackers changes nothing: equal input, equal ETag.

    Raises:
        ValueError: ``prebuilt`` is not what infra/web/build.mjs writes.
    """
    in_order = sorted(trackers, key=lambda tracker: tracker.number)
    weights = [[each.number, *each.weights] for each in sorted(campaigns, key=lambda each: each.number)]
    configuration = {"k": quote(write_key, safe=""), "z": options.time_zone, **_flags(options)}
    configuration |= {"c": weights} if weights else {}
    configuration |= _packed(in_order) if in_order else {}
    # Bits in the order of PARTS in infra/web/build.mjs.
    parts = (
        bool(in_order),
        any(tracker.event in _GESTURES for tracker in in_order),
        bool(weights),
        options.single_page is not SinglePage.OFF,
        options.server_cookie,
    )
    variant = sum(wanted << bit for bit, wanted in enumerate(parts))
    body = _variant(prebuilt, variant, 1 << len(parts)).replace(PLACEHOLDER, _script_literal(configuration))
    return CompiledTag(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def _variant(prebuilt: bytes, number: int, of: int) -> bytes:
    variants = prebuilt.split(b"\n")
    if len(variants) != of or any(variant.count(PLACEHOLDER) != 1 for variant in variants):
        raise ValueError(f"the prebuilt tag must have {of} lines with one {PLACEHOLDER.decode()} each")
    return variants[number]


def _flags(options: SiteOptions) -> dict[str, Any]:
    values = {
        "b": options.base_url and options.base_url.rstrip("/"),
        "d": options.cookie_domain and f";domain={options.cookie_domain}",
        "r": int(options.consent_required),
        "h": int(options.single_page is SinglePage.HASH),
        "a": int(options.bots_allowed),
        "v": int(options.debug),
    }
    return {name: value for name, value in values.items() if value}


def _script_literal(value: object) -> bytes:
    """JSON that is safe in a script of any charset, inline too: ASCII without a "<"."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c").encode("ascii")


def _packed(trackers: Sequence[TagTracker]) -> dict[str, Any]:
    """Trackers as columns, which compress better than rows: what they have in common, and their selectors."""
    listed = list(_groups_and_gaps(trackers))
    codes = index_codes(listed)
    return {
        "t": list(codes),
        "g": "".join(codes[each] for each in listed),
        **packed_selectors([(tracker.selector, *tracker.fallback_selectors) for tracker in trackers]),
    }


def _groups_and_gaps(trackers: Iterable[TagTracker]) -> Iterator[tuple[str, int, int, int] | int]:
    """What each tracker has in common with others, and before it how many numbers have no tracker, if any."""
    next_number = 1
    for tracker in trackers:
        if gap := tracker.number - next_number:
            yield gap
        yield _group_of(tracker)
        next_number = tracker.number + 1


def _group_of(tracker: TagTracker) -> tuple[str, int, int, int]:
    milliseconds, percent = (tracker.params.get(name, 0) for name in ("milliseconds", "percent"))
    return str(tracker.event), tracker.campaign_number or 0, milliseconds, percent
