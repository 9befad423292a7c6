"""The first account of a local system, and the file that keeps its keys."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.local.errors import AccountFailed
from infra.local.settings import LocalSettings

_TIMEOUT = 30.0


@dataclass(frozen=True)
class Credentials:
    """The account and its two keys, as the command line prints them once."""

    account_id: str
    secret_key: str
    write_key: str


def first_account(settings: LocalSettings, environment: Mapping[str, str]) -> Credentials:
    """Make an account in the table that the environment names. Raises AccountFailed."""
    result = subprocess.run(
        [*settings.account_command, "account", "create", "Local", "--json"],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
        start_new_session=True,
    )
    if result.returncode != 0:
        raise AccountFailed(f"the first account could not be made: {result.stderr.strip()}")
    return Credentials(**json.loads(result.stdout))


def load(path: Path) -> Credentials | None:
    """Return the keys the file holds, or None when there is no file."""
    if not path.exists():
        return None
    kept = json.loads(path.read_text())
    del kept["url"]
    return Credentials(**kept)


def save(path: Path, credentials: Credentials, url: str) -> None:
    """Write the keys and the system's address, for this user's eyes only, in one step."""
    text = json.dumps({"url": url, **asdict(credentials)}, indent=2) + "\n"
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)
