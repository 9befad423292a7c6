"""Remembers which events came last, for the feed of the account; see feed, which reads it.

A batch of the stream leaves the keys of its last events in one of 32 items, in place of the oldest as far as
this process knows: one that counts alone keeps the last 32 batches. A batch that is delivered again is
remembered twice, which shows nowhere. Keys alone are kept, so that an event that was erased is gone from the
feed at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.table import keys, wire
from chalicelib.table.wire import Item

SLOTS = 32
MOST = 25
"""Events remembered of a batch, as many as some visitors who come at once send: 3 KB of keys."""

KEPT = timedelta(days=1)
MOST_ACCOUNTS = 1000
"""Whose turns a process knows; with more of them it looks anew."""

_turns: dict[str, Iterator[int]] = {}
"""By account, which item is to be written over next."""


def keep(inserts: Iterable[dict[str, Any]]) -> None:
    """Remember the last events among new items of a stream, by account.

    1 write unit a KB and account; 1 query more of every 32nd batch.
    """
    by_account: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for change in inserts:
        if change["NewImage"]["type"]["S"] == "event":
            by_account[change["NewImage"]["PK"]["S"].split("#", 1)[0]].append(change)
    now = datetime.now(UTC)
    written = {
        "written_at": {"S": now.isoformat(timespec="microseconds")},
        "expires_at": {"N": str(int((now + KEPT).timestamp()))},
    }
    wire.write_all(
        [_item(account_id, changes[-MOST:]) | written for account_id, changes in by_account.items()]
    )


def forget() -> None:
    """Look anew, as a new process does."""
    _turns.clear()


def _turn(account_id: str) -> int:
    slot = next(_turns.get(account_id, iter(())), None)
    if slot is None:  # all were written over by this process, or none: others may have written since
        if len(_turns) >= MOST_ACCOUNTS:
            _turns.clear()
        _turns[account_id] = iter(_oldest_first(account_id))
        slot = next(_turns[account_id])
    return slot


def _oldest_first(account_id: str) -> list[int]:
    there = wire.query_all(keys.recent(account_id).partition, "0", keys.LAST)
    written = {int(item["SK"]["S"]): item["written_at"]["S"] for item in there if "written_at" in item}
    return sorted(range(SLOTS), key=lambda slot: written.get(slot, ""))


def _item(account_id: str, changes: list[dict[str, Any]]) -> Item:
    key = keys.recent(account_id, _turn(account_id))
    places = [
        {"S": change["NewImage"]["SK"]["S"] + "\n" + change["NewImage"]["PK"]["S"].split("#", 2)[2]}
        for change in changes
    ]
    return {
        "PK": {"S": key.partition},
        "SK": {"S": key.sort},
        "type": {"S": "recent"},
        "events": {"L": places},
    }
