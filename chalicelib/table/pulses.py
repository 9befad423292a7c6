"""How trackers are, told from the counts of campaigns; and which of them were silent at the last look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import JSONAttribute, UTCDateTimeAttribute

from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.health import Pulse
from chalicelib.domain.ids import number_in
from chalicelib.domain.tracker import Kind
from chalicelib.table import campaigns, counters, keys, wire
from chalicelib.table.rows import INDEX, Row

MOST_CAMPAIGNS = 100
"""How many of the newest campaigns are looked at, and of the newest that are live."""


class SilentRow(Row, discriminator="silent_trackers"):
    tracker_ids = JSONAttribute()
    changed_at = UTCDateTimeAttribute()


@dataclass(frozen=True, slots=True)
class Place:
    """A tracker's kind and where it was made, as its name in the index tells."""

    id: str
    kind: Kind
    campaign_id: str

    @property
    def number(self) -> int:
        """What the counts call it."""
        return number_in(self.id)


def of_account(account: Account, now: datetime) -> Pulse:
    """What is known of all trackers. 2 queries, 1 batch read, and 1 query a campaign that was live."""
    live = campaigns.listed(account.id, Status.LIVE, MOST_CAMPAIGNS, None).items
    newest = campaigns.listed(account.id, None, MOST_CAMPAIGNS, None).items
    # The newest are read as they are; the index, which follows within a moment, adds the older ones.
    known = {each.id: each for each in (*live, *newest)}
    started = [each for each in known.values() if each.first_live_at is not None]
    return Pulse(
        last_days=_last_days(account.id, started),
        live={
            each.id: each.live_since or each.updated_at
            for each in known.values()
            if each.status is Status.LIVE
        },
        now=now,
        zone=account.zone,
    )


def places(account_id: str) -> Iterator[Place]:
    """All trackers of the account, from the names in the index alone. 1 query a MB, which holds 4,000."""
    partition, prefix = keys.account_tracker_name(account_id, keys.tracker_names())
    for item in wire.query_all(partition, prefix, prefix + keys.LAST, index=INDEX):
        kind = Kind(item["SK"]["S"].split("#", 2)[1])
        yield Place(item["tracker_id"]["S"], kind, item["PK"]["S"].rpartition("#")[2])


def silent_before(account_id: str) -> frozenset[str]:
    """Ids of the trackers that were silent at the last look; none before the first. 1 read."""
    row = SilentRow.find(keys.silent_trackers(account_id))
    return frozenset(row.tracker_ids if row else ())


def keep_silent(account_id: str, tracker_ids: Iterable[str], now: datetime) -> None:
    """Remember which are silent, for the next look. 1 write unit a KB, which holds 40."""
    key = keys.silent_trackers(account_id)
    SilentRow.at(key, tracker_ids=sorted(tracker_ids), changed_at=now).save()


def _last_days(account_id: str, started: Iterable[Campaign]) -> dict[int, str]:
    """ISO dates of last actions by the number of the tracker."""
    last: dict[int, str] = {}
    for campaign in started:
        for day, counted in counters.days_of(account_id, campaign.id).items():
            for name in counted:
                family, _, rest = name.partition(".")
                if family == "a":
                    number = int(rest.partition(".")[0])
                    last[number] = max(last.get(number, ""), day)
    return last
