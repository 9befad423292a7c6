"""Who gets which campaign's report: the list, and how it is added to and taken from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.api import subscriptions as api
from chalicelib.dashboard import mails
from chalicelib.dashboard.operations import done
from chalicelib.dashboard.pages import Done, Shown, page
from chalicelib.dashboard.problems import NONE, Problems
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.api_key import Scope
from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.ids import is_id
from chalicelib.domain.subscription import MAX_ADDRESS, Channel, Rhythm, Subscription
from chalicelib.errors import ActrailError, NotFound
from chalicelib.table import campaigns, subscriptions

MOST_CAMPAIGNS = 100
"""To choose from: the newest, and the one that was asked for."""

CHANGED = "subscriptions-changed"
FIELDS = ("campaign_id", "channel", "address", "every")


@dataclass(frozen=True, slots=True)
class Row:
    """A subscription with its campaign, None once that is deleted."""

    subscription: Subscription
    campaign: Campaign | None


@page()
def index(visit: Visit) -> Shown:
    """The account's subscriptions, or those of one campaign, and the mails that this machine keeps."""
    chosen = mails.chosen(visit)
    values = {
        "chosen": chosen,
        "rows": _rows(visit, chosen),
        "query": {"campaign": chosen.id if chosen else None},
        **mails.values(visit, chosen),
    }
    return Shown("subscriptions/index.html", values, "subscriptions/list.html")


@page(Scope.EDIT, part_of="/subscriptions")
def new(visit: Visit) -> Shown:
    """The form of a new subscription."""
    chosen = mails.chosen(visit)
    typed = {
        "campaign_id": chosen.id if chosen else "",
        "channel": Channel.EMAIL,
        "address": "",
        "every": Rhythm.WEEK,
    }
    return _form(visit, typed, NONE)


@page(Scope.EDIT)
def create(visit: Visit) -> Shown | Done:
    """A new subscription; of a webhook with its secret, which is shown this once."""
    typed = {name: visit.field(name) for name in FIELDS}
    try:
        made = done(visit, api.create_subscription, typed)
    except ActrailError as error:
        return _form(visit, typed, Problems.of(error))
    if made["secret"]:
        return Shown("subscriptions/secret.html", {"made": made}, events=(CHANGED,))
    return Done(f"{made['address']} gets the report.", (CHANGED, "close-dialog"))


@page(Scope.EDIT)
def send(visit: Visit, subscription_id: str) -> Done:
    """The report of now, on its way to the subscriber."""
    done(visit, api.send_report, subscription_id=subscription_id)
    return Done("The report of now is on its way.")


@page(Scope.EDIT, part_of="/subscriptions")
def ask_to_delete(visit: Visit, subscription_id: str) -> Shown:
    """What ends with a subscription."""
    there = subscriptions.all_of(visit.account_id)
    subscription = next((each for each in there if each.id == subscription_id), None)
    if subscription is None:
        raise NotFound("subscription")
    return Shown("subscriptions/delete.html", {"row": _rows_of(visit, [subscription])[0]})


@page(Scope.EDIT)
def delete(visit: Visit, subscription_id: str) -> Done:
    """The end of a subscription."""
    done(visit, api.delete_subscription, subscription_id=subscription_id)
    return Done("The subscription has ended.", (CHANGED, "close-dialog"))


def _form(visit: Visit, typed: Mapping[str, Any], problems: Problems) -> Shown:
    listed = campaigns.listed(visit.account_id, None, MOST_CAMPAIGNS, None).items
    there = [each for each in listed if each.status is not Status.ARCHIVED]
    campaign_id = typed["campaign_id"]
    if is_id(campaign_id) and campaign_id not in {each.id for each in there}:
        found = campaigns.find(visit.account_id, campaign_id)
        there = [found, *there] if found else there
    values = {
        "typed": typed,
        "problems": problems,
        "campaigns": there,
        "most_address": MAX_ADDRESS,
    }
    return Shown("subscriptions/new.html", values)


def _rows(visit: Visit, chosen: Campaign | None) -> list[Row]:
    there = subscriptions.all_of(visit.account_id)
    return _rows_of(visit, [each for each in there if chosen is None or each.campaign_id == chosen.id])


def _rows_of(visit: Visit, found: list[Subscription]) -> list[Row]:
    """Subscriptions with their campaigns. 1 batch read."""
    known = campaigns.get_many(visit.account_id, sorted({each.campaign_id for each in found}))
    return [Row(each, known.get(each.campaign_id)) for each in found]
