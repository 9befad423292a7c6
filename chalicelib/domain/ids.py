"""Opaque ids that sort by the order in which things were made."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, unquote

from ulid import ULID

LONGEST = 64
ID = re.compile(rf"[0-9a-z_]{{1,{LONGEST}}}")
PATH_PARAMETERS = {
    "uuid": re.compile(r"[^\x00-\x1f\x7f]{1,128}"),
    "script": re.compile(r"wk_[0-9a-z]+_[0-9a-z]+_[0-9a-z]+\.js"),
}
"""The form of parameters of a path that are no ids, by name."""
_LEFT = re.compile("%25|%2[Ff]")
_DOTS = re.compile("%2[Ee](%2[Ee])?")
MOST_DIGITS = 9
NUMBER = re.compile(rf"[0-9]{{1,{MOST_DIGITS}}}")


def in_path(uuid: str) -> str:
    """A visitor's id as a segment of an address, whatever characters it has.

    Gateways and servers decode a path once, and then take a slash for one between segments: a slash, and the
    percent sign that stands for it, are encoded twice. So are the dots of the ids ``.`` and ``..``, which
    browsers and clients take for folders, encoded once or not at all.
    """
    if uuid in (".", ".."):
        return "%252E" * len(uuid)
    return quote(uuid.replace("%", "%25").replace("/", "%2F"), safe="")


def from_path(segment: str) -> str:
    """The visitor's id that a segment of a path means, decoded once: slashes are left, or all its dots."""
    if _DOTS.fullmatch(segment):
        return unquote(segment)
    return _LEFT.sub(lambda left: "%" if left[0] == "%25" else "/", segment)


def new_id(now: datetime) -> str:
    """26 characters: 48 bits of milliseconds, then 80 random bits."""
    return str(ULID.from_datetime(now)).lower()


@lru_cache(maxsize=10_000)
def numbered_id(account_id: str, number: int) -> str:
    """The id of the tracker or campaign that has this number in the account: 20 characters.

    The tag, where every byte counts, knows only the number; whoever takes its events in makes the id from
    it without asking the table. Eight hexadecimal digits of the number make ids sort by it; 60 bits of a
    digest over the account make them differ between accounts.
    """
    digest = hashlib.sha256(f"{account_id}#{number}".encode()).digest()
    return f"{number:08x}" + base64.b32encode(digest)[:12].decode().lower()


def id_meant(account_id: str, reference: str) -> str:
    """The id that a reference in an event means: itself, or what the tag's number stands for."""
    return _short_meant(account_id, reference) if len(reference) <= MOST_DIGITS else reference


@lru_cache(maxsize=10_000)  # of short ones alone: whoever sends events chooses what is kept
def _short_meant(account_id: str, reference: str) -> str:
    return numbered_id(account_id, int(reference)) if is_number(reference) else reference


def number_in(numbered: str) -> int:
    """The number that an id was made from."""
    return int(numbered[:8], 16)


def is_id(text: str) -> bool:
    """Whether the text could be an id at all; what could not is nowhere."""
    return ID.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Whether the text is a number as the tag sends it in place of an id."""
    return NUMBER.fullmatch(text) is not None
