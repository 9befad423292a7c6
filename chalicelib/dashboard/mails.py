"""The mails of a system that sends none: what would have gone out, kept on this machine.

A mail is a page of somebody else's making, even if it is ours: it is shown in a frame that runs nothing,
loads nothing and knows nothing of the page around it.
"""

from __future__ import annotations

from typing import Any

from chalicelib.aws import mail_folder
from chalicelib.aws.mail_folder import Opened
from chalicelib.dashboard.pages import File, Framed, Shown, page
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.ids import is_id
from chalicelib.domain.list_id import campaign_of
from chalicelib.errors import NotFound
from chalicelib.settings import settings
from chalicelib.table import campaigns

MOST_SHOWN = 50


@page(part_of="/subscriptions")
def index(visit: Visit) -> Shown:
    """The newest mails, as a part of the page of subscriptions."""
    return Shown("mails/list.html", values(visit, chosen(visit)))


@page()
def show(visit: Visit, mail_id: str) -> Shown:
    """A mail: to whom it went, and what is in it."""
    opened, campaign = _opened(visit, mail_id)
    return Shown("mails/show.html", {"opened": opened, "mail": opened.mail, "campaign": campaign})


@page()
def frame(visit: Visit, mail_id: str) -> Framed:
    """What mail programs show of it."""
    return Framed(_opened(visit, mail_id)[0].html)


@page()
def plot(visit: Visit, mail_id: str) -> File:
    """What is attached to it, to be saved."""
    drawn = _opened(visit, mail_id)[0].plot
    if not drawn:
        raise NotFound("plot")
    return File(drawn, "report.svg", "image/svg+xml")


def chosen(visit: Visit) -> Campaign | None:
    """The campaign that the address names, if it names one. Raises NotFound. 1 read."""
    campaign_id = visit.query.get("campaign", "")
    if campaign_id and not is_id(campaign_id):
        raise NotFound("campaign")
    return campaigns.get(visit.account_id, campaign_id) if campaign_id else None


def values(visit: Visit, of_campaign: Campaign | None) -> dict[str, Any]:
    """What the list of mails is made of: the account's own, or those of one campaign. 1 batch read."""
    found = [(each, campaign_of(each.list_id)) for each in mail_folder.listed()]
    wanted = {campaign_id for _, campaign_id in found} - {""}
    if of_campaign is not None:
        wanted &= {of_campaign.id}
    known = campaigns.get_many(visit.account_id, sorted(wanted))
    return {
        "keeps_mails": mail_folder.is_there(),
        "mail_folder": settings().mail_folder,
        "mails": [(mail, known[id_]) for mail, id_ in found if id_ in known][:MOST_SHOWN],
        "mail_query": {"campaign": of_campaign.id if of_campaign else None},
    }


def _opened(visit: Visit, mail_id: str) -> tuple[Opened, Campaign]:
    """A mail of one of the account's campaigns. Raises NotFound for any other. 1 read."""
    opened = mail_folder.find(mail_id)
    campaign_id = campaign_of(opened.mail.list_id) if opened else ""
    campaign = campaigns.find(visit.account_id, campaign_id) if campaign_id else None
    if opened is None or campaign is None:
        raise NotFound("mail")
    return opened, campaign
