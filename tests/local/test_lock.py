"""One system runs on a folder, whoever asks meanwhile whether one does."""

from __future__ import annotations

import fcntl
import threading
from pathlib import Path

import pytest

from chalicelib.cli.local import NothingRuns, use_local_system
from infra.local.errors import FolderInUse
from infra.local.lock import PATIENCE, held


def test_a_folder_is_held_by_one_system_at_a_time(tmp_path: Path):
    with held(tmp_path), pytest.raises(FolderInUse, match=str(tmp_path)), held(tmp_path):
        pass

    with held(tmp_path):
        pass


def test_a_system_starts_while_a_command_line_asks_whether_one_runs(tmp_path: Path):
    with (tmp_path / "lock").open("w") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        asked = threading.Timer(PATIENCE / 5, fcntl.flock, (asking, fcntl.LOCK_UN))
        asked.start()

        with held(tmp_path):
            pass
        asked.join()


def test_a_system_that_starts_does_not_run_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ACTRAIL_LOCAL", str(tmp_path))

    with held(tmp_path), pytest.raises(NothingRuns, match=str(tmp_path)):
        use_local_system()
