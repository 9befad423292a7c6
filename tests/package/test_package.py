"""What is deployed runs in a bare Python of the target's version, is small, and is the same each time."""

from __future__ import annotations

import base64
import gzip
import json
import os
import platform
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.job import JobKind
from chalicelib.settings import settings
from chalicelib.table import counters, jobs
from infra.aws import contents, interpreters, package
from infra.aws.package import Package, Target
from infra.local import compression, stream, triggers
from infra.local.stream import Shard
from tests import factories
from tests.counting.shop import Shop

pytestmark = pytest.mark.slow
HERE = "x86_64" if platform.machine() == "x86_64" else "arm64"


@pytest.fixture(scope="module")
def target(deployed: Package) -> Target:
    return package.target_of(json.loads(deployed.template.read_text()))


@pytest.fixture(scope="module")
def unzipped(tmp_path_factory: pytest.TempPathFactory, deployed: Package, target: Target) -> Path:
    """A folder with nothing beside it that has in it what the package has, for this machine's processor."""
    task = tmp_path_factory.mktemp("function") / "task"
    if target.processor == HERE:
        with zipfile.ZipFile(deployed.zip) as archive:
            archive.extractall(task)
    else:
        package.fill(task, Target(target.python, HERE))
    return task


class Functions:
    """The handlers of the package in a bare Python of the target's version."""

    def __init__(self, folder: Path, target: Target) -> None:
        python = interpreters.find(target.python)
        assert python is not None, f"install Python {target.python}"
        names = ("AWS_", "ACTRAIL_")
        environment = {name: value for name, value in os.environ.items() if name.startswith(names)}
        driver = Path(__file__).with_name("bare.py")
        self._process = subprocess.Popen(
            [python, "-I", "-S", driver, folder],
            cwd=folder.parent,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, name: str, event: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, event]) + "\n")
        self._process.stdin.flush()
        line = json.loads(self._process.stdout.readline())
        assert line["strangers"] == []
        return line["answer"]

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def functions(unzipped: Path, target: Target, shop: Shop) -> Iterator[Functions]:
    running = Functions(unzipped, target)
    yield running
    running.end()


def test_two_builds_are_the_same_and_small(deployed: Package, tmp_path: Path):
    again = package.build(tmp_path / "package", "prod")

    assert again.digest == deployed.digest
    assert again.template.read_bytes() == deployed.template.read_bytes()
    assert again.zip.stat().st_size < package.MOST_BYTES


def test_it_has_compiled_wheels_of_the_target_and_nothing_of_the_workshop(deployed: Package, target: Target):
    with zipfile.ZipFile(deployed.zip) as archive:
        names = archive.namelist()

    version = target.python.replace(".", "")
    libraries = [name for name in names if name.endswith(".so")]
    services = {
        name.split("/")[2] for name in names if name.startswith("botocore/data/") and name.count("/") > 2
    }
    tops = {name.split("/")[0] for name in names}
    compiled = {name for name in names if name.endswith(f".cpython-{version}.pyc")}
    sources = [name for name in names if name.endswith(".py")]
    assert {name.rpartition("cpython-")[2] for name in libraries} == {
        f"{version}-{'aarch64' if target.processor == 'arm64' else 'x86_64'}-linux-gnu.so"
    }
    assert services == contents.SERVICES
    assert not {"boto3", "moto", "pytest", "ministack", "click", "tests", "infra"} & tops
    assert "chalicelib/web/static/tag.js" in names
    assert [name for name in sources if _compiled(name, version) not in compiled] == []


def test_answers_are_compressed_from_the_size_on_that_the_local_gateway_has(deployed: Package):
    api = json.loads(deployed.template.read_text())["Resources"]["RestAPI"]["Properties"]

    assert api["MinimumCompressionSize"] == compression.minimum_size() == 1024


def test_it_takes_events_in_however_api_gateway_passes_them_on(functions: Functions, shop: Shop):
    body = json.dumps([shop.click("ann", shop.aat["id"], "1", id="1")])
    forms = [
        (body, False),
        (base64.b64encode(body.encode()).decode(), True),
        (base64.b64encode(gzip.compress(body.encode())).decode(), True),
    ]

    answers = [functions.call("app", _post("/v1/events", text, encoded, shop)) for text, encoded in forms]

    assert [answer["statusCode"] for answer in answers] == [200, 200, 200]
    assert {answer["body"] for answer in answers} == {'{"accepted":1,"rejected":[]}'}
    report = functions.call(
        "app",
        _get(
            f"/v1/campaigns/{shop.campaigns[0]['id']}/report",
            "/v1/campaigns/{campaign_id}/report",
            {"campaign_id": shop.campaigns[0]["id"]},
            shop,
        ),
    )
    assert report["statusCode"] == 200


def test_it_counts_a_batch_of_the_stream(functions: Functions, shop: Shop):
    wire = stream.connected()
    arn = stream.arn_of(wire, settings().table)
    [shard_id] = stream.shards_of(wire, arn)
    shop.send(shop.click("ann", shop.aat["id"], "1", id="counted", time="2026-01-05T12:00"))
    records = []
    shard = Shard(wire, arn, shard_id, None)
    while found := shard.read():
        records += found
    wire.close()

    answer = functions.call("count", triggers.event_of(records, shard_id))

    number = shop.aat["number"]
    assert answer == {"state": {}}
    counted = counters.days_of(shop.tenant.id, shop.campaigns[0]["id"])
    assert counted["2026-01-05"] == {f"a.{number}.1": 1, f"c.{number}.1": 1}


def test_it_does_a_job_of_the_queue_and_queues_what_is_due(functions: Functions, shop: Shop):
    job = factories.new_job(shop.tenant.id, JobKind.ACCOUNT_EXPORT)
    body = json.dumps({"account_id": shop.tenant.id, "job_id": job.id})
    message = {"messageId": "1", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}

    worked = functions.call("work", {"Records": [message]})
    ticked = functions.call("schedule", {})

    assert worked == {"batchItemFailures": []}
    assert jobs.get(shop.tenant.id, job.id).status == "done"
    assert ticked["accounts"] >= 1
    assert ticked["begun"] >= 2


def _compiled(source: str, version: str) -> str:
    folder, _, name = source.rpartition("/")
    return f"{folder + '/' if folder else ''}__pycache__/{name.removesuffix('.py')}.cpython-{version}.pyc"


def _post(path: str, body: str, encoded: bool, shop: Shop) -> dict[str, Any]:
    headers = {"content-type": "application/json", "authorization": f"Basic {_basic(shop.write_key)}"}
    return _event("POST", path, path, {}, headers) | {"body": body, "isBase64Encoded": encoded}


def _get(path: str, resource: str, parameters: dict[str, str], shop: Shop) -> dict[str, Any]:
    return _event("GET", path, resource, parameters, {"authorization": f"Bearer {shop.tenant.read.key}"})


def _basic(key: str) -> str:
    return base64.b64encode(f"{key}:".encode()).decode()


def _event(
    method: str, path: str, resource: str, parameters: dict[str, str], headers: dict[str, str]
) -> dict[str, Any]:
    """A request as API Gateway hands it to a function: recorded, and shortened to what is read of it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    """
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "path": f"/api{path}",
            "stage": "api",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "test"},
        },
        "body": None,
        "isBase64Encoded": False,
    }
