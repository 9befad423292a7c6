"""What every test stands on: an environment without AWS accounts, and tables to write to.

`moto_table` is DynamoDB within the process: quick, but not safe under threads and without real streams,
capacity or paging. `emulator_table` is a process of its own for those. Both are made from the template that
AWS gets, and are new for each test; clients find moto by themselves and the emulator at the endpoint that
`emulator` gives.
"""

import gc
import itertools
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pynamodb.connection.base
import pytest
from botocore.loaders import create_loader
from botocore.session import Session

from chalicelib.settings import settings
from chalicelib.table import catalogue, wire
from chalicelib.table.definition import create_table
from chalicelib.table.rows import Row
from infra.local import emulator as local
from infra.local.isolation import forget_accounts
from tests import clients, mocked_aws

RESOURCES = Path(__file__).parent.parent / "infra" / "resources.json"
TABLE = json.loads(RESOURCES.read_text())["Resources"]["Table"]["Properties"]
STREAMLESS = {name: value for name, value in TABLE.items() if name != "StreamSpecification"}
_NUMBERS = itertools.count(1)

pytest_plugins = ["tests.skips"]


def pytest_configure() -> None:
    """Take away whatever AWS account, endpoint or set-up the machine has, before anything is imported."""
    forget_accounts()
    # How long an example takes says more about what else the machine does.
    hypothesis.settings.register_profile("actrail", deadline=None)
    hypothesis.settings.load_profile("actrail")
    for name in [name for name in os.environ if name.startswith("ACTRAIL_")]:
        del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Mark what asks for the emulator, so that it can be left out."""
    for item in items:
        if "emulator" in item.fixturenames:
            item.add_marker(pytest.mark.emulator)


def pytest_collection_finish() -> None:
    """Have the collector of garbage leave alone what is there for good, and look at the rest less often.

    Else it takes an eighth of the tests' time: what is imported are a million objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@pytest.fixture(scope="session", autouse=True)
def _quick_clients() -> Iterator[None]:
    """Have botocore read its descriptions of services once: a client then takes 10 ms in place of 200."""
    loader = create_loader()

    def session() -> Session:
        new = Session()
        new.register_component("data_loader", loader)
        return new

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pynamodb.connection.base, "get_session", session)
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_table() -> Iterator[None]:
    """Have whoever points the rows at a table point the wire at it too."""
    use_table_of_rows = Row.use_table

    def use_table(name: str) -> None:
        forget_process()
        os.environ["ACTRAIL_TABLE"] = name
        use_table_of_rows(name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ACTRAIL_TABLE", "none")
        patch.setattr(Row, "use_table", staticmethod(use_table))
        yield
        forget_process()


@pytest.fixture(scope="session")
def moto() -> Iterator[None]:
    """AWS within this process: one mock for all tests, since each costs half a second."""
    with mocked_aws.running():
        yield


@pytest.fixture
def moto_table(moto: None) -> Iterator[str]:
    """The name of a new, empty table in moto, which copies all its tables for each transaction.

    It has no stream, all of which moto would copy for each action of a transaction.
    """
    with table_in_moto() as name:
        yield name


@contextmanager
def table_in_moto() -> Iterator[str]:
    """The name of a new, empty table in moto, while that is on."""
    name = _new_table(None, STREAMLESS)
    yield name
    clients.dynamodb().delete_table(TableName=name)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of an emulator of this test process."""
    folder = tmp_path_factory.mktemp("emulator")
    with local.running(folder, folder / "emulator.log") as started:
        yield started.endpoint
        os.killpg(started.child.pid, signal.SIGKILL)  # asked to end it would save what nobody needs


@pytest.fixture
def emulator_table(emulator: str) -> str:
    """The name of a new, empty table in the emulator."""
    return _new_table(emulator)


@pytest.fixture
def table(moto_table: str) -> str:
    """The name of a new table in moto that the table layer uses."""
    Row.use_table(moto_table)
    return moto_table


@pytest.fixture
def emulated_table(emulator_table: str, emulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a new table in the emulator that the table layer, intake and all other clients use."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    Row.use_table(emulator_table)
    yield emulator_table
    forget_process()


@pytest.fixture(scope="module")
def module_table(emulator: str) -> Iterator[str]:
    """The same for all tests of a module, each of which has an account of its own."""
    name = _new_table(emulator)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", emulator)
        Row.use_table(name)
        yield name


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nobody wait before another try."""
    monkeypatch.setattr("time.sleep", lambda _: None)


def forget_process() -> None:
    """Forget what a process reads once or keeps: settings, connections and what intake knows of accounts."""
    wire.forget()
    settings.cache_clear()
    catalogue.forget()


def _new_table(endpoint: str | None, definition: dict[str, Any] = TABLE) -> str:
    name = f"actrail-test-{next(_NUMBERS)}"
    create_table(clients.dynamodb(endpoint), name, definition)
    return name
