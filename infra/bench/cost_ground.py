"""What costs are measured on: a new account, what is sent to it, and the records that come of that."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from chalice.test import Client
from click.testing import CliRunner

from app import app
from chalicelib.cli import main as actrail
from chalicelib.settings import settings
from infra.local import stream
from infra.local.stream import Record, Shard

KINDS = ("event", "marker")


class Ground:
    """An account of the table that the environment names, on an emulator.

    Attributes:
        account_id: the account's.
    """

    def __init__(self) -> None:
        made = CliRunner().invoke(actrail, ["account", "create", "Cost", "--json"], catch_exceptions=False)
        keys = json.loads(made.stdout)
        self.account_id: str = keys["account_id"]
        self._secret_key, self._write_key = keys["secret_key"], keys["write_key"]
        self._client = Client(app)
        self._position: str | None = None

    def made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What a request to the API makes."""
        return self._post(path, json.dumps(body).encode(), 201, Authorization=f"Bearer {self._secret_key}")

    def take_in(self, bodies: Iterable[bytes]) -> None:
        """Send requests of events. Raises RuntimeError when one is refused."""
        for body in bodies:
            self._post(f"/v1/events?write_key={self._write_key}", body, 200)

    def new_records(self) -> list[Record]:
        """The stream's records of new events and markers since the last call."""
        wire = stream.connected()
        arn = stream.arn_of(wire, settings().table)
        [shard_id] = stream.shards_of(wire, arn)
        shard = Shard(wire, arn, shard_id, self._position)
        found: list[Record] = []
        while records := shard.read():
            found += records
        wire.close()
        if found:
            self._position = found[-1]["dynamodb"]["SequenceNumber"]
        return [each for each in found if _kind(each) in KINDS]

    def _post(self, path: str, body: bytes, status: int, **headers: str) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", **headers}
        answer = self._client.http.post(path, headers=headers, body=body)
        if answer.status_code != status:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.body.decode()}")
        made: dict[str, Any] = answer.json_body
        return made


def _kind(record: Record) -> str:
    return str(record["dynamodb"].get("NewImage", {}).get("type", {}).get("S", ""))
