"""How trackers are, told from the counts of campaigns; and which of them were alarming at the last look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from pynamodb.attributes import JSONAttribute, UTCDateTimeAttribute

from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.health import Health, Pulse, Received, recent_from
from chalicelib.table import campaigns, counters, keys, stored
from chalicelib.table.keys import INDEX
from chalicelib.table.rows import Row
from chalicelib.table.tracker_rows import Place, place_of

MOST_CAMPAIGNS = 100
"""How many of the newest campaigns are looked at, and of the newest that are live."""


class AlarmingRow(Row, discriminator="alarming_trackers"):
    tracker_ids = JSONAttribute()
    changed_at = UTCDateTimeAttribute()


def of_account(account: Account, now: datetime) -> Pulse:
    """What is known of all trackers. 2 queries, 1 batch read, and 1 query a campaign that was live."""
    live = campaigns.listed(account.id, Status.LIVE, MOST_CAMPAIGNS, None).items
    newest = campaigns.listed(account.id, None, MOST_CAMPAIGNS, None).items
    # The newest are read as they are; the index, which follows within a moment, adds the older ones.
    known = {each.id: each for each in (*live, *newest)}
    started = [each for each in known.values() if each.first_live_at is not None]
    return Pulse(
        received=_received(account.id, started, recent_from(now, account.zone)),
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
    return map(place_of, stored.listed(partition, prefix, index=INDEX))


def alarming_before(account_id: str) -> dict[Health, list[str]]:
    """Ids of the trackers that were alarming at the last look, in order; nothing before the first. 1 read."""
    row = AlarmingRow.find(keys.alarming_trackers(account_id))
    return {Health(health): tracker_ids for health, tracker_ids in row.tracker_ids.items()} if row else {}


def keep_alarming(account_id: str, tracker_ids: Mapping[Health, list[str]], now: datetime) -> None:
    """Remember which are alarming, for the next look. 1 write unit a KB, which holds 40."""
    AlarmingRow.at(keys.alarming_trackers(account_id), tracker_ids=dict(tracker_ids), changed_at=now).save()


def _received(account_id: str, started: Iterable[Campaign], recent: str) -> dict[int, Received]:
    """What trackers have received in all campaigns, by their numbers. 1 query a campaign."""
    last: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for campaign in started:
        days, counted_there = counters.actions_in(account_id, campaign.id, recent)
        counted.update(counted_there)
        for tracker, day in days.items():
            if last.get(tracker, "") < day:
                last[tracker] = day
    lately: dict[str, Counter[str]] = {"a": Counter(), "f": Counter()}
    for name, number in counted.items():
        family, tracker, _ = name.split(".", 2)
        lately[family][tracker] += number
    return {int(each): Received(day, lately["a"][each], lately["f"][each]) for each, day in last.items()}
