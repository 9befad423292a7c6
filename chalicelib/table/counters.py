"""Counters: each stream shard owns its own, and each keeps the sequence number it has counted up to.

A batch that is delivered again, or cut anew, adds only what is newer: the condition of the write compares
the sequence numbers. Counters of all shards merge with +.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from chalicelib.domain.counts import ACTIONS, is_count, merged, without
from chalicelib.errors import Unavailable
from chalicelib.settings import settings
from chalicelib.table import histories, keys, wire
from chalicelib.table.keys import Key
from chalicelib.table.refusals import ConditionFailed
from chalicelib.table.wire import Item

SEQUENCE_DIGITS = 40
MOST_COUNTS = 200
"""How many counts one update adds to: an update expression has at most 4 KB and 300 operators."""

CORRECTION = "recount"
"""Stands for a stream shard in the key of the counter that a recount corrects the others with."""

EMPTIED_AT = "emptied_at"
"""Of a counter that was rolled up and has counted nothing since: when that was."""

LAST_LOSS = "last_loss"
"""Of a counter that has ever taken something away: the sequence number of the last record that did."""


class Addition(NamedTuple):
    """One record's contribution to a campaign's day: 1 more for each count of ``names``, 1 less of ``lost``.

    Both may have a count: then it stays as it is.
    """

    account_id: str
    campaign_id: str
    day: str
    names: tuple[str, ...]
    sequence: str
    lost: tuple[str, ...] = ()


def add(stream_shard: str, additions: Iterable[Addition]) -> int:
    """Add what has not been added yet; how many counters were written.

    1 write unit a KB of each counter, of one campaign's day each; 1 more for each that had some of it.
    """
    by_counter: dict[Key, list[Addition]] = defaultdict(list)
    for each in additions:
        by_counter[keys.counts(each.account_id, each.campaign_id, each.day, stream_shard)].append(each)
    for key, group in by_counter.items():
        _add(key, group)
    return len(by_counter)


class Correction(NamedTuple):
    """What a recount has added to a day so far, and the token of the repair that wrote it."""

    counts: Counter[str]
    token: str


class Counted(NamedTuple):
    """A campaign's counts by day, of all shards and of closed days, and the corrections among them.

    ``erased`` is what they say of people who were erased since, ``gone`` the numbers of trackers whose data
    was deleted: nothing is said of those. ``losses`` are the last records that took actions away, by counter.
    """

    days: dict[str, Counter[str]]
    corrections: dict[str, Correction]
    erased: dict[str, Counter[str]]
    gone: frozenset[str]
    losses: dict[str, str]


def days_of(account_id: str, campaign_id: str) -> dict[str, Counter[str]]:
    """A campaign's counts by day, of all shards. 1 query a MB: it grows with days, not with events."""
    return counted(account_id, campaign_id).days


def total_of(account_id: str, campaign_id: str, names: Collection[str] | None = None) -> Counter[str]:
    """A campaign's counts, or those of some names, of all its days together. 1 query a MB."""
    open_days, closed, gone = _parts(account_id, campaign_id)
    total: Counter[str] = Counter()
    for _, item in open_days:
        wanted = item if names is None else {name: item[name] for name in names if name in item}
        total.update(counts_of(wanted))
    for item in closed:
        total.update(histories.totals_in(item, names))
    return without(total, gone)


def actions_in(account_id: str, campaign_id: str, since: str) -> tuple[dict[str, str], Counter[str]]:
    """The ISO date of each tracker's last actions in a campaign, by its number; and what was counted since.

    1 query a MB.
    """
    open_days, closed, gone = _parts(account_id, campaign_id)
    months = [histories.held_in(item) for item in closed]
    places = Counter(chain({day for day, _ in open_days}, *(month.days for month in months)))
    # What one part has of a day another may take away again: such days, of which there are few, are summed.
    summed: dict[str, Counter[str]] = defaultdict(Counter)
    for day, item in open_days:
        summed[day].update({name: int(item[name]["N"]) for name in item if name.startswith(ACTIONS)})
    last: dict[str, str] = {}
    lately: Counter[str] = Counter()
    for month in months:
        spread = {day for day in month.days if places[day] > 1}
        for day, counted in histories.taken_out(month, spread, ACTIONS).items():
            summed[day].update(counted)
        days, sums = histories.seen_in(month, ACTIONS, since)
        _keep_later(last, days)
        lately.update(sums)
    for day, counted in summed.items():
        _keep_later(last, {name: day for name, number in counted.items() if number})
        lately.update(counted if day >= since else {})
    return {tracker: day for tracker, day in last.items() if tracker not in gone}, without(lately, gone)


def _keep_later(last: dict[str, str], days: Mapping[str, str]) -> None:
    """Note by the number of the tracker what is known by the names of its counts."""
    for name, day in days.items():
        tracker = name.split(".", 2)[1]
        if last.get(tracker, "") < day:
            last[tracker] = day


def counted(account_id: str, campaign_id: str) -> Counted:
    """A campaign's counts by day, with the corrections in them. 1 query a MB."""
    by_day: dict[str, list[Counter[str]]] = defaultdict(list)
    erased, corrections, gone, losses = {}, {}, set(), {}
    for item in _items(account_id, campaign_id):
        family, first, *shard = item["SK"]["S"].split("#", 2)
        if family == "GONE":
            gone.add(first)
        elif family == "ERASED":
            erased[first] = counts_of(item)
        elif family == "HISTORY":
            for day, counts in histories.days_in(item).items():
                by_day[day].append(counts)
        else:
            by_day[first].append(counts_of(item))
            if shard == [CORRECTION]:
                corrections[first] = Correction(counts_of(item), item["last"]["S"])
            if LAST_LOSS in item:
                losses[item["SK"]["S"]] = item[LAST_LOSS]["S"]
    days = {day: without(merged(parts), gone) for day, parts in sorted(by_day.items())}
    left = {day: without(counts, gone) for day, counts in erased.items()}
    return Counted(
        {day: counts for day, counts in days.items() if counts}, corrections, left, frozenset(gone), losses
    )


class _Parts(NamedTuple):
    """Where a campaign's counts are: counters with their days, history, and trackers whose data is gone."""

    open_days: list[tuple[str, Item]]
    closed: list[Item]
    gone: set[str]


def _parts(account_id: str, campaign_id: str) -> _Parts:
    parts = _Parts([], [], set())
    for item in _items(account_id, campaign_id):
        family, first, *_ = item["SK"]["S"].split("#", 2)
        if family == "DAY":
            parts.open_days.append((first, item))
        elif family == "HISTORY":
            parts.closed.append(item)
        elif family == "GONE":
            parts.gone.add(first)
    return parts


def _items(account_id: str, campaign_id: str) -> list[Item]:
    return wire.query_all(keys.counts(account_id, campaign_id).partition, *keys.COUNTS)


def counts_of(item: Item) -> Counter[str]:
    """The counts in a counter item."""
    return Counter({name: int(value["N"]) for name, value in item.items() if is_count(name)})


def correct(
    account_id: str,
    campaign_id: str,
    corrections: Mapping[str, Counter[str]],
    known: Mapping[str, Correction],
    token: str,
) -> None:
    """Add corrections to days. ``known`` are those there were when it was decided what to add.

    Raises Unavailable when another repair was quicker. 1 write unit a KB of each day.
    """
    for day, counts in corrections.items():
        before = known.get(day)
        total = merged([counts, before.counts] if before else [counts])
        request = _replacement(keys.counts(account_id, campaign_id, day, CORRECTION), total, before, token)
        try:
            wire.wire().call("PutItem", request)
        except ConditionFailed as error:
            # This very write may have come through without its answer.
            if error.item is None or error.item["last"]["S"] != token:
                raise Unavailable("Another recount has repaired this campaign meanwhile.") from error


def _replacement(key: Key, total: Counter[str], before: Correction | None, token: str) -> dict[str, object]:
    """A put of a correction in place of the one that was read, if it is still that one."""
    request: dict[str, object] = {
        "TableName": settings().table,
        "Item": {
            "PK": {"S": key.partition},
            "SK": {"S": key.sort},
            "type": {"S": "counts"},
            "last": {"S": token},
            **{name: {"N": str(number)} for name, number in total.items()},
        },
        "ConditionExpression": "attribute_not_exists(PK)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if before is None:
        return request
    return request | {
        "ConditionExpression": "#last = :last",
        "ExpressionAttributeNames": {"#last": "last"},
        "ExpressionAttributeValues": {":last": {"S": before.token}},
    }


def _add(key: Key, additions: list[Addition]) -> None:
    """Add a group in the order of the stream, in as many updates as it takes."""
    pending: list[Addition] = []
    names: set[str] = set()
    for each in sorted(additions, key=_sequence):
        # A record is added as a whole: with its sequence number the counter has counted it.
        if pending and len(names.union(each.names, each.lost)) > MOST_COUNTS:
            _add_some(key, pending)
            pending, names = [], set()
        pending.append(each)
        names.update(each.names, each.lost)
    _add_some(key, pending)


def _add_some(key: Key, pending: list[Addition]) -> None:
    """Add all when all of it is newer than what was counted; else only what is."""
    while pending:
        try:
            wire.wire().call("UpdateItem", _update(key, pending))
        except ConditionFailed as error:
            counted = error.item["last"]["S"] if error.item else _last(key)
            pending = [each for each in pending if _sequence(each) > counted]
        else:
            return


def _update(key: Key, additions: list[Addition]) -> dict[str, object]:
    total = Counter(name for each in additions for name in each.names)
    total.subtract(name for each in additions for name in each.lost)
    numbers = {name: number for name, number in total.items() if number}
    names = {f"#{index}": name for index, name in enumerate(numbers)}
    values: Item = {f":{index}": {"N": str(number)} for index, number in enumerate(numbers.values())}
    values[":first"] = {"S": _sequence(additions[0])}
    values[":last"] = {"S": _sequence(additions[-1])}
    added = ", ".join(f"#{index} :{index}" for index in range(len(numbers)))
    changes = ["#last = :last", "#type = :type"]
    if losing := [each for each in additions if each.lost]:
        changes.append(f"{LAST_LOSS} = :loss")
        values[":loss"] = {"S": _sequence(losing[-1])}
    return {
        "TableName": settings().table,
        "Key": {"PK": {"S": key.partition}, "SK": {"S": key.sort}},
        "UpdateExpression": f"{added and f'ADD {added} '}SET {', '.join(changes)} REMOVE {EMPTIED_AT}",
        # Everything here is newer than the last record this shard has added to this counter.
        "ConditionExpression": "attribute_not_exists(#last) OR #last < :first",
        "ExpressionAttributeNames": {**names, "#last": "last", "#type": "type"},
        "ExpressionAttributeValues": {**values, ":type": {"S": "counts"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _last(key: Key) -> str:
    """The sequence number counted up to, for stores that do not return it with the refusal."""
    [item] = wire.read_all([{"PK": {"S": key.partition}, "SK": {"S": key.sort}}])
    return str(item["last"]["S"])


def _sequence(addition: Addition) -> str:
    """Sequence numbers are decimal numbers of different lengths: padded, they sort as text."""
    return addition.sequence.zfill(SEQUENCE_DIGITS)
