"""A store that answers at once: what a function spends on its own beside it is the function's.

`python -m infra.bench.stub_store PORT ITEMS` takes every write and forgets it. Reads find the items of a
file, in which each line is one in DynamoDB's JSON.
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, cast

import orjson

from infra.local.ports import LOOPBACK

Item = dict[str, dict[str, Any]]
WRITTEN = b'{"UnprocessedItems":{}}'


class Store:
    """Items by partition and sort key."""

    def __init__(self, items: list[Item]) -> None:
        self._partitions: dict[str, dict[str, Item]] = defaultdict(dict)
        for item in items:
            self._partitions[item["PK"]["S"]][item["SK"]["S"]] = item

    def answer(self, operation: bytes, body: bytes) -> bytes:
        """Return the body of the answer to a request."""
        if operation == b"BatchGetItem":
            return self._found(orjson.loads(body))
        if operation == b"Query":
            partition = orjson.loads(body)["ExpressionAttributeValues"][":pk"]["S"]
            return orjson.dumps({"Items": list(self._partitions[partition].values())})
        return WRITTEN

    def _found(self, request: dict[str, Any]) -> bytes:
        [(table, wanted)] = request["RequestItems"].items()
        found = [self._partitions[key["PK"]["S"]].get(key["SK"]["S"]) for key in wanted["Keys"]]
        return orjson.dumps({"Responses": {table: [item for item in found if item]}})


class Connection(asyncio.Protocol):
    """One client, one request after the other."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            headers = self._received[:end].lower()
            length = int(_value(headers, b"content-length"))
            if len(self._received) < end + 4 + length:
                return
            operation = _value(self._received[:end], b"x-amz-target").rpartition(b".")[2]
            body = self._store.answer(operation, self._received[end + 4 : end + 4 + length])
            self._received = self._received[end + 4 + length :]
            self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)


def _value(headers: bytes, name: bytes) -> bytes:
    """The value of a header, whatever the case of its name."""
    start = headers.lower().find(b"\r\n" + name + b":")
    return headers[start + len(name) + 3 :].split(b"\r\n", 1)[0].strip()


async def serve(port: int, store: Store) -> None:
    """Answer until the process ends."""
    server = await asyncio.get_running_loop().create_server(lambda: Connection(store), LOOPBACK, port)
    await server.serve_forever()


if __name__ == "__main__":
    held = [orjson.loads(line) for line in Path(sys.argv[2]).read_bytes().splitlines()]
    asyncio.run(serve(int(sys.argv[1]), Store(held)))
