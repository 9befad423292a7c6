"""A whole system for tests and tools that drive a browser, and accounts in it that nobody else uses.

It stays as it was started, whatever is edited meanwhile: `python -m tests.browser.running`.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from infra.local import dev
from infra.local.credentials import Credentials, first_account
from infra.local.ports import free_port
from infra.local.settings import LocalSettings, from_environment
from tests.local.system import System, environment_of


@dataclass(frozen=True)
class Running:
    """A running system.

    Attributes:
        settings: what it was told.
        keys: those of its first account, which the demo shop is in.
    """

    settings: LocalSettings
    keys: Credentials
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        return self.settings.url

    def account(self) -> Credentials:
        """Make one more account, in which there is nothing."""
        return first_account(self.settings, self.environment)

    def api(self, keys: Credentials) -> httpx.Client:
        """The API as an account's owner calls it."""
        headers = {"Authorization": f"Bearer {keys.secret_key}"}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=20)


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Run a system on a folder, on free ports; it must end well."""
    settings = LocalSettings(folder, free_port(), free_port())
    system = System("tests.browser.running", folder, settings.port, SHOP_PORT=str(settings.shop_port))
    try:
        system.wait_until_announced()
        keys = system.credentials()
        del keys["url"]
        yield Running(settings, Credentials(**keys), _environment(system))
    finally:
        ended = system.end()
    assert ended == 0


def _environment(system: System) -> dict[str, str]:
    """What the app of a system sees, and so must a command line that shall work on the same table."""
    for number in system.processes():
        lines = environment_of(Path("/proc") / str(number)).decode().split("\0")
        found = dict(line.split("=", 1) for line in lines if "=" in line)
        if "ACTRAIL_QUEUE" in found:
            return found
    raise AssertionError("no process of the system has the app's environment")


def steady(environ: Mapping[str, str]) -> LocalSettings:
    """Return the settings, with nothing to watch that changes."""
    return replace(from_environment(environ), watched=[Path(__file__)])


if __name__ == "__main__":
    sys.exit(dev.main(steady))
