"""What intake must know of an account to take its events in, kept in the process for a few seconds.

A change is seen within that time by all processes, and at once by the one that makes it: a key that is
revoked is refused, a list of actions heeded. Trackers and campaigns are looked up when an event first names
them, all of a request in one read; what was not there is looked up again soon, so that one made after that
is found.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.domain.api_key import Scope, Token
from chalicelib.domain.ids import id_meant, is_id
from chalicelib.table import keys, wire
from chalicelib.table.keys import Key
from chalicelib.table.wire import Item

if TYPE_CHECKING:
    from chalicelib.domain.tag import CompiledTag

KEPT = 5.0
"""Seconds that a change may take to be seen everywhere."""

MISSING_KEPT = 2.0
"""Seconds before what was not there is looked for again."""

MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class KnownTracker:
    """A tracker as intake sees it. ``campaign_id`` is None when every campaign may count its actions."""

    id: str
    number: str
    campaign_id: str | None


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site's domain, what events of it are let in, and the options of its tag."""

    id: str
    domain: str
    origins: frozenset[str]
    allow: tuple[str, ...]
    deny: tuple[str, ...]
    options: Mapping[str, str | bool]

    def has(self, hosts: Collection[str]) -> bool:
        """Whether one of the spellings of a host is the site's domain, or below it."""
        return any(host == self.domain or host.endswith("." + self.domain) for host in hosts if host)


@dataclass(slots=True)
class KnownAccount:
    """An account as intake sees it: what it needs to check, name, date and count events.

    Attributes:
        until: when this is read anew, on the clock of ``account_of``'s callers.
        trackers: those that events have named, by id.
        variations: those of the campaigns that events have named, each with its campaign's id.
        tags: its compiled tags, by write key and site.
        sought: when each tracker, and each campaign's variation, was last looked for in vain.
    """

    id: str
    zone: ZoneInfo
    time_zone: str
    retention_days: int
    sites: tuple[KnownSite, ...]
    until: float
    trackers: dict[str, KnownTracker] = field(default_factory=dict)
    variations: set[tuple[str, str]] = field(default_factory=set)
    sought: dict[tuple[str, ...], float] = field(default_factory=dict)
    tags: dict[tuple[str, str], CompiledTag] = field(default_factory=dict)

    def id_of(self, reference: str) -> str:
        """The id that a reference means: itself, or what the tag's number stands for."""
        return id_meant(self.id, reference)

    def learn(self, trackers: set[str], variations: set[tuple[str, str]], at: float) -> None:
        """Look up what is not known yet. 1 batch read, none when all is known."""
        new, unseen = trackers.difference(self.trackers), variations.difference(self.variations)
        if not (new or unseen):
            return
        missing: list[tuple[str, ...]] = [*((each,) for each in new), *unseen]
        unknown = {each: key for each in missing if (key := self._key(each, at)) is not None}
        if not unknown:
            return
        wanted = dict.fromkeys(unknown.values())
        for item in wire.read_all([{"PK": {"S": key.partition}, "SK": {"S": key.sort}} for key in wanted]):
            self._keep(item)
        if len(self.sought) > MOST_KEPT:
            self.sought.clear()
        self.sought.update(dict.fromkeys(unknown, at))

    def _key(self, wanted: tuple[str, ...], at: float) -> Key | None:
        """Where to look for a tracker or a campaign; None for what is nowhere, as was just seen."""
        if not all(map(is_id, wanted)) or at < self.sought.get(wanted, -MISSING_KEPT) + MISSING_KEPT:
            return None
        return (keys.tracker if len(wanted) == 1 else keys.campaign)(self.id, wanted[0])

    def _keep(self, item: Item) -> None:
        if "going" in item:
            return
        item_id = item["id"]["S"]
        if item["type"]["S"] == "tracker":
            own = None if item["kind"]["S"] == "aat" else item["campaign_id"]["S"]
            self.trackers[item_id] = KnownTracker(item_id, item["number"]["N"], own)
        else:
            self.variations.update((item_id, each["M"]["id"]["S"]) for each in item["variations"]["L"])


_accounts: dict[str, KnownAccount] = {}
_unknown: dict[str, float] = {}
"""Until when a write key that opens nothing is not looked for: pages go on sending with a revoked one."""


def account_of(write_key: str, at: float) -> KnownAccount | None:
    """The account that a write key collects for, or None. ``at`` is a monotonic clock's time in seconds.

    No read within 5 seconds of the last, or 2 for a key that opens none; else 2.
    """
    known = _accounts.get(write_key)
    if known is not None and at < known.until:
        return known
    token = Token.parse(write_key)
    if token is None or at < _unknown.get(write_key, at):
        return None
    _drop_expired(at)
    known = _loaded(token, at + KEPT)
    if known is None:
        _accounts.pop(write_key, None)
        _unknown[write_key] = at + MISSING_KEPT
    else:
        _accounts[write_key] = known
    return known


def forget(account_id: str | None = None) -> None:
    """Forget an account, since it has changed; all of them, as a new process has."""
    for write_key in [key for key, known in _accounts.items() if account_id in (None, known.id)]:
        del _accounts[write_key]
    _unknown.clear()


def _drop_expired(at: float) -> None:
    """Keep no more of either than there is room for, and no unknown key for longer than it is heeded."""
    for write_key in [key for key, until in _unknown.items() if until <= at]:
        _unknown.pop(write_key, None)
    for kept in (_accounts, _unknown):
        if len(kept) >= MOST_KEPT:
            kept.clear()


def _loaded(token: Token, until: float) -> KnownAccount | None:
    wanted = [keys.api_key(token.account_id, token.key_id), keys.account(token.account_id)]
    found = wire.read_all([{"PK": {"S": key.partition}, "SK": {"S": key.sort}} for key in wanted])
    by_type = {item["type"]["S"]: item for item in found}
    key, account = by_type.get("api_key"), by_type.get("account")
    if key is None or account is None or key["scope"]["S"] != Scope.COLLECT:
        return None
    if not hmac.compare_digest(key["digest"]["S"], token.digest()):
        return None
    sites = wire.query_all(keys.site(token.account_id, "").partition, "\0", keys.LAST)
    return KnownAccount(
        id=token.account_id,
        zone=ZoneInfo(account["time_zone"]["S"]),
        time_zone=account["time_zone"]["S"],
        retention_days=int(account["retention_days"]["N"]),
        sites=tuple(_site(item) for item in sites),
        until=until,
    )


def _site(item: Item) -> KnownSite:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(each["S"] for each in item[name]["L"])

    options = item.get("options", {}).get("M", {})
    return KnownSite(
        id=item["id"]["S"],
        domain=item["domain"]["S"],
        origins=frozenset(texts("origins")),
        allow=texts("allow"),
        deny=texts("deny"),
        options={name: next(iter(value.values())) for name, value in options.items()},
    )
