"""An account that counts, what is sent to it, and what plain Python makes of that."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from chalicelib.domain import counts
from chalicelib.table import counters
from tests.api.callers import Fields, Reply, Tenant

ZONE = ZoneInfo("Europe/Berlin")
VARIATIONS = ("0", "1", "2")


@dataclass(frozen=True)
class Shop:
    """Two live campaigns of three variations, an AAT, and an XAT of the first campaign."""

    tenant: Tenant
    write_key: str
    campaigns: list[Fields]
    aat: Fields
    xat: Fields

    @classmethod
    def opened(cls, tenant: Tenant) -> Self:
        key = tenant.admin.post("/v1/keys", {"scope": "collect"}).body["key"]
        tenant.admin.patch("/v1/account", {"time_zone": ZONE.key})
        variations = [{"name": f"Variation {each}", "weight": 33} for each in VARIATIONS]
        edit = tenant.edit
        campaigns = [
            edit.moved(edit.new_campaign(name, variations=variations), "live") for name in ("One", "Two")
        ]
        aat = edit.new_tracker(campaigns[0], "Add to cart", "aat")
        xat = edit.new_tracker(campaigns[0], "Buy", "xat")
        return cls(tenant, key, campaigns, aat, xat)

    def send(self, *events: Fields) -> Reply:
        """Send a request of events, once."""
        path = f"/v1/events?write_key={self.write_key}"
        body = json.dumps(list(events)).encode()
        return self.tenant.admin.send("POST", path, raw=body, headers={"Content-Type": "application/json"})

    def exposure(self, uuid: str, variation: str, number: int = 0, **fields: Any) -> Fields:
        """A visitor seeing a variation of one of the campaigns."""
        params = {"campaign_id": self.campaigns[number]["id"], "variation_id": variation}
        return {"action": "campaign.exposure", "uuid": uuid, "params": params, **fields}

    def click(self, uuid: str, tracker: str | None, *variations: str | None, **fields: Any) -> Fields:
        """A visitor's tracked action, who is in these variations of the campaigns, in their order."""
        pairs = zip(self.campaigns, variations, strict=False)
        known = {campaign["id"]: variation for campaign, variation in pairs if variation is not None}
        return {
            "action": "element.click",
            "uuid": uuid,
            "tracker_id": tracker,
            "campaigns": known,
            **fields,
        }

    def counted(self, number: int = 0) -> Counter[str]:
        """The totals of one of the campaigns, without those that are 0."""
        return +counts.merged(self.counted_by_day(number).values())

    def counted_by_day(self, number: int = 0) -> dict[str, Counter[str]]:
        return counters.days_of(self.tenant.id, self.campaigns[number]["id"])

    def expected(self, events: Iterable[Fields], number: int = 0) -> Counter[str]:
        """What the totals of a campaign must be, by the rules and nothing else.

        ``events`` are in the order in which they were sent: of those with the same id the last is the action,
        and what each of them made a visitor has been done.
        """
        campaign = self.campaigns[number]["id"]
        people: dict[str, set[str]] = defaultdict(set)
        seen: dict[str, set[str]] = defaultdict(set)
        acted: dict[str, list[str]] = {}
        for event in events:
            acted[event["id"]] = []
            if event["action"] == "campaign.exposure" and event["params"]["campaign_id"] == campaign:
                variation = event["params"]["variation_id"]
                people[counts.visitors(variation)].add(event["uuid"])
                seen[event["uuid"]].add(variation)
            tracker = self._counting(event.get("tracker_id"), number)
            if tracker is not None and campaign in event["campaigns"]:
                variation = event["campaigns"][campaign]
                people[counts.converters(tracker, variation)].add(event["uuid"])
                acted[event["id"]].append(counts.actions(tracker, variation))
                if event.get("fallback"):
                    acted[event["id"]].append(counts.actions_by_fallback(tracker, variation))
        several = sum(len(variations) > 1 for variations in seen.values())
        sizes = {name: len(uuids) for name, uuids in people.items()}
        actions = Counter(name for names in acted.values() for name in names)
        return +Counter({**sizes, **actions, counts.SEVERAL: several})

    def _counting(self, tracker: str | None, number: int) -> str | None:
        """The number of a tracker that counts in a campaign."""
        for known, where in ((self.aat, (0, 1)), (self.xat, (0,))):
            if tracker in (known["id"], str(known["number"])) and number in where:
                return str(known["number"])
        return None


def day_of(time: str) -> str:
    """The account's day of a time as it is sent."""
    return datetime.fromisoformat(time).replace(tzinfo=UTC).astimezone(ZONE).date().isoformat()
