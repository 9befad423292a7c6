"""DynamoDB's wire for the hot path: one kept connection, bodies built by orjson, signed here.

botocore's client spends most of a request's CPU on serialising, signing and parsing. Taking events in needs
three requests of a fixed form, so this speaks them directly: botocore resolves the credentials, the region
and the endpoint, and a test compares every signature with botocore's own. ``infra/bench/intake.py`` tells
what it saves.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, lru_cache
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import orjson
from botocore.credentials import Credentials
from botocore.exceptions import NoCredentialsError, NoRegionError

from chalicelib.errors import Unavailable
from chalicelib.settings import settings
from chalicelib.table.connection import Connection
from chalicelib.table.refusals import raise_unless_passing

TABLE_API = "DynamoDB_20120810"
BATCH = 25
TRIES = 5
TIMEOUT = 3.0
_SERVICE = "dynamodb"

_MAKING = Lock()

Item = dict[str, dict[str, Any]]
"""An item in DynamoDB's JSON: attribute to {type: value}."""


class Wire:
    """A connection to DynamoDB that signs and sends requests whose bodies are ready.

    Threads that share it wait for one another.
    """

    def __init__(self, endpoint: str, region: str, credentials: Credentials, api: str = TABLE_API) -> None:
        parts = urlsplit(endpoint)
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        self._api = api
        self._host = parts.netloc
        self._region = region
        self._credentials = credentials
        self._connection = Connection(parts.hostname or "", port, secure=secure, timeout=TIMEOUT)
        self._signing_key: tuple[str, str, bytes] = ("", "", b"")
        self._lock = Lock()

    def call(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to an operation such as ``GetItem``.

        What may pass is tried again with jitter, then raises Unavailable. Raises ConditionFailed, WireError.
        """
        payload = orjson.dumps(body)
        for attempt in range(TRIES):
            headers = self.signed(operation, payload, datetime.now(UTC))
            with suppress(OSError), self._lock:  # the connection broke: another try opens a new one
                status, answer = self._connection.post(headers, payload)
                if status == 200:
                    parsed: dict[str, Any] = orjson.loads(answer)
                    return parsed
                raise_unless_passing(status, answer)
            time.sleep(random.uniform(0, 0.025 * 2**attempt))
        raise Unavailable("The table does not answer. Try again in a moment.")

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        self._connection.close()

    def signed(self, operation: str, payload: bytes, now: datetime) -> dict[str, str]:
        """The request's headers with its signature: AWS Signature Version 4, "Create a signed request"."""
        credentials = self._credentials.get_frozen_credentials()
        stamp = _stamp(int(now.timestamp()))
        # In the order of their names, as they are signed.
        headers = {"content-type": "application/x-amz-json-1.0", "host": self._host, "x-amz-date": stamp}
        if credentials.token:
            headers["x-amz-security-token"] = credentials.token
        headers["x-amz-target"] = f"{self._api}.{operation}"
        signed_names = ";".join(headers)
        lines = [f"{name}:{value}" for name, value in headers.items()]
        digest = hashlib.sha256(payload).hexdigest()
        canonical = "\n".join(["POST", "/", "", *lines, "", signed_names, digest])
        scope = f"{stamp[:8]}/{self._region}/{_SERVICE}/aws4_request"
        canonical_digest = hashlib.sha256(canonical.encode()).hexdigest()
        to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{canonical_digest}"
        key = self._key(credentials.secret_key, stamp[:8])
        signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={signed_names}, Signature={signature}"
        )
        return headers

    def _key(self, secret: str, day: str) -> bytes:
        """The signing key of a day, derived once."""
        if self._signing_key[:2] != (secret, day):
            key = f"AWS4{secret}".encode()
            for part in (day, self._region, _SERVICE, "aws4_request"):
                key = hmac.new(key, part.encode(), hashlib.sha256).digest()
            self._signing_key = (secret, day, key)
        return self._signing_key[2]


@lru_cache(maxsize=2)
def _stamp(second: int) -> str:
    """A time as signatures have it. Writing it takes as long as the signature, and a second has many."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y%m%dT%H%M%SZ")


def wire() -> Wire:
    """This process's wire. Credentials renew themselves; region and endpoint are the environment's."""
    with _MAKING:  # else two threads could make one each
        return _made()


def forget() -> None:
    """Close this process's wire. The next one is what the environment says then."""
    with _MAKING:
        if _made.cache_info().currsize:
            _made().close()
        _made.cache_clear()


@cache
def _made() -> Wire:
    session = botocore.session.get_session()
    credentials = session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    region = session.get_config_variable("region")
    if not region:
        raise NoRegionError
    endpoint = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or os.environ.get("AWS_ENDPOINT_URL")
    return Wire(endpoint or f"https://dynamodb.{region}.amazonaws.com", region, credentials)


def write_all(items: list[Item]) -> None:
    """Write items without conditions, 25 a request. Keys must differ. 1 write unit a KB of each.

    What the table leaves unprocessed is sent again with jitter; what is left in the end raises Unavailable,
    and may or may not be stored: the same items can be written again.
    """
    table = settings().table
    for start in range(0, len(items), BATCH):
        puts = [{"PutRequest": {"Item": item}} for item in items[start : start + BATCH]]
        for attempt in range(TRIES):
            answer = wire().call("BatchWriteItem", {"RequestItems": {table: puts}})
            puts = answer.get("UnprocessedItems", {}).get(table, [])
            if not puts:
                break
            time.sleep(random.uniform(0, 0.05 * 2**attempt))
        else:
            raise Unavailable("The table is throttled. Nothing was acknowledged.")


def read_all(keys: list[Item]) -> list[Item]:
    """The items that are there, at most 100 keys a request, in no order. Consistent reads."""
    table = settings().table
    found: list[Item] = []
    for start in range(0, len(keys), 100):
        wanted: list[Item] = keys[start : start + 100]
        for attempt in range(TRIES):
            request = {table: {"Keys": wanted, "ConsistentRead": True}}
            answer = wire().call("BatchGetItem", {"RequestItems": request})
            found += answer.get("Responses", {}).get(table, [])
            wanted = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
            if not wanted:
                break
            time.sleep(random.uniform(0, 0.05 * 2**attempt))
        else:
            raise Unavailable("The table is throttled.")
    return found


def find(partition: str, sort: str) -> Item | None:
    """The item that is there, or None. A consistent read."""
    key = {"PK": {"S": partition}, "SK": {"S": sort}}
    answer = wire().call("GetItem", {"TableName": settings().table, "Key": key, "ConsistentRead": True})
    item: Item | None = answer.get("Item")
    return item


def query_all(
    partition: str,
    low: str,
    high: str,
    *,
    index: str | None = None,
    limit: int | None = None,
    newest_first: bool = False,
) -> list[Item]:
    """The items of a partition with a sort key from low to high, all or the first of them. 1 query a MB.

    Consistent, but for those of an index, which follows the table within a moment.
    """
    return list(query_each(partition, low, high, index=index, limit=limit, newest_first=newest_first))


def query_each(
    partition: str,
    low: str,
    high: str,
    *,
    index: str | None = None,
    limit: int | None = None,
    newest_first: bool = False,
    attributes: Sequence[str] = (),
) -> Iterator[Item]:
    """What ``query_all`` finds, each MB read as it is needed. All ``attributes`` unless some are named."""
    prefix = "" if index is None else index
    request = {
        "TableName": settings().table,
        **({"ConsistentRead": True} if index is None else {"IndexName": index}),
        "KeyConditionExpression": f"{prefix}PK = :pk AND {prefix}SK BETWEEN :low AND :high",
        "ExpressionAttributeValues": {":pk": {"S": partition}, ":low": {"S": low}, ":high": {"S": high}},
    }
    if newest_first:
        request["ScanIndexForward"] = False
    if attributes:
        request["ExpressionAttributeNames"] = {f"#{name}": name for name in attributes}
        request["ProjectionExpression"] = ", ".join(f"#{name}" for name in attributes)
    found = 0
    while True:
        if limit is not None:
            request["Limit"] = limit - found
        answer = wire().call("Query", request)
        found += len(answer["Items"])
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer or found == limit:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
