"""AWS within the process (moto), for the wire as for botocore, and with quicker transactions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest
from moto import mock_aws
from moto.core.config import DefaultConfig
from moto.core.models import botocore_stubber
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

from chalicelib.table.connection import Connection

_post = Connection.post
_transact = DynamoDBBackend.transact_write_items


@contextmanager
def running() -> Iterator[None]:
    """Answer whatever this process asks of AWS, and nothing that it asks of an endpoint on this machine."""
    config: DefaultConfig = {"core": {"mock_credentials": False, "reset_boto3_session": False}}
    with mock_aws(config=config), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Connection, "post", _posted)
        patch.setattr(DynamoDBBackend, "transact_write_items", _transacted)
        yield


def _posted(connection: Connection, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
    """The answer to the wire, which is no botocore and so would go to AWS."""
    if not headers.get("host", "").endswith(".amazonaws.com"):
        return _post(connection, headers, body)
    request = AWSRequest("POST", f"https://{headers['host']}/", dict(headers), body)
    answer = botocore_stubber("wire", request.prepare())
    assert answer is not None, "nothing leaves this machine"
    return answer.status_code, answer.content


def _transacted(backend: DynamoDBBackend, actions: list[dict[str, Any]]) -> None:
    """Moto's transaction, which copies the whole table for each of its actions: have it copy it once."""
    copies: dict[int, Table] = {}

    def copied(table: Table, _: dict[int, Any]) -> Table:
        if id(table) not in copies:
            copies[id(table)] = copy = object.__new__(type(table))
            copy.__dict__ |= deepcopy(table.__dict__)
        return copies[id(table)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "__deepcopy__", copied, raising=False)
        _transact(backend, actions)
