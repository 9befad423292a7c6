"""How a report's mail says which campaign it is of: as mailing lists say who they are (RFC 2919)."""

from __future__ import annotations

import re

_LIST_ID = re.compile(r"<([0-9a-z_]{1,64})\.reports\.actrail>")


def list_id(campaign_id: str) -> str:
    """The header List-Id of a campaign's reports."""
    return f"<{campaign_id}.reports.actrail>"


def campaign_of(text: str) -> str:
    """The campaign that a List-Id names; empty where it names none."""
    found = _LIST_ID.search(text)
    return found[1] if found else ""
