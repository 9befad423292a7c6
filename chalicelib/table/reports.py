"""What a report is made from, in three requests, however many events are behind it."""

from __future__ import annotations

from chalicelib.domain.observed import Observed
from chalicelib.errors import NotFound
from chalicelib.table import campaigns, counters, keys, stored
from chalicelib.table.accounts import account_of
from chalicelib.table.tracker_rows import tracker_of


def observed(account_id: str, campaign_id: str) -> Observed:
    """Everything that was counted of a campaign and that its report must know. Raises NotFound.

    1 query of the campaign with its goals, 1 of its counts, 1 batch read of the account with the trackers.
    """
    campaign, goals = campaigns.with_goals(account_id, campaign_id)
    wanted = [keys.account(account_id), *(keys.tracker(account_id, goal.tracker_id) for goal in goals)]
    found = stored.find_all(wanted)
    account = next((account_of(each) for each in found if each["type"] == "account"), None)
    if account is None:
        raise NotFound("account")
    return Observed(
        campaign=campaign,
        goals=goals,
        trackers={each["id"]: tracker_of(each) for each in found if each["type"] == "tracker"},
        zone=account.zone,
        readiness=account.readiness,
        days=counters.days_of(account_id, campaign_id),
    )
