"""The emulator process, and the tables made in it and in moto."""

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.table.definition import create_table
from infra.local import emulator as local
from infra.local.errors import ChildFailed
from tests.conftest import TABLE


def test_a_table_is_made_with_the_keys_index_and_stream_of_the_template(emulator, emulator_table):
    table = client(emulator).describe_table(TableName=emulator_table)["Table"]

    assert table["KeySchema"] == TABLE["KeySchema"]
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["GSI1"]


def test_items_expire_by_the_attribute_the_template_names(emulator, emulator_table):
    answer = client(emulator).describe_time_to_live(TableName=emulator_table)

    assert answer["TimeToLiveDescription"]["AttributeName"] == "expires_at"


def test_a_table_that_exists_is_left_as_it_is(moto_table):
    dynamodb = boto3.client("dynamodb")
    dynamodb.put_item(TableName=moto_table, Item=item("kept"))

    created = create_table(dynamodb, moto_table, TABLE)

    assert not created
    assert dynamodb.scan(TableName=moto_table)["Count"] == 1


def test_a_refusal_other_than_that_it_exists_is_not_hidden(moto):
    no_attributes = {**TABLE, "AttributeDefinitions": []}

    with pytest.raises(ClientError, match="ValidationException"):
        create_table(boto3.client("dynamodb"), "refused", no_attributes)


def test_what_was_written_is_there_after_the_emulator_was_stopped_and_started(tmp_path: Path):
    with local.running(tmp_path, tmp_path / "log") as first:
        create_table(client(first.endpoint), "actrail", TABLE)
        client(first.endpoint).put_item(TableName="actrail", Item=item("kept"))

    with local.running(tmp_path, tmp_path / "log") as second:
        found = client(second.endpoint).scan(TableName="actrail")["Items"]

    assert found == [item("kept")]


def test_a_killed_emulator_leaves_word_of_what_is_lost_until_one_has_saved(tmp_path: Path):
    before = local.lost_since(tmp_path)
    began = datetime.now(UTC)
    with local.running(tmp_path, tmp_path / "log") as killed:
        os.kill(killed.child.pid, signal.SIGKILL)
        os.waitid(os.P_PID, killed.child.pid, os.WEXITED | os.WNOWAIT)
    lost = local.lost_since(tmp_path)
    with local.running(tmp_path, tmp_path / "log") as saving:
        create_table(client(saving.endpoint), "actrail", TABLE)

    assert before is None
    assert lost is not None
    assert abs(lost - began) < timedelta(seconds=5)
    assert local.lost_since(tmp_path) is None


def test_an_emulator_that_cannot_start_says_where_its_log_is(tmp_path: Path):
    with (
        local.running(tmp_path / "one", tmp_path / "log") as first,
        pytest.raises(ChildFailed, match=r"two\.log"),
        local.running(tmp_path / "two", tmp_path / "two.log", port_of(first.endpoint)),
    ):
        pytest.fail("two emulators cannot share a port")


def client(endpoint: str) -> Any:
    return boto3.client("dynamodb", endpoint_url=endpoint)


def item(name: str) -> dict[str, Any]:
    return {"PK": {"S": name}, "SK": {"S": name}}


def port_of(endpoint: str) -> int:
    return int(endpoint.rsplit(":", 1)[1])
