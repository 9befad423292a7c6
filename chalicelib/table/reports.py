"""What a report is made from, in three requests, however many events are behind it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from chalicelib.domain.account import Readiness
from chalicelib.domain.observed import Observed
from chalicelib.errors import NotFound
from chalicelib.table import campaigns, counters, keys, wire
from chalicelib.table.tracker_rows import TrackerRow, tracker_of


def observed(account_id: str, campaign_id: str) -> Observed:
    """Everything that was counted of a campaign and that its report must know. Raises NotFound.

    1 query of the campaign with its goals, 1 of its counts, 1 batch read of the account with the trackers.
    """
    campaign, goals = campaigns.with_goals(account_id, campaign_id)
    wanted = [keys.account(account_id), *(keys.tracker(account_id, goal.tracker_id) for goal in goals)]
    found = wire.read_all([{"PK": {"S": key.partition}, "SK": {"S": key.sort}} for key in wanted])
    account = next((item for item in found if item["type"]["S"] == "account"), None)
    if account is None:
        raise NotFound("account")
    rows = [TrackerRow.from_raw_data(item) for item in found if item["type"]["S"] == "tracker"]
    return Observed(
        campaign=campaign,
        goals=goals,
        trackers={row.id: tracker_of(row) for row in rows},
        zone=ZoneInfo(account["time_zone"]["S"]),
        readiness=Readiness(**{name: int(limit["N"]) for name, limit in account["readiness"]["M"].items()}),
        days=counters.days_of(account_id, campaign_id),
    )
