"""An account that has counted, a queue and a bucket, all in the emulator."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import boto3
import pytest
from chalice.test import Client

from app import app
from chalicelib.aws import clients
from chalicelib.cli.table import RESOURCES
from chalicelib.settings import settings
from chalicelib.table import catalogue
from chalicelib.table.definition import create_table
from chalicelib.table.rows import Row
from infra.local.queues import make_queues
from tests.api.callers import Tenant
from tests.counting.delivery import Delivery
from tests.counting.shop import Shop
from tests.jobs.reporting import Receiver

_NUMBERS = itertools.count()
BUCKET = "actrail-test-files"


@pytest.fixture(scope="module")
def aws(emulator: str) -> Iterator[str]:
    """The endpoint of an emulator with a table, a queue and a bucket that the environment names."""
    name = f"actrail-jobs-{next(_NUMBERS)}"
    template = json.loads(RESOURCES.read_text())["Resources"]["Table"]["Properties"]
    create_table(boto3.client("dynamodb", endpoint_url=emulator), name, template)
    boto3.client("s3", endpoint_url=emulator).create_bucket(Bucket=BUCKET)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", emulator)
        patch.setenv("ACTRAIL_QUEUE", make_queues(boto3.client("sqs", endpoint_url=emulator), name))
        patch.setenv("ACTRAIL_BUCKET", BUCKET)
        Row.use_table(name)
        clients.client.cache_clear()
        catalogue.forget()
        yield emulator
    clients.client.cache_clear()
    settings.cache_clear()


@pytest.fixture(scope="module")
def client(aws: str) -> Client:
    return Client(app)


@pytest.fixture(scope="module")
def delivery(aws: str) -> Iterator[Delivery]:
    of_table = Delivery(settings().table)
    yield of_table
    of_table.close()


@pytest.fixture
def shop(client: Client, delivery: Delivery) -> Shop:
    """An account whose visitors saw variations and clicked on two days, then on what a fallback matched.

    Everything is counted.
    """
    shop = Shop.opened(Tenant.signed_up(client))
    edit = shop.tenant.edit
    for tracker in (shop.aat, shop.xat):
        edit.new_goal(shop.campaigns[0], tracker)
    events = []
    for number in range(12):
        uuid, variation = f"visitor-{number}", str(number % 3)
        events.append(shop.exposure(uuid, variation, id=f"e{number}", time="2026-01-05T10:00"))
        for day, fallback in (("05", 0), ("06", 1)):
            fields = {"id": f"a{number}-{day}", "time": f"2026-01-{day}T12:00", "fallback": fallback}
            events.append(shop.click(uuid, shop.aat["id"], variation, "1", **fields))
        events.append(shop.click(uuid, shop.xat["id"], variation, id=f"x{number}", time="2026-01-05T13:00"))
    events.append(shop.exposure("visitor-0", "2", id="again", time="2026-01-06T10:00"))
    events.append({"action": "profile.identify", "uuid": "visitor-0", "params": {"email": "ann@example.com"}})
    events.append({"id": "dated later", "action": "cart.add", "uuid": "visitor-0"})
    assert shop.send(*events).status == 200
    delivery.deliver_all(Random(1))
    return shop


@pytest.fixture
def mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where mails land."""
    monkeypatch.setenv("ACTRAIL_MAIL_FOLDER", str(tmp_path))
    monkeypatch.setenv("ACTRAIL_URL", "https://actrail.example/api")
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.close()
