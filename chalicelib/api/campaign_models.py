"""Campaigns as they are sent, asked for and shown."""

from __future__ import annotations

from pydantic import Field

from chalicelib.api.schema import (
    Body,
    NameText,
    PageQuery,
    UtcTime,
    View,
    changed,
)
from chalicelib.api.validation import STORED_ID, WEB_ADDRESS
from chalicelib.domain.campaign import (
    FULL_TRAFFIC,
    MAX_VARIATIONS,
    CampaignType,
    Status,
)

Url = Field(None, max_length=2000, pattern=WEB_ADDRESS, description="address of the page")


class NewVariation(Body):
    """A variation to make."""

    name: NameText
    weight: int = Field(ge=0, le=FULL_TRAFFIC, description="share of the traffic, percent")
    baseline: bool = Field(False, description="whether others are compared with it; else the first is")


class VariationChanges(NewVariation):
    """A variation as it shall be: with its id, or without one a new one."""

    id: str | None = None


class NewCampaign(Body):
    """A campaign to make. Without variations it gets an original and one variation, half each."""

    name: NameText
    type: CampaignType = Field(strict=False)
    site_id: str | None = Field(None, pattern=STORED_ID)
    url: str | None = Url
    variations: list[NewVariation] | None = Field(None, min_length=1, max_length=MAX_VARIATIONS)


class CampaignChanges(Body):
    """What to change of a campaign. Variations are given whole, in their order."""

    name: NameText = changed()
    site_id: str | None = changed(pattern=STORED_ID)
    url: str | None = Url
    variations: list[VariationChanges] = changed(min_length=1, max_length=MAX_VARIATIONS)


class StatusChange(Body):
    """The status wanted."""

    status: Status = Field(strict=False)


class NewSubtest(Body):
    """A sub-test to make."""

    name: NameText
    url: str | None = Url


class CampaignQuery(PageQuery):
    """Which campaigns."""

    status: Status | None = None


class VariationView(View):
    """One version of the page."""

    id: str
    name: str
    weight: int
    baseline: bool


class SubtestView(View):
    """One page of a multipage campaign."""

    id: str
    name: str
    url: str | None
    trackers_made: int
    created_at: UtcTime


class CampaignView(View):
    """A test or personalization."""

    id: str
    number: int
    name: str
    type: CampaignType
    status: Status
    site_id: str | None
    url: str | None
    variations: list[VariationView]
    subtests: list[SubtestView]
    goal_count: int
    foreign_uses: int
    primary_id: str | None
    first_live_at: UtcTime | None
    version: int
    created_at: UtcTime
    updated_at: UtcTime
