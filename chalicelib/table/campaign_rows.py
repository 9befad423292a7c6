"""How a campaign is stored, and the mapping both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.expressions.condition import Condition

from chalicelib.domain.campaign import Campaign, CampaignType, Status, Subtest, Variation, WeightsSince
from chalicelib.errors import ActrailError, CampaignArchived, NotFound
from chalicelib.table import keys
from chalicelib.table.rows import Row
from chalicelib.table.stored import Stored, time_of
from chalicelib.table.transaction import Changed

_MAPPED = frozenset(
    {"PK", "SK", "GSI1PK", "GSI1SK", "type", "campaign_type", "variations", "subtests", "weights_since"}
)
"""Attributes that are not the campaign's as they stand."""


class CampaignRow(Row, discriminator="campaign"):
    """A campaign, listed by its status, or among what is going while it is being deleted.

    ``subtests`` maps the id of each sub-test to its fields, so that one condition on this very row decides
    whether a sub-test may go.
    """

    id = UnicodeAttribute()
    number = NumberAttribute()
    name = UnicodeAttribute()
    campaign_type = UnicodeAttribute()
    status = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    variations: ListAttribute[Any] = ListAttribute()
    subtests: MapAttribute[str, Any] = MapAttribute()
    site_id = UnicodeAttribute(null=True)
    url = UnicodeAttribute(null=True)
    version = NumberAttribute()
    goal_count = NumberAttribute()
    foreign_uses = NumberAttribute()
    primary_id = UnicodeAttribute(null=True)
    first_live_at = UTCDateTimeAttribute(null=True)
    live_since = UTCDateTimeAttribute(null=True)
    live_seconds = NumberAttribute()
    weights_since: ListAttribute[Any] = ListAttribute(null=True)
    going = BooleanAttribute(null=True)


class ListedCampaignRow(Row, discriminator="listed_campaign"):
    """A campaign's place in the account's list, which no change of its status moves."""


def at(account_id: str, campaign_id: str) -> CampaignRow:
    """The row to update, delete or check, wherever it stands."""
    return CampaignRow.at(keys.campaign(account_id, campaign_id))


def row_of(account_id: str, campaign: Campaign) -> CampaignRow:
    """The campaign as it is stored and listed."""
    attributes = {
        name: getattr(campaign, name) for name in CampaignRow.get_attributes() if name not in _MAPPED
    }
    row = CampaignRow.at(
        keys.campaign(account_id, campaign.id),
        **attributes | {"going": campaign.going or None},
        campaign_type=campaign.type,
        variations=[asdict(variation) for variation in campaign.variations],
        subtests={subtest.id: subtest_map(subtest) for subtest in campaign.subtests},
        weights_since=[
            {"since": each.since.isoformat(), "weights": dict(each.weights)}
            for each in campaign.weights_since
        ]
        or None,
    )
    return row.listed(keys.campaign_by_status(account_id, campaign.status, campaign.id))


def campaign_of(stored: Stored) -> Campaign:
    """The stored campaign."""
    return Campaign(
        id=stored["id"],
        number=stored["number"],
        name=stored["name"],
        type=CampaignType(stored["campaign_type"]),
        status=Status(stored["status"]),
        created_at=datetime.fromisoformat(stored["created_at"]),
        updated_at=datetime.fromisoformat(stored["updated_at"]),
        variations=tuple(
            Variation(part["id"], part["name"], part["weight"], part["baseline"])
            for part in stored["variations"]
        ),
        subtests=_subtests(stored["subtests"]),
        site_id=stored.get("site_id"),
        url=stored.get("url"),
        version=stored["version"],
        goal_count=stored["goal_count"],
        foreign_uses=stored["foreign_uses"],
        primary_id=stored.get("primary_id"),
        first_live_at=time_of(stored.get("first_live_at")),
        live_since=time_of(stored.get("live_since")),
        live_seconds=stored["live_seconds"],
        weights_since=tuple(
            WeightsSince(datetime.fromisoformat(part["since"]), part["weights"])
            for part in stored.get("weights_since", ())
        ),
        going="going" in stored,
    )


def subtest_map(subtest: Subtest) -> dict[str, Any]:
    """A sub-test as it stands in its campaign's row."""
    return {
        "name": subtest.name,
        "url": subtest.url,
        "created_at": subtest.created_at.isoformat(),
        "trackers_made": subtest.trackers_made,
    }


def _subtests(stored: Mapping[str, Any]) -> tuple[Subtest, ...]:
    return tuple(
        Subtest(
            id=subtest_id,
            name=fields["name"],
            url=fields.get("url"),
            created_at=datetime.fromisoformat(fields["created_at"]),
            trackers_made=fields["trackers_made"],
        )
        for subtest_id, fields in sorted(stored.items())
    )


def is_there() -> Condition:
    """The campaign exists and is not being deleted."""
    return CampaignRow.PK.exists() & CampaignRow.going.does_not_exist()


def is_open() -> Condition:
    """It exists, is not being deleted, and is not archived: its trackers and goals may change."""
    return is_there() & (CampaignRow.status != Status.ARCHIVED.value)


def unless_open(
    further: Callable[[CampaignRow], ActrailError | None] = lambda _: None,
) -> Callable[[CampaignRow | None], ActrailError]:
    """What it means when is_open() and further clauses failed: ``further`` names the latter's refusal."""

    def refusal(stored: CampaignRow | None) -> ActrailError:
        if stored is None or stored.going:
            return NotFound("campaign")
        if stored.status == Status.ARCHIVED:
            return CampaignArchived()
        return further(stored) or Changed()

    return refusal
