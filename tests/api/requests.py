"""One request that succeeds for every route, so that a rule of all routes is tested on all of them.

A route with a body that is not in here fails those tests: nobody adds one and forgets them. The routes of
intake, which take write keys and whatever a browser sends, are no operations and have tests of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.api import routes
from chalicelib.api.http import Operation
from chalicelib.api.routes import Route
from chalicelib.api.schema import WriteQuery
from tests.api.callers import Fields, Tenant
from tests.factories import new_job, new_subscription, new_visitor

ROUTES = [route for route in routes.ROUTES if isinstance(route.load(), Operation)]

BODIES: dict[str, Fields] = {
    "keys:create_key": {"scope": "read", "name": "Dashboard"},
    "account:change_account": {"time_zone": "Europe/Berlin"},
    "sites:create_site": {"domain": "shop.example.com"},
    "sites:change_site": {"deny": ["cart.*"]},
    "campaigns:create_campaign": {"name": "Autumn", "type": "split"},
    "campaigns:change_campaign": {"name": "Winter"},
    "campaigns:change_status": {"status": "live"},
    "campaigns:add_subtest": {"name": "Product page"},
    "editor:begin_editor_session": {"url": "https://shop.example.com/cart"},
    "trackers:create_tracker": {"name": "Buy", "event": "click", "selector": "a", "kind": "aat"},
    "trackers:change_tracker": {"context": "the button below the price"},
    "goals:select_goal": {"role": "primary"},
    "subscriptions:create_subscription": {
        "campaign_id": "{campaign_id}",
        "channel": "email",
        "address": "ann@example.com",
        "every": "week",
    },
}


@dataclass(frozen=True)
class Seed:
    """An account that has one of everything that a path can name, and nothing in the way of a deletion."""

    tenant: Tenant
    ids: dict[str, str]

    @classmethod
    def sown(cls, tenant: Tenant) -> Seed:
        edit = tenant.edit
        key = tenant.admin.post("/v1/keys", {"scope": "read"}).body
        site = edit.post("/v1/sites", {"domain": "example.com"}).body
        campaign = edit.new_campaign("Summer", type="multipage")
        subtest = edit.new_subtest(campaign)
        page = {"url": "https://example.com/"}
        session = edit.post(f"/v1/campaigns/{campaign['id']}/editor-sessions", page).body
        tracker = edit.new_tracker(campaign, "Add to cart")
        return cls(
            tenant,
            {
                "key_id": key["id"],
                "site_id": site["id"],
                "campaign_id": campaign["id"],
                "subtest_id": subtest["id"],
                "session_id": session["id"],
                "tracker_id": tracker["id"],
                "uuid": new_visitor(tenant.id),
                "job_id": new_job(tenant.id).id,
                "subscription_id": new_subscription(tenant.id, campaign["id"]).id,
            },
        )

    def path(self, route: Route) -> str:
        return route.path.format(**self.ids)

    def request(self, route: Route) -> tuple[str, str, Fields | None]:
        """Method, path and body of a request that succeeds, if what it needs is there (see prepare)."""
        if not operation_of(route).takes_body:
            return route.method, self.path(route), None
        body = {
            name: value.format(**self.ids) if isinstance(value, str) else value
            for name, value in BODIES[route.operation].items()
        }
        return route.method, self.path(route), body

    def prepare(self, route: Route) -> None:
        """Bring about what only some routes need: a goal to deselect."""
        if route.operation == "goals:deselect_goal":
            self.tenant.edit.put(self.path(route), {"role": "secondary"})


def operation_of(route: Route) -> Operation:
    operation = route.load()
    assert isinstance(operation, Operation)
    return operation


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def those(**wanted: Any) -> list[Route]:
    """The routes with these attributes: keyed, dry, method."""
    return [
        route for route in ROUTES if all(_ATTRIBUTES[name](route) == value for name, value in wanted.items())
    ]


_ATTRIBUTES = {
    "keyed": lambda route: operation_of(route).scope is not None,
    "dry": lambda route: issubclass(operation_of(route).query, WriteQuery),
    "method": lambda route: route.method,
    "versioned": lambda route: operation_of(route).versioned,
    "bodied": lambda route: operation_of(route).takes_body,
    "specific": lambda route: "{" in route.path,
}
