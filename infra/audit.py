"""Asks the public databases of known weaknesses about everything that is locked.

`python -m infra.audit [--strict]` ends with 1 when something has a known weakness. A database that cannot be
asked, as on a machine without a network, is named; with ``--strict`` that ends with 1 as well.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
TOOLS = ROOT / ".tools" / "bin"
UV_FOUND = 1
"""How `uv audit` ends when there are weaknesses; whatever else goes wrong is another number."""


class Verdict(Enum):
    """What a database says."""

    CLEAN = "nothing known"
    WEAK = "known weaknesses"
    SILENT = "could not be asked"


class Answer(NamedTuple):
    """A verdict, and what the tool said."""

    verdict: Verdict
    text: str


def of_uv(code: int, text: str) -> Answer:
    """The answer in how `uv audit` ended."""
    verdicts = {0: Verdict.CLEAN, UV_FOUND: Verdict.WEAK}
    return Answer(verdicts.get(code, Verdict.SILENT), text)


def of_npm(text: str) -> Answer:
    """The answer in what `npm audit --json` printed; how it ended does not tell."""
    try:
        report = json.loads(text)
    except ValueError:
        return Answer(Verdict.SILENT, text)
    if "auditReportVersion" not in report:
        return Answer(Verdict.SILENT, str(report.get("message", text)))
    weak = sorted(report["vulnerabilities"])
    return Answer(Verdict.WEAK if weak else Verdict.CLEAN, ", ".join(weak))


def _asked() -> dict[str, Answer]:
    uv = _run(ROOT, "uv", "audit", "--locked", "--preview-features", "audit-command")
    npm = _run(ROOT / "infra" / "web", "npm", "audit", "--json")
    return {"uv.lock": of_uv(uv.returncode, uv.stdout + uv.stderr), "package-lock.json": of_npm(npm.stdout)}


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """What a tool says; nothing, where it takes longer than a minute."""
    path = f"{TOOLS}:{os.environ['PATH']}"
    once = {"UV_HTTP_RETRIES": "0", "npm_config_fetch_retries": "0"}
    environment = {**os.environ, "PATH": path, **once}
    try:
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
    except subprocess.TimeoutExpired as error:
        return subprocess.CompletedProcess(command, -1, "", str(error))


def main() -> int:
    """Ask, print what was said, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict", action="store_true", help="fail when a database cannot be asked")
    bad = {Verdict.WEAK, *([Verdict.SILENT] if parser.parse_args().strict else [])}
    answers = _asked()
    for lock, answer in answers.items():
        print(f"{lock}: {answer.verdict.value}")
        if answer.verdict is not Verdict.CLEAN:
            print(answer.text.strip(), file=sys.stderr)
    return int(any(answer.verdict in bad for answer in answers.values()))


if __name__ == "__main__":
    sys.exit(main())
