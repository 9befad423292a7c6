"""What was counted of a campaign, put where the counting puts it."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.counts import actions, converters, visitors
from chalicelib.table import keys, wire
from chalicelib.table.wire import Item
from tests.api.callers import Fields, Tenant


def load(tenant: Tenant, campaign: Fields, days: Mapping[str, Mapping[str, int]], shard: str = "s") -> None:
    """Store the counts of days, as one shard of the stream would have left them."""
    items: list[Item] = []
    for day, counts in days.items():
        key = keys.counts(tenant.id, campaign["id"], day, shard)
        values = {name: {"N": str(number)} for name, number in counts.items()}
        items.append({"PK": {"S": key.partition}, "SK": {"S": key.sort}, "type": {"S": "counts"}, **values})
    wire.write_all(items)


def saw(*numbers: int) -> dict[str, int]:
    """Visitors of the variations 0, 1 and so on."""
    return {visitors(str(each)): number for each, number in enumerate(numbers)}


def did(tracker: Fields, *numbers: int) -> dict[str, int]:
    """Unique converters of the variations, of whom each acted three times."""
    number = str(tracker["number"])
    own = {converters(number, str(each)): some for each, some in enumerate(numbers)}
    return own | {actions(number, str(each)): 3 * some for each, some in enumerate(numbers)}
