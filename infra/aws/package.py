"""Builds what is deployed: `python -m infra.aws.package [FOLDER]` writes a template and the zip it names.

The zip is the same, byte for byte, whenever and wherever it is built from the same sources and lock file.
Wheels are those of the lock file, resolved for the target and checked by their hashes. Bytecode is compiled
by an interpreter of the target's version and trusted without a look at the source, since Lambda's folder can
be written by nobody: without it a new instance would compile everything anew. Files stand in order and have
one date.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chalice
import chalice.app

from infra.aws import interpreters
from infra.aws.contents import is_shipped
from infra.aws.errors import PackagingFailed

ROOT = Path(__file__).resolve().parents[2]
UV = ROOT / ".tools" / "bin" / "uv"
TEMPLATE = "sam.json"
ZIP = "deployment.zip"
MOST_BYTES = 15 * 1024 * 1024
"""Of the zip: the limit we set ourselves, since a large one is slow to start from."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEVEL = 7
"""Of compression: 9 takes twice as long for a zip that is 0.4 % smaller."""

_FOLDERS = {"arm64": "aarch64", "x86_64": "x86_64"}


@dataclass(frozen=True, slots=True)
class Target:
    """What the package runs on: a version of Python such as ``3.13``, and Lambda's name of a processor."""

    python: str
    processor: str

    @property
    def platform(self) -> str:
        """The platform of its wheels: Amazon Linux 2023, which has glibc 2.34."""
        return f"{_FOLDERS[self.processor]}-manylinux_2_34"


@dataclass(frozen=True, slots=True)
class Package:
    """A package on disk."""

    template: Path
    zip: Path

    @property
    def digest(self) -> str:
        """The SHA-256 of the zip, in hexadecimal."""
        return hashlib.sha256(self.zip.read_bytes()).hexdigest()


def target_of(template: dict[str, Any]) -> Target:
    """What the functions of a template run on; all of them on the same."""
    functions = [
        each["Properties"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::Serverless::Function"
    ]
    ((runtime, processor),) = {(each["Runtime"], *each["Architectures"]) for each in functions}
    return Target(runtime.removeprefix("python"), processor)


def build(folder: Path, stage: str) -> Package:
    """Write template and zip to a folder, which is emptied first. Raises PackagingFailed."""
    shutil.rmtree(folder, ignore_errors=True)
    _run_chalice(folder, stage)
    template = json.loads((folder / TEMPLATE).read_text())
    tree = folder / "tree"
    fill(tree, target_of(template))
    _zip(tree, folder / ZIP)
    shutil.rmtree(tree)
    package = Package(folder / TEMPLATE, folder / ZIP)
    size = package.zip.stat().st_size
    if size > MOST_BYTES:
        raise PackagingFailed(f"the zip has {size:,} bytes, more than {MOST_BYTES:,}")
    return package


def fill(tree: Path, target: Target) -> None:
    """Write what a zip for a target has in it to a folder that is not there yet. Raises PackagingFailed."""
    _install(tree, target)
    _copy_sources(tree)
    _compile(tree, target)


def _run_chalice(folder: Path, stage: str) -> None:
    """Have Chalice write the template, with ours merged in. The zip beside it is replaced."""
    command = [str(Path(sys.executable).with_name("chalice")), "package", "--stage", stage]
    merged = ["--merge-template", str(ROOT / "infra" / "resources.json")]
    # Chalice asks for a region though nothing in the template has one.
    _run([*command, *merged, str(folder)], AWS_DEFAULT_REGION="us-east-1")


def _install(tree: Path, target: Target) -> None:
    """Put the locked packages that the functions import into a folder, as wheels for the target."""
    wanted = _run([str(UV), "export", "--locked", "--no-dev", "--no-emit-project", "--quiet"])
    requirements = tree.parent / "requirements.txt"
    requirements.write_text(wanted)
    command = [
        str(UV),
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
    ]
    place = ["--target", str(tree), "--python-platform", target.platform, "--python-version", target.python]
    _run([*command, *place, "--requirement", str(requirements)])
    requirements.unlink()
    for path in sorted(tree.rglob("*"), reverse=True):
        if path.is_file() and not is_shipped(path.relative_to(tree)):
            path.unlink()


def _copy_sources(tree: Path) -> None:
    """Add our own sources, and the two files of Chalice that it needs at run time."""
    shutil.copy(ROOT / "app.py", tree)
    ignored = shutil.ignore_patterns("__pycache__", "cli", "*.map")
    shutil.copytree(ROOT / "chalicelib", tree / "chalicelib", ignore=ignored)
    (tree / "chalice").mkdir()
    for module in (chalice, chalice.app):
        shutil.copy(inspect.getfile(module), tree / "chalice")


def _compile(tree: Path, target: Target) -> None:
    """Compile with one process and one hash seed: both find their way into bytecode."""
    python = interpreters.find(target.python)
    if python is None:
        raise PackagingFailed(
            f"there is no Python {target.python} here to compile for the target; install it"
        )
    options = ["-q", "-j", "1", "--invalidation-mode", "unchecked-hash", "-s", str(tree), "-p", "/var/task"]
    _run([str(python), "-I", "-m", "compileall", *options, str(tree)], PYTHONHASHSEED="0")


def _zip(tree: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for path in _files(tree):
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, path.read_bytes())


def _files(tree: Path) -> Iterator[Path]:
    return (path for path in sorted(tree.rglob("*")) if path.is_file())


def _run(command: list[str], **environment: str) -> str:
    """What a command prints. Raises PackagingFailed with what it says of its failure."""
    result = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise PackagingFailed(f"{Path(command[0]).name}: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout


def main() -> int:
    """Build, and say what was built; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "build" / "package")
    parser.add_argument("--stage", default="prod", help="a name of the deployment")
    arguments = parser.parse_args()
    try:
        package = build(arguments.folder.resolve(), arguments.stage)
    except PackagingFailed as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    print(f"{package.zip}  {package.zip.stat().st_size:,} bytes  sha256 {package.digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
