"""Who sends events in tests, and what is then stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from chalice.test import Client

from tests import clients
from tests.api.callers import Fields, Reply, Tenant

TIME = "2026-01-05T12:00:00.000Z"


def now() -> str:
    """The time as a browser sends it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Shop:
    """An account that collects: a campaign with an original and a variation, and an account tracker."""

    tenant: Tenant
    client: Client
    table: str
    campaign: Fields
    tracker: Fields

    @property
    def write_key(self) -> str:
        assert self.tenant.collect.key is not None
        return self.tenant.collect.key

    def send(
        self, body: object, path: str = "/v1/events", headers: Mapping[str, str] | None = None, **query: str
    ) -> Reply:
        """Send a body as the tag does; bytes go as they are. ``query`` replaces the write key."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        chosen = query or {"write_key": self.write_key}
        text = "&".join(f"{name}={quote(value)}" for name, value in chosen.items())
        own = {"Content-Type": "text/plain"}
        answer = self.client.http.request("POST", f"{path}?{text}", {**own, **(headers or {})}, raw)
        return Reply(answer.status_code, answer.headers, answer.body.decode())

    def took(self, body: object, **options: Any) -> Fields:
        """Send events that arrive; what became of them."""
        answer = self.send(body, **options)
        assert answer.status == 200, answer
        return dict(answer.body)

    def visit(self, **fields: Any) -> Fields:
        return {"action": "cart.view", "uuid": "visitor", "time": TIME, **fields}

    def click(self, **fields: Any) -> Fields:
        """A tracked action of a visitor in the campaign, as the tag sends it."""
        tag_numbers = {str(self.campaign["number"]): "0"}
        known = {
            "action": "element.click",
            "tracker_id": str(self.tracker["number"]),
            "campaigns": tag_numbers,
        }
        return self.visit(**known | fields)

    def exposure(self, variation: str = "0", **fields: Any) -> Fields:
        params = {"campaign_id": str(self.campaign["number"]), "variation_id": variation}
        return self.visit(**{"action": "campaign.exposure", "params": params} | fields)

    def items(self, *types: str) -> list[Fields]:
        """What is stored of these types; events and markers unless others are named."""
        scan = clients.dynamodb().get_paginator("scan")
        pages = scan.paginate(TableName=self.table, ConsistentRead=True)
        wanted = types or ("event", "marker")
        return [item for page in pages for item in page["Items"] if item["type"]["S"] in wanted]

    def feed(self, uuid: str = "visitor", **query: str | int) -> list[Fields]:
        """A visitor's events, newest first."""
        answer = self.tenant.read.get(f"/v1/profiles/{quote(uuid, safe='')}/events", **query)
        assert answer.status == 200, answer
        return list(answer.body["items"])
