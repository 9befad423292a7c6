"""The whole system starts, serves, keeps its data and leaves nothing running, whatever ends it."""

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from infra.local import dev
from infra.local.ports import LOOPBACK, free_port, is_free, next_free_port
from tests.local.system import System, eventually

Start = Callable[..., System]

SMALL = "tests.local.small_system"

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]

pytestmark = pytest.mark.slow


@contextmanager
def starting(root: Path) -> Iterator[Start]:
    """What starts systems on folders below a root; they are ended afterwards."""
    systems: list[System] = []

    def start_one(folder: str = "system", port: int | None = None, **environment: str) -> System:
        systems.append(System(SMALL, root / folder, port or free_port(), **environment))
        return systems[-1]

    yield start_one
    for system in systems:
        if system.process.poll() is None:
            system.end(signal.SIGTERM)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with starting(tmp_path) as start_one:
        yield start_one


@dataclass(frozen=True)
class Running:
    """A system that tests look at and do not end, what it printed, and the file that it watches."""

    system: System
    printed: str
    watched: Path


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    root = tmp_path_factory.mktemp("running")
    watched = root / "watched.py"
    watched.touch()
    with starting(root) as start_one:
        system = start_one(SMALL_WATCHED=str(watched))
        yield Running(system, system.wait_until_announced(), watched)


def test_whatever_signal_ends_it_no_process_stays_and_data_and_keys_are_there_at_the_next_start(start: Start):
    system = start()
    system.wait_until_announced()
    system.request("PUT", "/items/kept")
    keys = system.credentials()

    for number in SIGNALS:
        children = len(system.processes()) - 1
        assert (system.folder / "environment.json").exists()
        assert system.end(number) == 0
        assert not (system.folder / "environment.json").exists()
        assert children >= 6  # emulator, triggers, background, server and two workers
        assert system.processes() == []
        assert is_free(system.port)

        system = start()
        assert "recount" not in system.wait_until_announced()
        assert system.request("GET", "/items/kept").json() is True
        assert system.credentials() == keys | {"url": f"http://127.0.0.1:{system.port}"}


def test_it_prints_its_address_and_keys_and_keeps_them_from_other_users(running: Running):
    kept = running.system.credentials()

    assert kept["url"] in running.printed
    assert kept["secret_key"] in running.printed
    assert (running.system.folder / "credentials.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_killed_supervisor_takes_its_children_along_and_loses_no_data(start: Start):
    first = start()
    first.wait_until_announced()
    first.request("PUT", "/items/kept")

    first.end(signal.SIGKILL)
    assert eventually(lambda: first.processes() == [])
    second = start()
    second.wait_until_announced()

    assert second.request("GET", "/items/kept").json() is True


def test_a_signal_while_it_starts_ends_it_too(start: Start):
    system = start()
    assert eventually((system.folder / "lock").exists)

    code = system.end(signal.SIGTERM)

    assert code == 0
    assert system.processes() == []


def test_a_child_that_dies_ends_the_system_and_what_may_not_be_counted_is_said_at_the_next_start(
    start: Start,
):
    said = {}

    for program in ("triggers", "granian", "ministack"):
        system = start()
        said[program] = "recount CAMPAIGN" in system.wait_until_announced()
        os.kill(leader_of(system, program), signal.SIGKILL)
        _, errors = system.process.communicate(timeout=20)
        assert system.process.returncode == 1
        assert "ended unexpectedly" in errors
        assert system.processes() == []

    assert said == {"triggers": False, "granian": True, "ministack": False}


def test_two_systems_run_side_by_side_and_share_nothing(running: Running, start: Start):
    one, two = running.system, start()
    two.wait_until_announced()

    one.request("PUT", "/items/of-one")

    assert one.request("GET", "/items/of-one").json() is True
    assert two.request("GET", "/items/of-one").json() is False
    assert one.credentials()["account_id"] != two.credentials()["account_id"]


def test_a_second_system_on_the_same_folder_says_so_and_leaves_the_first_alone(
    running: Running, start: Start
):
    second = start(str(running.system.folder))
    _, errors = second.process.communicate(timeout=20)

    assert second.process.returncode == 1
    assert f"another system runs on {running.system.folder}" in errors
    assert running.system.request("GET", "/health").status_code == 200


def test_a_taken_port_is_named_and_nothing_is_left_behind(running: Running, start: Start):
    second = start(port=running.system.port)
    _, errors = second.process.communicate(timeout=20)

    assert second.process.returncode == 1
    assert f"port {running.system.port} is taken" in errors
    assert second.processes() == []


def test_the_port_that_is_suggested_in_place_of_a_taken_one_is_free_and_not_asked_for():
    with socket.create_server((LOOPBACK, 0)) as server:
        taken = server.getsockname()[1]

        suggested = next_free_port(taken, besides=[taken, taken + 1])

    assert suggested > taken + 1
    assert is_free(suggested)


@pytest.mark.parametrize(
    ("ports", "why"),
    [
        ({"PORT": "http"}, "PORT is 'http'"),
        ({"PORT": "8400", "SHOP_PORT": "8400"}, "PORT and SHOP_PORT are both 8400"),
    ],
)
def test_ports_that_cannot_be_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ports: dict[str, str], why: str
):
    for name, port in ports.items():
        monkeypatch.setenv(name, port)

    code = dev.main()

    assert code == 1
    assert why in capsys.readouterr().err


def test_why_the_first_account_could_not_be_made_is_said_and_it_is_made_at_the_next_start(start: Start):
    first = start(SMALL_REFUSAL="the table said no")
    _, errors = first.process.communicate(timeout=20)

    second = start()
    second.wait_until_announced()

    assert first.process.returncode == 1
    assert "the table said no" in errors
    assert second.credentials()["secret_key"].startswith("sk_")


def test_changed_code_is_loaded_again_by_the_same_supervisor(running: Running):
    system = running.system
    before = system.processes()

    running.watched.write_text("changed = True")

    assert eventually(lambda: len({*system.processes()} - {*before}) >= 2)
    assert eventually(lambda: is_well(system))
    assert system.process.poll() is None


def test_its_logs_are_json_lines(running: Running):
    running.system.request("GET", "/health")

    lines = (running.system.folder / "log" / "app.log").read_text().splitlines()

    assert {"level", "message", "timestamp"} <= set.intersection(*(set(json.loads(line)) for line in lines))


@pytest.mark.alone
def test_a_system_that_was_set_up_before_starts_within_5_seconds(start: Start):
    first = start()
    first.wait_until_announced()
    first.end()

    began = time.monotonic()
    start().wait_until_announced()

    assert time.monotonic() - began < 5


def is_well(system: System) -> bool:
    try:
        return system.request("GET", "/health").status_code == 200
    except httpx.ConnectError:  # between the old workers and the new
        return False


def leader_of(system: System, program: str) -> int:
    """Return the process that leads the session of one of its children."""
    found = [
        number
        for number in system.processes()
        if os.getsid(number) == number and program.encode() in Path(f"/proc/{number}/cmdline").read_bytes()
    ]
    return found[0]
