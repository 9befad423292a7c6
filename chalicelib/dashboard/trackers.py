"""All trackers of the account: how they are, where they are used, and hiding them from goal set-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.api import trackers as api
from chalicelib.dashboard.lists import PAGE, is_refresh, rows_wanted
from chalicelib.dashboard.operations import done
from chalicelib.dashboard.pages import Shown, page
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.api_key import Scope
from chalicelib.domain.health import Health, Pulse
from chalicelib.domain.tracker import Kind, Tracker
from chalicelib.table import campaigns, pulses, trackers, uses
from chalicelib.table.pages import Page


@dataclass(frozen=True, slots=True)
class Filters:
    """Which trackers are wanted; None is any."""

    kind: Kind | None
    hidden: bool | None
    health: Health | None
    q: str

    @classmethod
    def of(cls, visit: Visit) -> Filters:
        """Those of the address; what is none of the choices is any."""
        query = visit.query
        kind, health = query.get("kind", ""), query.get("health", "")
        return cls(
            kind=Kind(kind) if kind in set(Kind) else None,
            hidden={"true": True, "false": False}.get(query.get("hidden", "")),
            health=Health(health) if health in set(Health) else None,
            q=query.get("q", "").strip()[:128],
        )

    @property
    def query(self) -> dict[str, str | None]:
        """The same as parameters of an address."""
        hidden = None if self.hidden is None else str(self.hidden).lower()
        return {"kind": self.kind, "hidden": hidden, "health": self.health, "q": self.q}


@page()
def index(visit: Visit) -> Shown:
    """The account's trackers, by kind and name, hidden ones last."""
    filters, cursor = Filters.of(visit), visit.query.get("cursor")
    at_once = filters.health or is_refresh(visit)
    known = pulses.of_account(visit.account, visit.now) if at_once else None
    found = _found(visit, filters, known, cursor)
    values = {
        "filters": filters,
        "kinds": list(Kind),
        "healths": list(Health),
        "next_cursor": found.next_cursor,
    }
    part = "trackers/rows.html" if cursor else "trackers/list.html"
    return Shown("trackers/index.html", {**values, **_rows(visit, found.items, known)}, part)


@page(part_of="/trackers")
def health(visit: Visit) -> Shown:
    """How some trackers are."""
    wanted = [each for each in visit.query.get("ids", "").split(",") if each]
    found = list(trackers.get_many(visit.account_id, wanted[:PAGE]).values())
    known = pulses.of_account(visit.account, visit.now)
    conditions = {each.id: known.of(each) for each in found}
    return Shown("trackers/health.html", {"trackers": found, "conditions": conditions})


@page(part_of="/trackers")
def show_uses(visit: Visit, tracker_id: str) -> Shown:
    """Where a tracker is a goal, archived campaigns included."""
    tracker = trackers.get(visit.account_id, tracker_id)
    found = uses.listed(visit.account_id, tracker_id, uses.MOST_SHOWN, None)
    return Shown("trackers/uses.html", {"tracker": tracker, "uses": found.items, "more": found.next_cursor})


@page(Scope.EDIT)
def hide(visit: Visit, tracker_id: str) -> Shown:
    """The tracker's row, once it is hidden from goal set-up or shown again."""
    hidden = visit.field("hidden") == "true"
    done(visit, api.change_tracker, {"hidden": hidden}, tracker_id=tracker_id)
    tracker = trackers.get(visit.account_id, tracker_id)
    said = "Hidden from goal set-up. It goes on collecting." if hidden else "Shown in goal set-up again."
    return Shown("trackers/rows.html", {**_rows(visit, [tracker], None), "next_cursor": None}, toast=said)


def _found(visit: Visit, filters: Filters, known: Pulse | None, cursor: str | None) -> Page[Tracker]:
    """The next trackers that are wanted. Health is in no list: those of one are picked from all."""
    wanted, limit = filters.health, rows_wanted(visit)
    keep = (lambda place: known.of(place).health is wanted) if wanted and known else None
    return trackers.listed(
        visit.account_id, filters.kind, filters.hidden, filters.q, limit, cursor, keep=keep
    )


def _rows(visit: Visit, found: list[Tracker], known: Pulse | None) -> dict[str, Any]:
    """What rows are made of. 1 batch read."""
    return {
        "trackers": found,
        "origins": campaigns.get_many(visit.account_id, sorted({each.campaign_id for each in found})),
        "conditions": {each.id: known.of(each) for each in found} if known else {},
    }
