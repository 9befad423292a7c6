"""The list of campaigns, how far each is from a report to decide by, and how a new one is made."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.api import campaigns as api
from chalicelib.dashboard.lists import PAGE, is_refresh, rows_wanted
from chalicelib.dashboard.operations import done
from chalicelib.dashboard.pages import Moved, Shown, page
from chalicelib.dashboard.problems import NONE, Problems
from chalicelib.dashboard.readiness import STARTED, Waiting, waiting
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.api_key import Scope
from chalicelib.domain.campaign import Campaign, CampaignType, Status
from chalicelib.errors import Invalid
from chalicelib.table import campaigns


@page()
def index(visit: Visit) -> Shown:
    """The account's campaigns, newest first."""
    status = _status(visit.query.get("status", ""))
    cursor = visit.query.get("cursor")
    listed = campaigns.listed(visit.account_id, status, rows_wanted(visit), cursor)
    started = [each for each in listed.items if each.status in STARTED]
    values = {
        "campaigns": listed.items,
        "started": started,
        "progress": _progress(visit, started) if is_refresh(visit) else {},
        "next_cursor": listed.next_cursor,
        "status": status,
        "statuses": list(Status),
    }
    return Shown("campaigns/index.html", values, "campaigns/rows.html" if cursor else "campaigns/list.html")


@page(part_of="/campaigns")
def readiness(visit: Visit) -> Shown:
    """How far some campaigns are. 1 batch read, and 1 query a campaign."""
    wanted = [each for each in visit.query.get("ids", "").split(",") if each][:PAGE]
    found = campaigns.get_many(visit.account_id, wanted).values()
    return Shown("campaigns/readiness.html", {"progress": _progress(visit, found)})


@page(part_of="/campaigns/{campaign_id}")
def title(visit: Visit, campaign_id: str) -> Shown:
    """What stands above every step of a campaign."""
    return Shown("campaign/title.html", {"campaign": campaigns.get(visit.account_id, campaign_id)})


@page(Scope.EDIT, part_of="/campaigns")
def new(_: Visit) -> Shown:
    """The form of a new campaign."""
    return _form({"name": "", "type": CampaignType.AB, "url": ""}, NONE)


@page(Scope.EDIT)
def create(visit: Visit) -> Moved | Shown:
    """A new campaign, which is then set up."""
    typed = {name: visit.field(name) for name in ("name", "type", "url")}
    try:
        made = done(visit, api.create_campaign, {**typed, "url": typed["url"] or None})
    except Invalid as error:
        return _form(typed, Problems.of(error))
    return Moved(visit.url(f"/campaigns/{made['id']}"))


def _progress(visit: Visit, started: Iterable[Campaign]) -> dict[str, Waiting]:
    needs = visit.account.readiness
    return {each.id: waiting(visit.account_id, each, needs, visit.now) for each in started}


def _form(typed: dict[str, str], problems: Problems) -> Shown:
    return Shown("campaigns/new.html", {"typed": typed, "problems": problems, "types": list(CampaignType)})


def _status(text: str) -> Status | None:
    return Status(text) if text in set(Status) else None
