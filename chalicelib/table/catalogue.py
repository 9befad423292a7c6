"""What intake must know of an account to take its events in, kept in the process for a minute.

A key that is revoked is refused within that minute. Trackers and campaigns are looked up when an event first
names them, all of a request in one read; a tracker made after that is found at once, since what was not
there is looked up again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from chalicelib.domain.api_key import Scope, Token
from chalicelib.domain.ids import is_id, is_number, numbered_id
from chalicelib.table import keys, wire
from chalicelib.table.wire import Item

KEPT = 60.0
MISSING_KEPT = 2.0
MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class KnownTracker:
    """A tracker as intake sees it. ``campaign_id`` is None when every campaign may count its actions."""

    id: str
    number: str
    campaign_id: str | None


@dataclass(frozen=True, slots=True)
class KnownCampaign:
    """A campaign as intake sees it."""

    id: str
    variations: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site's domain, and what events of it are let in."""

    domain: str
    origins: frozenset[str]
    allow: tuple[str, ...]
    deny: tuple[str, ...]


@dataclass(slots=True)
class KnownAccount:
    """An account as intake sees it: what it needs to check, name, date and count events."""

    id: str
    zone: ZoneInfo
    retention_days: int
    sites: tuple[KnownSite, ...]
    until: float
    trackers: dict[str, KnownTracker | None] = field(default_factory=dict)
    campaigns: dict[str, KnownCampaign | None] = field(default_factory=dict)
    missing_until: float = 0.0

    @property
    def origins(self) -> frozenset[str]:
        """Origins its write keys work from in browsers; empty when there is no limit."""
        return frozenset().union(*(site.origins for site in self.sites))

    def id_of(self, reference: str) -> str:
        """The id that a reference means: itself, or what the tag's number stands for."""
        return numbered_id(self.id, int(reference)) if is_number(reference) else reference

    def learn(self, trackers: Iterable[str], campaigns: Iterable[str]) -> None:
        """Look up the ids that are not known yet. 1 batch read, none when all are known."""
        self._forget_missing()
        unknown = [keys.tracker(self.id, each) for each in trackers if each not in self.trackers]
        unknown += [keys.campaign(self.id, each) for each in campaigns if each not in self.campaigns]
        if not unknown:
            return
        for each in unknown:
            _, family, item_id = each.partition.split("#", 2)
            (self.trackers if family == "TRACKER" else self.campaigns)[item_id] = None
        for item in wire.read_all([{"PK": {"S": key.partition}, "SK": {"S": key.sort}} for key in unknown]):
            self._keep(item)

    def _forget_missing(self) -> None:
        """What was not there a moment ago may be there now; and no sender can fill the memory."""
        now = time.monotonic()
        full = len(self.trackers) + len(self.campaigns) > MOST_KEPT
        if now < self.missing_until and not full:
            return
        self.missing_until = now + MISSING_KEPT
        self.trackers = {} if full else {i: known for i, known in self.trackers.items() if known}
        self.campaigns = {} if full else {i: known for i, known in self.campaigns.items() if known}

    def _keep(self, item: Item) -> None:
        if "going" in item:
            return
        item_id = item["id"]["S"]
        if item["type"]["S"] == "tracker":
            own = None if item["kind"]["S"] == "aat" else item["campaign_id"]["S"]
            self.trackers[item_id] = KnownTracker(item_id, item["number"]["N"], own)
        else:
            variations = frozenset(each["M"]["id"]["S"] for each in item["variations"]["L"])
            self.campaigns[item_id] = KnownCampaign(item_id, variations)


_accounts: dict[str, KnownAccount] = {}


def account_of(write_key: str) -> KnownAccount | None:
    """The account that a write key collects for, or None. No read within a minute of the last; else 2."""
    now = time.monotonic()
    known = _accounts.get(write_key)
    if known is not None and now < known.until:
        return known
    if len(_accounts) >= MOST_KEPT:
        _accounts.clear()
    known = _loaded(write_key, now + KEPT)
    if known is None:
        _accounts.pop(write_key, None)
    else:
        _accounts[write_key] = known
    return known


def forget() -> None:
    """Forget everything, as a new process has."""
    _accounts.clear()


def _loaded(write_key: str, until: float) -> KnownAccount | None:
    token = Token.parse(write_key)
    if token is None or not (is_id(token.account_id) and is_id(token.key_id)):
        return None
    wanted = [keys.api_key(token.account_id, token.key_id), keys.account(token.account_id)]
    found = wire.read_all([{"PK": {"S": key.partition}, "SK": {"S": key.sort}} for key in wanted])
    by_type = {item["type"]["S"]: item for item in found}
    key, account = by_type.get("api_key"), by_type.get("account")
    if key is None or account is None or key["digest"]["S"] != token.digest():
        return None
    if key["scope"]["S"] != Scope.COLLECT:
        return None
    sites = wire.query_all(keys.site(token.account_id, "").partition, "\0", keys.LAST)
    return KnownAccount(
        id=token.account_id,
        zone=ZoneInfo(account["time_zone"]["S"]),
        retention_days=int(account["retention_days"]["N"]),
        sites=tuple(_site(item) for item in sites),
        until=until,
    )


def _site(item: Item) -> KnownSite:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(each["S"] for each in item[name]["L"])

    return KnownSite(item["domain"]["S"], frozenset(texts("origins")), texts("allow"), texts("deny"))
