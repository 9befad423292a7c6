"""The whole system starts, serves, keeps its data and leaves nothing running, whatever ends it."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from infra.local.ports import free_port, is_free
from tests.local.system import System, eventually

Start = Callable[..., System]

SMALL = "tests.local.small_system"

pytestmark = pytest.mark.slow


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    systems: list[System] = []

    def start_one(folder: str = "system", port: int | None = None, **environment: str) -> System:
        systems.append(System(SMALL, tmp_path / folder, port or free_port(), **environment))
        return systems[-1]

    yield start_one
    for system in systems:
        if system.process.poll() is None:
            system.end(signal.SIGTERM)


def test_data_and_keys_are_there_at_the_next_start_after_ctrl_c(start: Start):
    first = start()
    first.wait_until_announced()
    first.request("PUT", "/items/kept")
    keys = first.credentials()

    code = first.end(signal.SIGINT)
    second = start()
    second.wait_until_announced()

    assert code == 0
    assert second.request("GET", "/items/kept").json() is True
    assert second.credentials() == keys | {"url": f"http://127.0.0.1:{second.port}"}


def test_it_prints_its_address_and_keys_and_keeps_them_from_other_users(start: Start):
    system = start()

    printed = system.wait_until_announced()

    kept = system.credentials()
    assert kept["url"] in printed
    assert kept["secret_key"] in printed
    assert (system.folder / "credentials.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_its_group_ends_every_process(start: Start, number: int):
    system = start()
    system.wait_until_announced()
    running = len(system.processes())

    code = system.end(number)

    assert running >= 6  # supervisor, emulator, triggers, server and two workers
    assert code == 0
    assert system.processes() == []


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


@pytest.mark.parametrize("program", ["ministack", "granian", "triggers"])
def test_a_child_that_dies_ends_the_system_with_a_message(start: Start, program: str):
    system = start()
    system.wait_until_announced()

    os.kill(leader_of(system, program), signal.SIGKILL)
    _, errors = system.process.communicate(timeout=20)

    assert system.process.returncode == 1
    assert "ended unexpectedly" in errors
    assert system.processes() == []


def test_what_may_not_have_been_counted_is_said_at_the_next_start_and_at_no_other(start: Start):
    killed = start()
    killed.wait_until_announced()
    os.kill(leader_of(killed, "triggers"), signal.SIGKILL)
    killed.process.communicate(timeout=20)

    second = start()
    said = second.wait_until_announced()
    second.end()
    third = start()

    assert "actrail recount" in said
    assert "recount" not in third.wait_until_announced()


def test_two_systems_run_side_by_side_and_share_nothing(start: Start):
    one, two = start("one"), start("two")
    one.wait_until_announced()
    two.wait_until_announced()

    one.request("PUT", "/items/of-one")

    assert one.request("GET", "/items/of-one").json() is True
    assert two.request("GET", "/items/of-one").json() is False
    assert one.credentials()["account_id"] != two.credentials()["account_id"]


def test_a_second_system_on_the_same_folder_says_so_and_leaves_the_first_alone(start: Start):
    first = start()
    first.wait_until_announced()

    second = start()
    _, errors = second.process.communicate(timeout=20)

    assert second.process.returncode == 1
    assert f"another system runs on {first.folder}" in errors
    assert first.request("GET", "/health").status_code == 200


def test_a_taken_port_is_named_and_nothing_is_left_behind(start: Start):
    first = start("one")
    first.wait_until_announced()

    second = start("two", port=first.port)
    _, errors = second.process.communicate(timeout=20)

    assert second.process.returncode == 1
    assert f"port {first.port} is taken" in errors
    assert second.processes() == []


def test_a_port_that_is_no_number_is_refused(start: Start):
    system = start(PORT="http")

    _, errors = system.process.communicate(timeout=20)

    assert system.process.returncode == 1
    assert "PORT is 'http'" in errors


def test_why_the_first_account_could_not_be_made_is_said_and_it_is_made_at_the_next_start(start: Start):
    first = start(SMALL_REFUSAL="the table said no")
    _, errors = first.process.communicate(timeout=20)

    second = start()
    second.wait_until_announced()

    assert first.process.returncode == 1
    assert "the table said no" in errors
    assert second.credentials()["secret_key"].startswith("sk_")


def test_changed_code_is_loaded_again_by_the_same_supervisor(start: Start, tmp_path: Path):
    watched = tmp_path / "watched.py"
    watched.touch()
    system = start(SMALL_WATCHED=str(watched))
    system.wait_until_announced()
    before = system.processes()

    watched.write_text("changed = True")

    assert eventually(lambda: len({*system.processes()} - {*before}) >= 2)
    assert eventually(lambda: is_well(system))
    assert system.process.poll() is None


def test_its_logs_are_json_lines_and_its_port_is_free_afterwards(start: Start):
    system = start()
    system.wait_until_announced()

    system.end()

    lines = (system.folder / "log" / "app.log").read_text().splitlines()
    assert {"level", "message", "timestamp"} <= set.intersection(*(set(json.loads(line)) for line in lines))
    assert is_free(system.port)


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
