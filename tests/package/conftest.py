"""The package, built once for all tests, and an emulator with everything its functions ask for."""

from __future__ import annotations

import fcntl
import os

import pytest
from chalice.test import Client

from infra.aws import package
from infra.aws.package import Package
from tests.api.callers import Tenant
from tests.counting.shop import Shop
from tests.jobs.conftest import aws, client

__all__ = ["aws", "client"]


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package that AWS gets. Whichever test process needs it first builds it for all of this run."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    folder, built = run / "package", run / "package.built"
    with (run / "package.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            package.build(folder, "prod")
            built.touch()
    return Package(folder / package.TEMPLATE, folder / package.ZIP)


@pytest.fixture
def shop(client: Client) -> Shop:
    return Shop.opened(Tenant.signed_up(client))
