"""The launch of a campaign: what to see to before, and its way through the statuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.api import campaigns as api
from chalicelib.dashboard.operations import done
from chalicelib.dashboard.pages import Shown, page
from chalicelib.dashboard.problems import NONE, Problems
from chalicelib.dashboard.readiness import STARTED, waiting
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.api_key import Scope
from chalicelib.domain.campaign import FULL_TRAFFIC, Campaign, CampaignType, Status
from chalicelib.errors import ActrailError, NotFound
from chalicelib.table import campaigns


@dataclass(frozen=True, slots=True)
class Move:
    """A way to another status, as its button says it; ``asks`` is what to think of first."""

    to: Status
    label: str
    asks: str | None = None


_LIVE = Move(
    Status.LIVE,
    "Go live",
    "Visitors get variations from now on, within a minute. The campaign never becomes a draft again.",
)
_END = Move(
    Status.ENDED,
    "End",
    "Visitors get no variation any more. The report stays, with all its data.",
)
_ARCHIVE = Move(
    Status.ARCHIVED,
    "Archive",
    "It leaves its trackers free: they may then be deleted without a question. You can bring it back as "
    "long as the trackers of its goals are there.",
)
MOVES: dict[Status, list[Move]] = {
    Status.DRAFT: [_LIVE, Move(Status.QA, "Try in QA"), _ARCHIVE],
    Status.QA: [_LIVE, Move(Status.DRAFT, "Back to draft"), _ARCHIVE],
    Status.LIVE: [Move(Status.PAUSED, "Pause"), _END],
    Status.PAUSED: [Move(Status.LIVE, "Resume"), _END],
    Status.ENDED: [_ARCHIVE, Move(Status.LIVE, "Go live again", _LIVE.asks)],
    Status.ARCHIVED: [Move(Status.ENDED, "Bring back")],
}
"""Where each status leads, the first being what is wanted most."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to see to, whether it is well, and the step that it belongs to."""

    well: bool
    text: str
    step: str


@page()
def show(visit: Visit, campaign_id: str) -> Shown:
    """What is to see to, and what may come next."""
    return _shown(visit, campaigns.get(visit.account_id, campaign_id), NONE)


@page(Scope.EDIT, part_of="/campaigns/{campaign_id}/launch")
def ask(visit: Visit, campaign_id: str, status: str) -> Shown:
    """What to think of before a move."""
    campaign = campaigns.get(visit.account_id, campaign_id)
    move = next((each for each in moves_of(campaign) if each.to == status), None)
    if move is None:
        raise NotFound("status")
    return Shown("campaign/move.html", {"campaign": campaign, "move": move})


@page(Scope.EDIT)
def move(visit: Visit, campaign_id: str) -> Shown:
    """The campaign in another status, or why not."""
    problems, toast = NONE, None
    try:
        wanted = {"status": visit.field("status")}
        done(visit, api.change_status, wanted, if_match=visit.field("version"), campaign_id=campaign_id)
    except ActrailError as error:
        problems = Problems.of(error)
    campaign = campaigns.get(visit.account_id, campaign_id)
    if problems is NONE:
        toast = f"“{campaign.name}” is {SAID[campaign.status]} now."
    return _shown(visit, campaign, problems, toast)


SAID = {
    Status.DRAFT: "a draft",
    Status.QA: "in QA",
    Status.LIVE: "live",
    Status.PAUSED: "paused",
    Status.ENDED: "ended",
    Status.ARCHIVED: "archived",
}


def moves_of(campaign: Campaign) -> list[Move]:
    """Where the campaign may go: never back to draft once it was live."""
    was_live = campaign.first_live_at is not None
    return [each for each in MOVES[campaign.status] if not (was_live and each.to is Status.DRAFT)]


def checks_of(campaign: Campaign) -> Iterator[Check]:
    """What to see to before a campaign goes live."""
    if campaign.primary_id:
        yield Check(True, "It has a primary goal.", "goals")
    else:
        yield Check(False, "Without a primary goal no report will ever say which variation wins.", "goals")
    weight = sum(each.weight for each in campaign.variations)
    rest = f" The other {FULL_TRAFFIC - weight}% get none and count nowhere." if weight < FULL_TRAFFIC else ""
    yield Check(weight > 0, f"{weight}% of the visitors get a variation.{rest}", "setup")
    if len(campaign.variations) < 2:
        yield Check(False, "There is one variation only: nothing to compare it with.", "setup")
    if campaign.type is CampaignType.MULTIPAGE and not campaign.subtests:
        yield Check(False, "A multipage test has a sub-test for each page, and there is none yet.", "setup")


def _shown(visit: Visit, campaign: Campaign, problems: Problems, toast: str | None = None) -> Shown:
    started = campaign.status in STARTED
    needs = visit.account.readiness
    values = {
        "step": "launch",
        "campaign": campaign,
        "moves": moves_of(campaign),
        "checks": list(checks_of(campaign)),
        "waiting": waiting(visit.account_id, campaign, needs, visit.now) if started else None,
        "days_live": campaign.seconds_live(visit.now) // 86_400,
        "problems": problems,
    }
    moved = visit.request.method == "POST"
    part, events = ("launch", ("close-dialog",)) if moved else ("launch_body", ())
    return Shown("campaign/page.html", values, f"campaign/{part}.html", toast=toast, events=events)
