"""Finds interpreters on this machine: bytecode is compiled by the version of Python that runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_ASK = "import sys; print('%d.%d' % sys.version_info[:2])"


def find(version: str) -> Path | None:
    """An interpreter of a version such as ``3.13``; None when the machine has none.

    Looked for in PATH, then among those of pyenv and uv, whose stand-ins in PATH may not work.
    """
    return next((path for path in _candidates(version) if _is(path, version)), None)


def _candidates(version: str) -> Iterator[Path]:
    yield Path(sys.executable)
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or Path.home() / ".local" / "share" / "uv" / "python")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}"))
    yield from sorted(uv.glob(f"cpython-{version}*/bin/python{version}"))


def _is(path: Path, version: str) -> bool:
    try:
        result = subprocess.run([path, "-I", "-c", _ASK], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return result.stdout.strip() == version
