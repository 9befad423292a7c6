"""What intake refused, counted by day and reason, with the last example of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.event import timestamp
from chalicelib.settings import settings
from chalicelib.table import keys, wire

KEPT = timedelta(days=90)
MOST_EXAMPLE = 200


@dataclass(frozen=True, slots=True)
class Rejection:
    """One reason on one day (UTC): how many events, and the message and time of the last."""

    day: str
    code: str
    count: int
    last_message: str
    last_at: str


def add(account_id: str, rejected: Counter[str], examples: dict[str, str], now: datetime) -> None:
    """Count refused events by their reasons. 1 write unit, whatever their number."""
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


def since(account_id: str, first_day: str) -> list[Rejection]:
    """What was refused from a day on, newest first. 1 query."""
    partition = keys.rejections(account_id).partition
    found = []
    for item in reversed(wire.query_all(partition, first_day, keys.LAST)):
        codes = sorted(name[2:] for name in item if name.startswith("n."))
        found += [
            Rejection(
                day=item["SK"]["S"],
                code=code,
                count=int(item[f"n.{code}"]["N"]),
                last_message=item[f"m.{code}"]["S"],
                last_at=item[f"t.{code}"]["S"],
            )
            for code in codes
        ]
    return found
