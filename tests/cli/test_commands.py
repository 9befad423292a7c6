"""The command line, for people and, with --json, for programs."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from chalicelib.cli import main
from chalicelib.domain.api_key import ApiKey, Scope, Token
from chalicelib.domain.job import JobKind
from chalicelib.settings import settings
from chalicelib.table import accounts, api_keys, jobs, removal
from chalicelib.table.rows import Row
from tests import factories
from tests.api import faults as service
from tests.table import faults

NOWHERE = "00000000000000000000000000"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def printed(*arguments: str) -> Any:
    """What a command prints for programs."""
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def shown(*arguments: str) -> list[list[str]]:
    """What a command prints for people: words by line."""
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return [line.split() for line in result.stdout.splitlines()]


def _opened_by(text: str) -> ApiKey | None:
    token = Token.parse(text)
    assert token is not None
    return api_keys.opened_by(token)


@pytest.fixture
def account_id(table: str) -> str:
    return factories.new_account()


def test_account_list_lists_the_accounts(account_id):
    (listed,) = printed("account", "list")

    assert (listed["account_id"], listed["name"]) == (account_id, accounts.get(account_id).name)


def test_account_create_makes_an_account_with_a_secret_key_and_a_write_key(table):
    made = printed("account", "create", " Acme ", "--time-zone", "Europe/Berlin")

    account = accounts.get(made["account_id"])
    opened = [_opened_by(made[name]) for name in ("secret_key", "write_key")]
    assert (account.name, account.time_zone) == ("Acme", "Europe/Berlin")
    assert [key.scope for key in opened if key] == [Scope.ADMIN, Scope.COLLECT]
    assert {key.account_id for key in opened if key} == {account.id}


def test_account_create_shows_people_the_same(table):
    lines = shown("account", "create", "Acme")

    assert [line[:-1] for line in lines] == [["account", "id"], ["secret", "key"], ["write", "key"]]
    assert accounts.get(lines[0][-1]).name == "Acme"


@pytest.mark.parametrize("scope", Scope)
def test_key_create_makes_a_key_of_the_scope(account_id, scope):
    made = printed("key", "create", account_id, "--scope", scope.value, "--name", "CI")

    key = _opened_by(made["key"])
    assert key is not None
    assert (key.id, key.scope, key.name) == (made["key_id"], scope, "CI")


def test_key_list_shows_every_key_without_its_secret(account_id):
    made = [printed("key", "create", account_id, "--scope", "read", "--name", f"{n}") for n in range(3)]

    listed = printed("key", "list", account_id)
    lines = shown("key", "list", account_id)

    assert [(key["key_id"], key["scope"], key["name"]) for key in listed] == [
        (key["key_id"], "read", f"{number}") for number, key in enumerate(made)
    ]
    assert lines[0] == ["key", "id", "scope", "created", "at", "name"]
    assert [line[0] for line in lines[1:]] == [key["key_id"] for key in made]
    assert [line[2:5] for line in lines[1:]] == [
        [*key["created_at"][:19].split("T"), "UTC"] for key in listed
    ]
    assert not [key for key in made if key["key"].rpartition("_")[2] in json.dumps(listed)]


def test_key_list_reads_every_page(account_id, monkeypatch):
    monkeypatch.setattr("chalicelib.cli.key.PAGE", 2)
    made = [printed("key", "create", account_id, "--scope", "read")["key_id"] for _ in range(5)]

    assert [key["key_id"] for key in printed("key", "list", account_id)] == made


def test_a_list_of_nothing_says_none(account_id):
    assert shown("key", "list", account_id) == [["none"]]
    assert printed("key", "list", account_id) == []


def test_key_revoke_makes_a_key_open_nothing(account_id):
    first, second = (printed("key", "create", account_id, "--scope", "read") for _ in range(2))

    assert printed("key", "revoke", account_id, first["key_id"]) == {"revoked": first["key_id"]}
    assert shown("key", "revoke", account_id, second["key_id"]) == [["revoked", second["key_id"]]]
    assert [_opened_by(key["key"]) for key in (first, second)] == [None, None]


def test_job_list_shows_how_far_every_job_is(account_id):
    begun = factories.new_job(account_id)
    over = factories.new_job(account_id, JobKind.PROOF)
    jobs.save(over, over.advanced({}, done=3).finished(), factories.NOW)

    listed = printed("job", "list", account_id)

    assert [(each["job_id"], each["kind"], each["status"], each["done"]) for each in listed] == [
        (begun.id, "roll_up", "running", 0),
        (over.id, "proof", "done", 3),
    ]
    assert [each["job_id"] for each in printed("job", "list", account_id, "--status", "done")] == [over.id]
    assert shown("job", "list", account_id)[0][:4] == ["job", "id", "kind", "status"]


@pytest.mark.parametrize(("error", "code"), [(None, 0), ("no table", 1)])
def test_job_watch_waits_for_the_end_and_fails_with_the_job(account_id, monkeypatch, error, code):
    begun = factories.new_job(account_id)
    steps = [
        lambda job: job.advanced({}, done=2, total=5),
        lambda job: job.failed(error) if error else job.finished({"rolled_up": 5}),
    ]

    def work(_: float) -> None:
        before = jobs.get(account_id, begun.id)
        jobs.save(before, steps.pop(0)(before), factories.NOW)

    monkeypatch.setattr("time.sleep", work)

    result = run("job", "watch", account_id, begun.id)

    assert result.exit_code == code
    assert (error or "rolled_up: 5") in result.stdout
    assert steps == []


def test_sweep_finishes_deletions_that_were_left_half_done(account_id):
    campaign = factories.new_campaign(account_id)
    tracker = factories.new_tracker(account_id, campaign)
    factories.new_goal(account_id, campaign, tracker)
    with faults.crash_at(2, answered=False), pytest.raises(faults.Crash):
        removal.delete_tracker(account_id, tracker.id, with_data=True)

    assert printed("sweep") == {"finished": 1}
    assert shown("sweep") == [["finished", "0"]]


def test_table_create_creates_the_table_that_aws_gets_unless_it_is_there(table, monkeypatch):
    settings.cache_clear()
    monkeypatch.setenv("ACTRAIL_TABLE", "created-by-hand")

    first, again = printed("table", "create"), shown("table", "create")

    described = boto3.client("dynamodb").describe_table(TableName="created-by-hand")["Table"]
    settings.cache_clear()
    assert first == {"table": "created-by-hand", "created": True}
    assert again == [["table", "created-by-hand"], ["created", "False"]]
    assert described["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"


REFUSED = [
    (("account", "create", " "), "invalid"),
    (("account", "create", "Acme", "--time-zone", "Mars/Olympus"), "invalid"),
    (("key", "create", NOWHERE, "--scope", "read"), "not_found"),
    (("key", "list", NOWHERE), "not_found"),
    (("key", "revoke", NOWHERE, NOWHERE), "not_found"),
    (("job", "list", NOWHERE), "not_found"),
    (("job", "watch", NOWHERE, NOWHERE), "not_found"),
    (("recount", NOWHERE), "not_found"),
]
NO_IDS = ["", " ", "a#b", "x" * 3000]


@pytest.mark.parametrize(("arguments", "code"), REFUSED)
def test_a_refusal_is_one_line_on_standard_error_and_exit_code_1(table, arguments, code):
    for_people, for_programs = run(*arguments), run(*arguments, "--json")

    error = json.loads(for_programs.stderr)["error"]
    assert (for_people.exit_code, for_people.stdout) == (1, "")
    assert (for_programs.exit_code, for_programs.stdout) == (1, "")
    assert error["code"] == code
    assert for_people.stderr == f"actrail: {error['message']}\n"


@pytest.mark.parametrize("text", NO_IDS, ids=["empty", "blank", "others", "long"])
@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("key", "create", "{}", "--scope", "read"), "account"),
        (("key", "list", "{}"), "account"),
        (("key", "revoke", NOWHERE, "{}"), "key"),
        (("job", "list", "{}"), "account"),
        (("job", "watch", "{}", NOWHERE), "account"),
        (("job", "watch", NOWHERE, "{}"), "job"),
        (("recount", "{}"), "campaign"),
        (("recount", NOWHERE, "--account", "{}"), "account"),
    ],
)
def test_what_could_be_no_id_is_nowhere(table, arguments, what, text):
    result = run(*(each.format(text) for each in arguments))

    assert (result.exit_code, result.stderr) == (1, f"actrail: There is no such {what}.\n")


def test_a_table_that_does_not_answer_is_one_line_and_exit_code_1(account_id):
    with service.happening(service.PASSING["no connection"]):
        result = run("key", "list", account_id, "--json")

    assert (result.exit_code, result.stdout) == (1, "")
    assert json.loads(result.stderr)["error"]["code"] == "table_unavailable"


@pytest.mark.parametrize(
    "arguments",
    [("account", "create", "Acme"), ("key", "list", NOWHERE), ("recount", NOWHERE), ("sweep",)],
)
def test_where_there_is_no_table_it_is_said_how_to_make_one(moto, arguments):
    Row.use_table("not-made-yet")

    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("actrail: There is no table not-made-yet.")
    assert "`actrail table create`" in result.stderr


def test_without_a_region_it_is_said_how_to_name_an_account_or_the_system_on_this_machine(monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    Row.use_table("anywhere")

    result = run("key", "list", NOWHERE)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "AWS_REGION" in result.stderr
    assert "`actrail --local`" in result.stderr


def test_the_region_is_that_of_aws_region_as_for_the_tools_of_aws(table, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    run("key", "list", NOWHERE)

    assert os.environ["AWS_DEFAULT_REGION"] == "eu-central-1"


@pytest.mark.parametrize("left", [(), ("lock",), ("lock", "environment.json")])
def test_local_where_no_system_runs_says_so_and_asks_no_other_table(tmp_path, monkeypatch, left):
    for name in left:
        (tmp_path / name).write_text("{}")
    monkeypatch.setenv("ACTRAIL_LOCAL", str(tmp_path))

    result = run("--local", "key", "list", NOWHERE)
    for_programs = run("--local", "key", "list", NOWHERE, "--json")

    error = json.loads(for_programs.stderr)["error"]
    assert (result.exit_code, result.stdout) == (for_programs.exit_code, for_programs.stdout) == (1, "")
    assert result.stderr == f"actrail: {error['message']}\n"
    assert error["code"] == "nothing_runs"
    assert error["message"].startswith(f"No local system runs on {tmp_path}.")
    assert "`make dev`" in error["message"]


@pytest.mark.parametrize(
    "arguments",
    [("key", "create", NOWHERE), ("key", "create", NOWHERE, "--scope", "root"), ("account", "create")],
)
def test_a_wrong_use_is_explained_with_exit_code_2(arguments):
    result = run(*arguments)

    assert result.exit_code == 2
    assert "Usage:" in result.stderr


@pytest.mark.parametrize("command", [("job",), ("job", "list"), ("recount",)])
def test_local_needs_no_system_to_say_what_a_command_is_for(tmp_path, monkeypatch, command):
    monkeypatch.setenv("ACTRAIL_LOCAL", str(tmp_path))

    result = run("--local", *command, "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage:")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_says_what_it_is_for(option):
    result = run(option)

    assert result.exit_code == 0
    assert all(name in result.stdout for name in ("account", "job", "key", "sweep", "table"))
