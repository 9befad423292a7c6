"""The account's events as they arrive, and what was refused."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.dashboard.pages import Done, Shown, page
from chalicelib.dashboard.profiles import named
from chalicelib.dashboard.visit import Visit
from chalicelib.table import feed, rejection_days

DAYS = 7


@page()
def show(visit: Visit) -> Shown | Done:
    """The last events and the refused ones of a week; nothing for a script that has them already."""
    events = feed.newest(visit.account_id, visit.now)
    first_day = (visit.now - timedelta(days=DAYS - 1)).date().isoformat()
    refused = sorted(
        rejection_days.since(visit.account_id, first_day), key=lambda each: each.last_at, reverse=True
    )
    marks = [f"{event.time.isoformat()} {event.id}" for event in events[:1]]
    marks += [f"{sum(each.count for each in refused)}", f"{len(events)}"]
    known = " ".join(marks)
    if visit.part and visit.query.get("known") == known:
        return Done()
    values = {**named(visit, events), "refused": refused, "known": known, "days": DAYS}
    return Shown("feed/index.html", values, "feed/list.html")
