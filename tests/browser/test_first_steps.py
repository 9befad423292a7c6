"""What the README has somebody type on a system that was just started works, and comes to what it promises.

The account is one more of the system that the browser tests run, set up as `make dev` sets up its first one:
it has the demo, and the shop's own account gets no campaign that its tests do not know of.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from infra.local import credentials
from infra.local.shop import demo
from tests.browser.running import Running
from tests.local.system import ROOT, eventually

pytestmark = pytest.mark.slow

ADDRESS = "localhost:8000"
LAST_ID = """$(tail -n 1 answers | python3 -c 'import json; print(json.loads(input())["id"])')"""


@dataclass(frozen=True)
class Steps:
    """What the commands of the section printed, JSON and other lines apart, and the account's API."""

    answers: list[dict[str, Any]]
    lines: list[str]
    api: httpx.Client

    def answers_of(self, *fields: str) -> list[dict[str, Any]]:
        """The answers that have all of these fields."""
        return [answer for answer in self.answers if answer.keys() >= set(fields)]


@pytest.fixture(scope="module")
def steps(system: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Steps]:
    """Type everything that the section has, in its order, into one shell."""
    folder, keys = tmp_path_factory.mktemp("first-steps"), system.account()
    (folder / ".local").mkdir()
    credentials.save(folder / ".local" / "credentials.json", keys, system.url)
    demo.set_up(folder / ".local" / "demo.json", system.url, system.settings.shop_url, keys)
    (folder / ".venv").symlink_to(sys.prefix)
    environment = {
        "PATH": os.environ["PATH"],
        "ACTRAIL_LOCAL": str(system.settings.folder),
        # What must not be heeded: a shell with an AWS account.
        "AWS_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "ACTRAIL_TABLE": "of-another",
    }
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script(system.settings.port)],
        cwd=folder,
        env=environment,
        check=True,
        timeout=120,
    )
    printed = (folder / "answers").read_text().splitlines()
    with system.api(keys) as api:
        yield Steps(
            answers=[json.loads(line) for line in printed if line.startswith("{")],
            lines=[line for line in printed if not line.startswith("{")],
            api=api,
        )


def script(port: int) -> str:
    """The shell blocks of the README's section, its port and its placeholders filled in."""
    section = re.search(r"^## Use it$(.*?)^## ", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert section is not None
    blocks = re.findall(r"^```sh\n(.*?)^```$", section[1], re.DOTALL | re.MULTILINE)
    typed = "".join(blocks).replace(ADDRESS, f"127.0.0.1:{port}")
    filled, placeholders = re.subn(r"(?m)^(\w+)=\.\.\..*$", lambda line: f"{line[1]}={LAST_ID}", typed)
    assert placeholders == 2
    return f"exec > answers\n{filled}"


def test_a_tracker_in_use_is_not_deleted_and_it_is_said_where_it_is_used(steps: Steps):
    [refused] = steps.answers_of("code")

    assert refused["code"] == "in_use"
    assert [use["name"] for use in refused["uses"]] == ["Bigger button"]


def test_the_campaign_is_live_with_its_goal(steps: Steps):
    live = steps.answers_of("status", "variations")[-1]

    assert (live["name"], live["status"], live["goal_count"]) == ("Bigger button", "live", 1)


def test_the_events_are_accepted_and_on_the_feed_at_once(steps: Steps):
    [accepted] = steps.answers_of("accepted")
    [feed] = steps.answers_of("items")

    assert accepted == {"accepted": 2, "rejected": []}
    assert sorted(event["id"] for event in feed["items"]) == ["1", "2"]


def test_the_report_counts_them_within_a_second_or_two(steps: Steps):
    campaign = steps.answers_of("status", "variations")[-1]["id"]

    def counted() -> tuple[int, int, int]:
        report = steps.api.get(f"/v1/campaigns/{campaign}/report").raise_for_status().json()
        [of_goal] = [each for each in report["goals"][0]["variations"] if each["id"] == "1"]
        return report["variations"][1]["visitors"], of_goal["converters"], of_goal["actions"]

    assert eventually(lambda: counted() == (1, 1, 1), seconds=5)


def test_the_command_line_finds_the_system_whatever_account_the_shell_names(steps: Steps):
    assert "Every count is what was found." in steps.lines
    assert any(line.startswith("Usage: actrail") for line in steps.lines)
