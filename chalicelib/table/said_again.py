"""Events that were sent again and taken in by who knew less: they go on counting where they did.

In which campaigns an event counts depends on what intake knows when it comes. A process may be some seconds
behind, or the tracker deleted since, and then a mere retry overwrites the event with less. It still names the
campaign, though, among those it does not count in: so the campaign is put back into the event, which counts
in it again like any event that is overwritten with more. Each campaign is a write of its own, on condition
that the event still says so: whoever is quicker, and however often a record comes, it is put back once.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from chalicelib.settings import settings
from chalicelib.table import wire
from chalicelib.table.refusals import ConditionFailed
from chalicelib.table.wire import Item


def keep_counted(changes: Iterable[dict[str, Any]]) -> None:
    """Put back, into events that were overwritten, the campaigns they name again and counted in before.

    1 conditional write for each, which are few; none for all other changes.
    """
    for change in changes:
        new, old = change["NewImage"], change.get("OldImage", {})
        if "uncounted" not in new or new.get("tracker_id") != old.get("tracker_id"):
            continue
        for campaign_id, variation in old.get("campaigns", {"M": {}})["M"].items():
            if new["uncounted"]["M"].get(campaign_id) == variation:
                _put_back(old, campaign_id)


def _put_back(old: Item, campaign_id: str) -> None:
    request = {
        "TableName": settings().table,
        "Key": {name: old[name] for name in ("PK", "SK")},
        "UpdateExpression": "SET campaigns.#id = :variation, tracker = :tracker REMOVE uncounted.#id",
        # It still is an action of this tracker, in this campaign and variation.
        "ConditionExpression": "uncounted.#id = :variation AND tracker_id = :tracker_id",
        "ExpressionAttributeNames": {"#id": campaign_id},
        "ExpressionAttributeValues": {
            ":variation": old["campaigns"]["M"][campaign_id],
            ":tracker": old["tracker"],
            ":tracker_id": old["tracker_id"],
        },
    }
    with suppress(ConditionFailed):  # it was put back, sent again or erased meanwhile
        wire.wire().call("UpdateItem", request)
