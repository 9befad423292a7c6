"""Remembers which events came last, for the feed of the account; see feed, which reads it.

A batch of the stream leaves the keys of its last events in one of 32 items, chosen by its sequence number: a
batch that is delivered again lands on the same one. Keys alone are kept, so that an event that was erased is
gone from the feed at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.table import keys, wire
from chalicelib.table.wire import Item

SLOTS = 32
MOST = 8
"""Events remembered of a batch: their keys are hardly more than a KB."""

KEPT = timedelta(days=1)


def keep(inserts: Iterable[dict[str, Any]]) -> None:
    """Remember the last events among new items of a stream, by account. 1 write unit a KB and account."""
    by_account: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for change in inserts:
        if change["NewImage"]["type"]["S"] == "event":
            by_account[change["NewImage"]["PK"]["S"].split("#", 1)[0]].append(change)
    expires = str(int((datetime.now(UTC) + KEPT).timestamp()))
    wire.write_all(
        [
            _item(account_id, changes[-MOST:]) | {"expires_at": {"N": expires}}
            for account_id, changes in by_account.items()
        ]
    )


def _item(account_id: str, changes: list[dict[str, Any]]) -> Item:
    key = keys.recent(account_id, int(changes[-1]["SequenceNumber"]) % SLOTS)
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
