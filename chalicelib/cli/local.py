"""What ``--local`` does: the command line works on the system that `make dev` runs, whatever the shell names.

That system keeps in its folder what its own processes see, and holds a lock there while it runs.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

from chalicelib.errors import ActrailError
from chalicelib.settings import settings
from chalicelib.table.rows import Row

FOLDER_VARIABLE = "ACTRAIL_LOCAL"
FOLDER = ".local"
ENVIRONMENT = "environment.json"
"""Names of variables with their values: region, endpoint, table and what else leads to the system."""
LOCK = "lock"
_OTHERS = ("AWS_", "ACTRAIL_")


class NothingRuns(ActrailError):
    """No local system runs on the folder."""

    code = "nothing_runs"


def use_local_system() -> None:
    """Point this process at the system that runs on the folder, and forget any AWS account.

    The folder is the one that ``ACTRAIL_LOCAL`` names, else ``.local``. Raises NothingRuns.
    """
    folder = Path(os.environ.get(FOLDER_VARIABLE) or FOLDER).absolute()
    environment = _environment(folder) if _is_held(folder / LOCK) else None
    if environment is None:
        raise NothingRuns(
            f"No local system runs on {folder}. Start one with `make dev`, "
            f"or name the folder of another in {FOLDER_VARIABLE}."
        )
    for name in [name for name in os.environ if name.startswith(_OTHERS)]:
        del os.environ[name]
    os.environ.update(environment)
    settings.cache_clear()
    Row.use_table(settings().table)


def _environment(folder: Path) -> dict[str, str] | None:
    """What the system wrote about itself; None as long as it starts."""
    try:
        return dict(json.loads((folder / ENVIRONMENT).read_text()))
    except FileNotFoundError:
        return None


def _is_held(lock: Path) -> bool:
    """Whether a system holds the lock: one that was killed has left its files, but no lock."""
    try:
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
