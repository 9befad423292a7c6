"""The set-up of a campaign: its name, pages, variations and sub-tests; and how it is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.api import campaigns as api
from chalicelib.dashboard.operations import done
from chalicelib.dashboard.pages import Moved, Shown, page
from chalicelib.dashboard.problems import NONE, Problems
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.api_key import Scope
from chalicelib.domain.campaign import Campaign, CampaignType
from chalicelib.errors import ActrailError, InUse
from chalicelib.table import campaigns, sites, trackers

MOST_SITES = 100
NO_SUBTEST = {"name": "", "url": ""}


@page()
def show(visit: Visit, campaign_id: str) -> Shown:
    """The campaign as it is set up."""
    campaign = campaigns.get(visit.account_id, campaign_id)
    return _shown(visit, campaign, _as_stored(campaign), NONE, part="setup_body")


@page(Scope.EDIT)
def save(visit: Visit, campaign_id: str) -> Shown:
    """The campaign with what was typed, or what is wrong with that."""
    typed = _as_typed(visit)
    try:
        done(
            visit, api.change_campaign, _body(typed), if_match=visit.field("version"), campaign_id=campaign_id
        )
    except ActrailError as error:
        campaign = campaigns.get(visit.account_id, campaign_id)
        return _shown(visit, campaign, typed, Problems.of(error))
    campaign = campaigns.get(visit.account_id, campaign_id)
    return _shown(visit, campaign, _as_stored(campaign), NONE, toast="Saved.")


@page(Scope.EDIT)
def add_subtest(visit: Visit, campaign_id: str) -> Shown:
    """One more page of a multipage campaign."""
    typed = {"name": visit.field("name"), "url": visit.field("url")}
    try:
        done(visit, api.add_subtest, {**typed, "url": typed["url"] or None}, campaign_id=campaign_id)
    except ActrailError as error:
        return _subtests(visit, campaign_id, Problems.of(error), typed)
    return _subtests(visit, campaign_id)


@page(Scope.EDIT)
def remove_subtest(visit: Visit, campaign_id: str, subtest_id: str) -> Shown:
    """One page less."""
    done(visit, api.remove_subtest, campaign_id=campaign_id, subtest_id=subtest_id)
    return _subtests(visit, campaign_id)


@page(Scope.EDIT, part_of="/campaigns/{campaign_id}")
def ask_to_delete(visit: Visit, campaign_id: str) -> Shown:
    """What goes with the campaign, or what is in the way."""
    campaign = campaigns.get(visit.account_id, campaign_id)
    in_the_way = None
    try:
        done(visit, api.delete_campaign, query={"dry_run": True}, campaign_id=campaign_id)
    except InUse as error:
        in_the_way = error
    made_in = trackers.made_in(visit.account_id, campaign_id, 100, None)
    values = {"campaign": campaign, "in_the_way": in_the_way, "made_in": made_in}
    return Shown("campaign/delete.html", values)


@page(Scope.EDIT)
def delete(visit: Visit, campaign_id: str) -> Moved | Shown:
    """The list of campaigns, without this one."""
    try:
        done(visit, api.delete_campaign, campaign_id=campaign_id)
    except InUse as error:
        campaign = campaigns.get(visit.account_id, campaign_id)
        return Shown("campaign/delete.html", {"campaign": campaign, "in_the_way": error, "made_in": None})
    return Moved(visit.url("/campaigns"))


def _shown(
    visit: Visit,
    campaign: Campaign,
    typed: Mapping[str, Any],
    problems: Problems,
    toast: str | None = None,
    part: str = "setup",
) -> Shown:
    values = {
        "step": "setup",
        "campaign": campaign,
        "typed": typed,
        "typed_subtest": NO_SUBTEST,
        "problems": problems,
        "subtest_problems": NONE,
        "sites": sites.listed(visit.account_id, MOST_SITES, None).items,
        "multipage": campaign.type is CampaignType.MULTIPAGE,
    }
    return Shown("campaign/page.html", values, f"campaign/{part}.html", toast=toast)


def _subtests(
    visit: Visit, campaign_id: str, problems: Problems = NONE, typed: Mapping[str, str] = NO_SUBTEST
) -> Shown:
    campaign = campaigns.get(visit.account_id, campaign_id)
    values = {"campaign": campaign, "typed_subtest": typed, "subtest_problems": problems, "changed": True}
    return Shown("campaign/subtests.html", values)


def _as_stored(campaign: Campaign) -> dict[str, Any]:
    """The fields of the form as the campaign has them."""
    return {
        "name": campaign.name,
        "url": campaign.url or "",
        "site_id": campaign.site_id or "",
        "version": campaign.version,
        "variations": [
            {"key": each.id, "name": each.name, "weight": each.weight, "baseline": each.baseline}
            for each in campaign.variations
        ],
    }


def _as_typed(visit: Visit) -> dict[str, Any]:
    """The fields of the form as they were sent; rows of variations are told apart by their keys."""
    columns = [visit.form.get(name, ()) for name in ("key", "variation", "weight")]
    return {name: visit.field(name) for name in ("name", "url", "site_id", "version")} | {
        "variations": [
            {"key": key, "name": name, "weight": weight, "baseline": key == visit.field("baseline")}
            for key, name, weight in zip(*columns, strict=False)
        ]
    }


def _body(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What the API takes: a row that is new has no id yet."""
    variations = [
        {
            **({"id": row["key"]} if row["key"].isdecimal() else {}),
            "name": row["name"],
            "weight": row["weight"],
            "baseline": row["baseline"],
        }
        for row in typed["variations"]
    ]
    return {
        "name": typed["name"],
        "url": typed["url"] or None,
        "site_id": typed["site_id"] or None,
        "variations": variations,
    }
