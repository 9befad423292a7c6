"""The rules of trackers, goals and campaigns in plain Python: one request after the other, all in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.goal import Role
from chalicelib.domain.names import Name
from chalicelib.domain.tracker import Kind, Tracker

FREE_FOR_AATS = {"context", "hidden"}
RUNNING = (Status.LIVE, Status.PAUSED)


@dataclass
class ModelCampaign:
    """What the rules need to know of a campaign. ``subtests`` counts the trackers ever made in each."""

    stored: Campaign
    status: Status = Status.DRAFT
    was_live: bool = False
    goals: dict[str, Role] = field(default_factory=dict)
    subtests: dict[str, int] = field(default_factory=dict)

    @property
    def archived(self) -> bool:
        return self.status is Status.ARCHIVED

    @property
    def primary(self) -> str | None:
        return next((each for each, role in self.goals.items() if role is Role.PRIMARY), None)


@dataclass
class Model:
    """An account. Each function gives the code of the refusal a request must get, or ``ok``."""

    campaigns: dict[str, ModelCampaign] = field(default_factory=dict)
    trackers: dict[str, Tracker] = field(default_factory=dict)

    def creation(self, tracker: Tracker) -> str:
        campaign = self.campaigns.get(tracker.campaign_id)
        if campaign is None:
            return "not_found"
        if campaign.archived:
            return "campaign_archived"
        if tracker.subtest_id not in (None, *campaign.subtests):
            return "invalid"
        return "name_taken" if tracker.kind is Kind.AAT and self._taken(tracker.name) else "ok"

    def change(self, tracker_id: str, changes: Mapping[str, Any], *, in_editor: bool) -> str:
        tracker = self.trackers.get(tracker_id)
        if tracker is None:
            return "not_found"
        different = differences(tracker, changes)
        if tracker.kind is Kind.AAT and different - FREE_FOR_AATS:
            return "aat_immutable"
        if tracker.kind is Kind.WIDGET and different - {"hidden"} and not in_editor:
            return "widget_editor_only"
        if "kind" in different:
            if (tracker.kind, changes["kind"]) != (Kind.XAT, Kind.AAT):
                return "kind_fixed"
            if self._taken(changes.get("name", tracker.name)):
                return "name_taken"
        return self._move_to_subtest(tracker, changes.get("subtest_id"))

    def _move_to_subtest(self, tracker: Tracker, subtest_id: str | None) -> str:
        campaign = self.campaigns[tracker.campaign_id]
        if subtest_id in (None, tracker.subtest_id):
            return "ok"
        if campaign.archived:
            return "campaign_archived"
        return "ok" if subtest_id in campaign.subtests else "invalid"

    def selection(self, campaign_id: str, tracker_id: str, role: Role, *, replaces: bool) -> str:
        campaign, tracker = self.campaigns.get(campaign_id), self.trackers.get(tracker_id)
        if campaign is None or (tracker is None and tracker_id not in campaign.goals):
            return "not_found"
        if campaign.goals.get(tracker_id) is role:
            return "ok"
        if campaign.archived:
            return "campaign_archived"
        if role is Role.PRIMARY and campaign.primary not in (None, tracker_id) and not replaces:
            return "primary_taken"
        if tracker is None or tracker_id in campaign.goals or self.selectable(tracker, campaign_id):
            return "ok"
        return "not_selectable"

    def selectable(self, tracker: Tracker, campaign_id: str) -> bool:
        return not tracker.hidden and (tracker.kind is Kind.AAT or tracker.campaign_id == campaign_id)

    def deselection(self, campaign_id: str, tracker_id: str) -> str:
        campaign = self.campaigns.get(campaign_id)
        return "ok" if campaign and tracker_id in campaign.goals else "not_found"

    def move(self, campaign_id: str, status: Status) -> str:
        campaign = self.campaigns.get(campaign_id)
        if campaign is None:
            return "not_found"
        if campaign.status is status:
            return "ok"
        if status is Status.DRAFT and campaign.was_live:
            return "was_live"
        lacks = campaign.goals.keys() - self.trackers.keys()
        return "goal_tracker_gone" if campaign.archived and lacks else "ok"

    def tracker_deletion(self, tracker_id: str, *, with_data: bool, in_editor: bool) -> str:
        tracker = self.trackers.get(tracker_id)
        if tracker is None:
            return "not_found"
        if tracker.kind is Kind.WIDGET and not in_editor:
            return "widget_editor_only"
        return "in_use" if self.users(tracker_id) and not with_data else "ok"

    def users(self, tracker_id: str) -> set[str]:
        """The campaigns that use it; one that is archived does not."""
        return {
            campaign_id
            for campaign_id, campaign in self.campaigns.items()
            if tracker_id in campaign.goals and not campaign.archived
        }

    def campaign_deletion(self, campaign_id: str) -> str:
        if campaign_id not in self.campaigns:
            return "not_found"
        used = any(self.users(tracker_id) - {campaign_id} for tracker_id in self.made_in(campaign_id))
        return "in_use" if used else "ok"

    def made_in(self, campaign_id: str) -> set[str]:
        return {tracker.id for tracker in self.trackers.values() if tracker.campaign_id == campaign_id}

    def subtest_creation(self, campaign_id: str) -> str:
        campaign = self.campaigns.get(campaign_id)
        if campaign is None:
            return "not_found"
        return "campaign_archived" if campaign.archived else "ok"

    def subtest_deletion(self, campaign_id: str, subtest_id: str) -> str:
        campaign = self.campaigns.get(campaign_id)
        if campaign is None or subtest_id not in campaign.subtests:
            return "not_found"
        held = campaign.subtests[subtest_id] and campaign.status in RUNNING
        return "subtest_has_trackers" if held else "ok"

    def _taken(self, name: Name) -> bool:
        return any(each.kind is Kind.AAT and each.name.key == name.key for each in self.trackers.values())


def differences(tracker: Tracker, changes: Mapping[str, Any]) -> set[str]:
    """Names of the fields that would change."""
    return {name for name, value in changes.items() if getattr(tracker, name) != value}
