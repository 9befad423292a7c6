"""A visitor: what they did, what they saw, what else they are known by; and how they are erased."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from chalicelib.api import profiles as api
from chalicelib.dashboard.lists import rows_wanted
from chalicelib.dashboard.operations import done
from chalicelib.dashboard.pages import Done, Moved, Shown, page
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.api_key import Scope
from chalicelib.domain.event import EXPOSURE, MOST_ACTION
from chalicelib.domain.ids import id_meant, in_path
from chalicelib.domain.profile import StoredEvent
from chalicelib.table import campaigns, profiles, trackers


@page()
def show(visit: Visit, uuid: str) -> Shown:
    """The visitor with their activity, newest first; of one action, if one is asked for."""
    action = visit.query.get("action", "").strip()[:MOST_ACTION]
    cursor = visit.query.get("cursor")
    found = profiles.events(visit.account_id, uuid, action or None, rows_wanted(visit), cursor, visit.now)
    values = {"uuid": uuid, "action": action, "next_cursor": found.next_cursor, "cursor": cursor}
    values |= named(visit, found.items)
    if visit.part:
        return Shown("profiles/rows.html" if cursor else "profiles/activity.html", values)
    return Shown("profiles/show.html", values | _known(visit, uuid))


@page(part_of="/profiles/{uuid}")
def known(visit: Visit, uuid: str) -> Shown:
    """What is known of the visitor, without what they did."""
    return Shown("profiles/known.html", {"uuid": uuid, **_known(visit, uuid)})


@page()
def find(visit: Visit) -> Moved:
    """The visitor whose id was typed; the feed, where one is looked for, if none was."""
    uuid = visit.query.get("uuid", "").strip()
    return Moved(visit.url(f"/profiles/{in_path(uuid)}" if uuid else "/feed"))


@page(Scope.EDIT, part_of="/profiles/{uuid}")
def ask_to_erase(visit: Visit, uuid: str) -> Shown:
    """What goes when the visitor is erased."""
    return Shown("profiles/erase.html", {"profile": profiles.get(visit.account_id, uuid, visit.now)})


@page(Scope.EDIT)
def erase(visit: Visit, uuid: str) -> Done:
    """The beginning of the end of all that is kept of the visitor."""
    done(visit, api.erase_profile, uuid=uuid)
    return Done("Erasing has begun. What is left is gone within minutes.", ("close-dialog",))


def _known(visit: Visit, uuid: str) -> dict[str, Any]:
    profile = profiles.get(visit.account_id, uuid, visit.now)
    seen = campaigns.get_many(visit.account_id, sorted({each.campaign_id for each in profile.variations}))
    return {"profile": profile, "seen": seen}


def named(visit: Visit, events: list[StoredEvent]) -> dict[str, Any]:
    """Events with the trackers and campaigns that they name. 2 batch reads."""
    campaigns_of = partial(_campaigns_of, visit.account_id)
    campaign_ids = sorted({each for event in events for each in campaigns_of(event)})
    tracker_ids = sorted({event.tracker_id for event in events if event.tracker_id})
    return {
        "events": events,
        "campaigns_of": campaigns_of,
        "campaigns": campaigns.get_many(visit.account_id, campaign_ids),
        "trackers": trackers.get_many(visit.account_id, tracker_ids),
    }


def _campaigns_of(account_id: str, event: StoredEvent) -> Mapping[str, str]:
    """The campaigns that an event counts in, with their variations; an exposure is one itself."""
    if event.action != EXPOSURE:
        return event.campaigns
    campaign, variation = (str(event.params.get(name, "")) for name in ("campaign_id", "variation_id"))
    return {id_meant(account_id, campaign): variation}
