"""The table's stream, read as Lambda's poller reads it: shard by shard, each record in its place.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html. The answers are read as they
are, without botocore, which would take longer to parse a record than it takes to count it.
"""

import os
from collections.abc import Iterator
from typing import Any

import botocore.session

from chalicelib.table.refusals import WireError
from chalicelib.table.wire import Wire

STREAMS_API = "DynamoDBStreams_20120810"
_LOST = {"ExpiredIteratorException", "TrimmedDataAccessException"}
"""Errors of an iterator that has lost its place: it was not used for 15 minutes, or its records are gone."""

Record = dict[str, Any]


def connected() -> Wire:
    """Return a wire to the streams of the emulator that the environment names."""
    session = botocore.session.get_session()
    region = str(session.get_config_variable("region"))
    return Wire(os.environ["AWS_ENDPOINT_URL"], region, session.get_credentials(), STREAMS_API)


def arn_of(wire: Wire, table: str) -> str:
    """Return the name of the table's stream."""
    [stream] = wire.call("ListStreams", {"TableName": table})["Streams"]
    return str(stream["StreamArn"])


def shards_of(wire: Wire, arn: str) -> Iterator[str]:
    """Yield the ids of all shards there are now."""
    request = {"StreamArn": arn}
    while True:
        page = wire.call("DescribeStream", request)["StreamDescription"]
        for shard in page["Shards"]:
            yield shard["ShardId"]
        if "LastEvaluatedShardId" not in page:
            return
        request["ExclusiveStartShardId"] = page["LastEvaluatedShardId"]


class Shard:
    """A place in a shard: behind the record with the sequence number ``after``, or at the oldest record."""

    def __init__(self, wire: Wire, arn: str, shard_id: str, after: str | None) -> None:
        self.id = shard_id
        self.after = after
        self._wire = wire
        self._arn = arn
        self._iterator: str | None = None
        self._closed = False

    def read(self) -> list[Record]:
        """Return the records that come next, at most 1,000 or 1 MB; none when there are none yet.

        Whoever has dealt with a record sets ``after`` to it: reading goes on there when the place is lost.
        """
        if self._closed:
            return []
        try:
            answer = self._wire.call("GetRecords", {"ShardIterator": self._iterator or self._sought()})
        except WireError as error:
            if error.wire_code not in _LOST:
                raise
            self._iterator = None
            return []
        self._iterator = answer.get("NextShardIterator")
        self._closed = self._iterator is None
        return [{**record, "eventSourceARN": self._arn} for record in answer["Records"]]

    def _sought(self) -> str:
        """Return an iterator at this place; at the oldest record when what stood here is gone.

        Records that come again do no harm: every counter knows the last one it has added.
        """
        try:
            return self._iterator_at(self.after)
        except WireError as error:
            if error.wire_code not in _LOST:
                raise
            return self._iterator_at(None)

    def _iterator_at(self, after: str | None) -> str:
        place = {"ShardIteratorType": "TRIM_HORIZON"}
        if after is not None:
            place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}
        request = {"StreamArn": self._arn, "ShardId": self.id, **place}
        return str(self._wire.call("GetShardIterator", request)["ShardIterator"])
