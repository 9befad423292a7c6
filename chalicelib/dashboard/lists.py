"""How long lists come: a page first, more when asked for, and as many rows again when they are refreshed."""

from __future__ import annotations

from chalicelib.dashboard.visit import Visit

PAGE = 25
MOST_ROWS = 500


def is_refresh(visit: Visit) -> bool:
    """Whether a list that is on the screen already is asked for anew."""
    return "rows" in visit.query


def rows_wanted(visit: Visit) -> int:
    """How many rows to give: a page, or as many as a refresh finds on the screen."""
    text = visit.query.get("rows", "")
    return min(max(int(text), PAGE), MOST_ROWS) if text.isdecimal() and len(text) < 6 else PAGE
