"""Opaque ids: ULIDs in lower case, so that ids sort by the time they were made."""

from __future__ import annotations

import re
from datetime import datetime

from ulid import ULID

ID = re.compile(r"[0-9a-z_]{1,64}")


def new_id(now: datetime) -> str:
    """26 characters: 48 bits of milliseconds, then 80 random bits."""
    return str(ULID.from_datetime(now)).lower()


def is_id(text: str) -> bool:
    """Whether the text could be an id at all; what could not is nowhere."""
    return ID.fullmatch(text) is not None
