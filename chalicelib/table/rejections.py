"""Counts what intake refuses by day and reason, with the last example of each; see rejection_days.

An item a day: ``n.<reason>`` is the number, ``m.<reason>`` the last message and ``t.<reason>`` its time.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from chalicelib.domain.event import timestamp
from chalicelib.settings import settings
from chalicelib.table import keys, wire

KEPT = timedelta(days=90)
MOST_EXAMPLE = 200


def add(account_id: str, rejected: Counter[str], examples: dict[str, str], now: datetime) -> None:
    """Count refused events by their reasons. 1 write unit, whatever their number.

    A request that is sent again is counted again.
    """
    names = {"#type": "type"}
    values: dict[str, dict[str, str]] = {
        ":expires": {"N": str(int((now + KEPT).timestamp()))},
        ":at": {"S": timestamp(now)},
        ":type": {"S": "rejections"},
    }
    added, set_ = [], ["expires_at = :expires", "#type = :type"]
    for index, (code, number) in enumerate(rejected.items()):
        names |= {f"#n{index}": f"n.{code}", f"#m{index}": f"m.{code}", f"#t{index}": f"t.{code}"}
        values |= {f":n{index}": {"N": str(number)}, f":m{index}": {"S": examples[code][:MOST_EXAMPLE]}}
        added.append(f"#n{index} :n{index}")
        set_ += [f"#m{index} = :m{index}", f"#t{index} = :at"]
    key = keys.rejections(account_id, now.date().isoformat())
    wire.wire().call(
        "UpdateItem",
        {
            "TableName": settings().table,
            "Key": {"PK": {"S": key.partition}, "SK": {"S": key.sort}},
            "UpdateExpression": f"ADD {', '.join(added)} SET {', '.join(set_)}",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        },
    )
