"""Sessions that have begun, until their end is known: the browser's own, or one made in its place.

A session's item stands beside its visitor's events. While nobody knows its end the index lists it, so that
whoever looks for such sessions reads those alone. It outlives an end that was made: a browser that says the
end later, when its visitor is back, is believed, and the made one goes. Each step is a condition of its
write, and a made end is stored in one transaction with the note of it: a session has one end, whoever is
quicker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.domain.account import Account
from chalicelib.domain.event import Event, timestamp
from chalicelib.domain.session_end import END, LONGEST, START, Happened, end_id, session_ended_by
from chalicelib.settings import settings
from chalicelib.table import events, keys, wire
from chalicelib.table.catalogue import KnownAccount
from chalicelib.table.keys import INDEX, Key
from chalicelib.table.refusals import CANCELLED, ConditionFailed, WireError
from chalicelib.table.wire import Item

MADE = "made"
"""Of a session: the sort key of the end that was made. Of an event: that it was made so."""


class BegunSession(NamedTuple):
    """A session whose end nobody has said so far. ``place`` is where the index has it."""

    id: str
    profile: str
    uuid: str
    begun_at: datetime
    place: str


def note(inserts: Iterable[dict[str, Any]]) -> None:
    """Note which sessions begin and end with the new items of a stream; doing it again changes nothing.

    1 conditional write a session that begins, and 1 in the index; as much for one that ends.
    """
    for change in inserts:
        image: Item = change["NewImage"]
        action = image.get("action", {}).get("S")
        if action == START:
            _begin(image)
        elif action == END and MADE not in image:
            session_id = session_ended_by(_parts(image)[1])
            if session_id is not None:
                _end_said(image["PK"]["S"], session_id)


def some(account_id: str, shard: int, after: str, before: datetime, limit: int) -> list[BegunSession]:
    """Sessions that began before a time, those behind ``after`` in a shard of the index. 1 query."""
    answer = wire.wire().call(
        "Query",
        {
            "TableName": settings().table,
            "IndexName": INDEX,
            "Limit": limit,
            "KeyConditionExpression": "GSI1PK = :pk AND GSI1SK BETWEEN :low AND :high",
            "ExpressionAttributeValues": {
                ":pk": {"S": keys.open_sessions(account_id, shard)},
                ":low": {"S": f"{after}\0" if after else "0"},
                ":high": {"S": timestamp(before)},
            },
        },
    )
    return [_session(item) for item in answer["Items"]]


def events_of(session: BegunSession) -> Iterator[Happened]:
    """What its visitor did from its start on, for as long as a session may last. 1 query a MB taken."""
    low, high = keys.events_between(timestamp(session.begun_at), timestamp(session.begun_at + LONGEST))
    for item in wire.query_each(session.profile, low, high, attributes=("SK", "action")):
        time, event_id = _parts(item)
        yield Happened(datetime.fromisoformat(time), event_id, item["action"]["S"])


def forget(session: BegunSession) -> None:
    """Its end was said, or it is no more. 1 write unit."""
    with suppress(ConditionFailed):  # an end was made meanwhile, and is to be known
        _delete_session(keys.begun_session(session.profile, session.id), None)


def end(account: Account, session: BegunSession, at: datetime, now: datetime) -> bool:
    """Store an end of a session in the place of its browser's; whether there was none. 4 write units."""
    item = _made_end(account, session, at, now)
    place = keys.begun_session(session.profile, session.id)
    table = settings().table
    noted = {
        "TableName": table,
        "Key": _key(place),
        "UpdateExpression": f"SET {MADE} = :made REMOVE GSI1PK, GSI1SK",
        # Whose end was counted meanwhile is no longer there.
        "ConditionExpression": f"attribute_exists(PK) AND attribute_not_exists({MADE})",
        "ExpressionAttributeValues": {":made": item["SK"]},
    }
    put = {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(PK)"}
    try:
        wire.wire().call("TransactWriteItems", {"TransactItems": [{"Update": noted}, {"Put": put}]})
    except WireError as error:
        if error.wire_code != CANCELLED:
            raise
        return False
    return True


def _begin(image: Item) -> None:
    time, session_id = _parts(image)
    account_id, _, uuid = image["PK"]["S"].split("#", 2)
    listed = keys.open_session(account_id, uuid, time, session_id)
    item = {
        **_key(keys.begun_session(image["PK"]["S"], session_id)),
        "type": {"S": "begun_session"},
        "begun_at": {"S": time},
        "GSI1PK": {"S": listed.partition},
        "GSI1SK": {"S": listed.sort},
        "expires_at": image["expires_at"],
    }
    request = {
        "TableName": settings().table,
        "Item": item,
        "ConditionExpression": "attribute_not_exists(PK)",
    }
    with suppress(ConditionFailed):  # it is known, and so may be an end of it that was made
        wire.wire().call("PutItem", request)


def _end_said(profile: str, session_id: str) -> None:
    """The session has the end that its browser said: one that was made goes first."""
    place = keys.begun_session(profile, session_id)
    try:
        _delete_session(place, None)
    except ConditionFailed as error:
        found = [error.item] if error.item else wire.read_all([_key(place)])
        for item in found:
            _delete(Key(profile, item[MADE]["S"]))
            with suppress(ConditionFailed):
                _delete_session(place, item[MADE]["S"])


def _delete(place: Key) -> None:
    wire.wire().call("DeleteItem", {"TableName": settings().table, "Key": _key(place)})


def _delete_session(place: Key, made: str | None) -> None:
    """Delete a session with the made end that it is known to have, or none. Raises ConditionFailed."""
    request = {
        "TableName": settings().table,
        "Key": _key(place),
        "ConditionExpression": f"{MADE} = :made" if made else f"attribute_not_exists({MADE})",
        **({"ExpressionAttributeValues": {":made": {"S": made}}} if made else {}),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    wire.wire().call("DeleteItem", request)


def _made_end(account: Account, session: BegunSession, at: datetime, now: datetime) -> Item:
    """The end as an item: that of an event which says that it was inferred."""
    event = Event(
        id=end_id(session.id),
        action=END,
        label="",
        time=at,
        uuid=session.uuid,
        params={"inferred": True},
        params_json='{"inferred":true}',
        tracker=None,
        campaigns={},
    )
    known = KnownAccount(account.id, account.zone, account.time_zone, account.retention_days, (), 0.0)
    (item,) = events.items_of(known, event, now)
    return item | {MADE: {"BOOL": True}}


def _session(item: Item) -> BegunSession:
    profile = item["PK"]["S"]
    return BegunSession(
        id=item["SK"]["S"].split("#", 1)[1],
        profile=profile,
        uuid=profile.split("#", 2)[2],
        begun_at=datetime.fromisoformat(item["begun_at"]["S"]),
        place=item["GSI1SK"]["S"],
    )


def _key(place: Key) -> Item:
    return {"PK": {"S": place.partition}, "SK": {"S": place.sort}}


def _parts(image: Item) -> tuple[str, str]:
    """Time and id of an event's item."""
    _, time, event_id = image["SK"]["S"].split("#", 2)
    return time, event_id
