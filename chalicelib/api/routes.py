"""Every route on one page. Modules are imported when their first request comes.

Importing pydantic and pynamodb takes as long as creating a client of AWS; a function that only takes in
events never needs them. So routes name their operation as ``module:function``, and ``app.py`` registers
them without importing any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple


class Route(NamedTuple):
    """A method and a path, and the operation that answers them, of a module in a package of chalicelib."""

    method: str
    path: str
    operation: str
    package: str = "api"

    @property
    def name(self) -> str:
        """A name that no other operation has."""
        return f"{self.package}_{self.operation.replace(':', '_')}"

    def load(self) -> Callable[..., Any]:
        """The operation itself."""
        return _loaded(self.package, self.operation)


@cache
def _loaded(package: str, name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    operation: Callable[..., Any] = getattr(import_module(f"chalicelib.{package}.{module}"), function)
    return operation


def _segment(operation: str, *names: str) -> Iterator[Route]:
    """Routes of Segment's tracking API, which browsers ask first whether they may use them."""
    for name in names:
        yield Route("POST", f"/v1/{name}", operation)
        yield Route("OPTIONS", f"/v1/{name}", "reception:preflight")


def _editor(*paths: str) -> Iterator[Route]:
    """Preflights of what the visual editor asks from the pages of customers."""
    for path in paths:
        yield Route("OPTIONS", path, "editor:preflight")


ROUTES = (
    Route("GET", "/health", "system:health"),
    Route("GET", "/openapi.json", "system:openapi"),
    Route("GET", "/docs", "system:docs"),
    Route("GET", "/v1/keys", "keys:list_keys"),
    Route("POST", "/v1/keys", "keys:create_key"),
    Route("DELETE", "/v1/keys/{key_id}", "keys:revoke_key"),
    Route("GET", "/v1/account", "account:get_account"),
    Route("PATCH", "/v1/account", "account:change_account"),
    Route("GET", "/v1/sites", "sites:list_sites"),
    Route("POST", "/v1/sites", "sites:create_site"),
    Route("GET", "/v1/sites/{site_id}", "sites:get_site"),
    Route("PATCH", "/v1/sites/{site_id}", "sites:change_site"),
    Route("DELETE", "/v1/sites/{site_id}", "sites:delete_site"),
    Route("GET", "/v1/campaigns", "campaigns:list_campaigns"),
    Route("POST", "/v1/campaigns", "campaigns:create_campaign"),
    Route("GET", "/v1/campaigns/{campaign_id}", "campaigns:get_campaign"),
    Route("PATCH", "/v1/campaigns/{campaign_id}", "campaigns:change_campaign"),
    Route("DELETE", "/v1/campaigns/{campaign_id}", "campaigns:delete_campaign"),
    Route("POST", "/v1/campaigns/{campaign_id}/status", "campaigns:change_status"),
    Route("POST", "/v1/campaigns/{campaign_id}/subtests", "campaigns:add_subtest"),
    Route("DELETE", "/v1/campaigns/{campaign_id}/subtests/{subtest_id}", "campaigns:remove_subtest"),
    Route("GET", "/v1/campaigns/{campaign_id}/trackers", "trackers:list_campaign_trackers"),
    Route("POST", "/v1/campaigns/{campaign_id}/trackers", "trackers:create_tracker"),
    Route("GET", "/v1/campaigns/{campaign_id}/tracker-name", "trackers:get_name_holder"),
    Route("POST", "/v1/campaigns/{campaign_id}/editor-sessions", "editor:begin_editor_session"),
    Route("DELETE", "/v1/campaigns/{campaign_id}/editor-sessions/{session_id}", "editor:end_editor_session"),
    Route("GET", "/v1/campaigns/{campaign_id}/goals", "goals:list_goals"),
    Route("PUT", "/v1/campaigns/{campaign_id}/goals/{tracker_id}", "goals:select_goal"),
    Route("DELETE", "/v1/campaigns/{campaign_id}/goals/{tracker_id}", "goals:deselect_goal"),
    Route("GET", "/v1/campaigns/{campaign_id}/report", "reports:get_report"),
    Route("GET", "/v1/campaigns/{campaign_id}/report.csv", "reports:get_report_csv"),
    Route("GET", "/v1/trackers", "trackers:list_trackers"),
    Route("GET", "/v1/trackers/{tracker_id}", "trackers:get_tracker"),
    Route("PATCH", "/v1/trackers/{tracker_id}", "trackers:change_tracker"),
    Route("DELETE", "/v1/trackers/{tracker_id}", "trackers:delete_tracker"),
    Route("GET", "/v1/trackers/{tracker_id}/uses", "trackers:list_uses"),
    Route("POST", "/v1/events", "intake:collect"),
    Route("OPTIONS", "/v1/events", "reception:preflight"),
    Route("GET", "/v1/intake/rejections", "rejections:list_rejections"),
    Route("GET", "/v1/profiles/{uuid}", "profiles:get_profile"),
    Route("DELETE", "/v1/profiles/{uuid}", "profiles:erase_profile"),
    Route("GET", "/v1/profiles/{uuid}/events", "profiles:list_profile_events"),
    Route("GET", "/v1/jobs", "jobs:list_jobs"),
    Route("GET", "/v1/jobs/{job_id}", "jobs:get_job"),
    Route("POST", "/v1/exports", "jobs:export_account"),
    Route("GET", "/v1/subscriptions", "subscriptions:list_subscriptions"),
    Route("POST", "/v1/subscriptions", "subscriptions:create_subscription"),
    Route("DELETE", "/v1/subscriptions/{subscription_id}", "subscriptions:delete_subscription"),
    Route("POST", "/v1/subscriptions/{subscription_id}/reports", "subscriptions:send_report"),
    Route("GET", "/v1/tag/{script}", "tag:get_tag"),
    Route("OPTIONS", "/v1/tag/{script}", "reception:preflight"),
    Route("GET", "/v1/editor.js", "editor_script:get_editor"),
    *_editor(
        "/v1/campaigns/{campaign_id}",
        "/v1/campaigns/{campaign_id}/editor-sessions/{session_id}",
        "/v1/campaigns/{campaign_id}/tracker-name",
        "/v1/campaigns/{campaign_id}/trackers",
        "/v1/trackers/{tracker_id}",
        "/v1/trackers/{tracker_id}/uses",
    ),
    *_segment("segment:collect_calls", "batch", "b"),
    *_segment("segment:collect_call", "track", "page", "screen", "identify", "group", "alias"),
    *_segment("segment:collect_call", "t", "p", "s", "i", "g", "a"),
)
