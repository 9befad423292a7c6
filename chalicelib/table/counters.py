"""Counters: each stream shard owns its own, and each keeps the sequence number it has counted up to.

A batch that is delivered again, or cut anew, adds only what is newer: the condition of the write compares
the sequence numbers. Counters of all shards merge with +.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from chalicelib.domain.counts import is_count, merged
from chalicelib.settings import settings
from chalicelib.table import keys, wire
from chalicelib.table.keys import Key
from chalicelib.table.wire import ConditionFailed, Item

SEQUENCE_DIGITS = 40


class Addition(NamedTuple):
    """One record's contribution: adds 1 to the count ``name`` of a campaign's day."""

    account_id: str
    campaign_id: str
    day: str
    name: str
    sequence: str


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


def days_of(account_id: str, campaign_id: str, first: str = "", last: str = "") -> dict[str, Counter[str]]:
    """A campaign's counts by day, of all shards. 1 query a MB: it grows with days, not with events."""
    partition, prefix = keys.counts(account_id, campaign_id)
    items = wire.query_all(partition, f"{prefix}{first}", f"{prefix}{last}{keys.LAST}")
    by_day: dict[str, list[Counter[str]]] = defaultdict(list)
    for item in items:
        by_day[item["SK"]["S"].split("#")[1]].append(counts_of(item))
    return {day: merged(parts) for day, parts in sorted(by_day.items())}


def counts_of(item: Item) -> Counter[str]:
    """The counts in a counter item."""
    return Counter({name: int(value["N"]) for name, value in item.items() if is_count(name)})


def _add(key: Key, additions: list[Addition]) -> None:
    """Add the whole group when all of it is newer than what was counted; else only what is."""
    pending = sorted(additions, key=_sequence)
    while pending:
        try:
            wire.wire().call("UpdateItem", _update(key, pending))
        except ConditionFailed as error:
            counted = error.item["last"]["S"] if error.item else _last(key)
            pending = [each for each in pending if _sequence(each) > counted]
        else:
            return


def _update(key: Key, additions: list[Addition]) -> dict[str, object]:
    counts = Counter(each.name for each in additions)
    names = {f"#{index}": name for index, name in enumerate(counts)}
    values: Item = {f":{index}": {"N": str(number)} for index, number in enumerate(counts.values())}
    values[":first"] = {"S": _sequence(additions[0])}
    values[":last"] = {"S": _sequence(additions[-1])}
    added = ", ".join(f"#{index} :{index}" for index in range(len(counts)))
    return {
        "TableName": settings().table,
        "Key": {"PK": {"S": key.partition}, "SK": {"S": key.sort}},
        "UpdateExpression": f"ADD {added} SET #last = :last, #type = :type",
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
