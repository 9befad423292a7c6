"""Which files of the installed packages are shipped: what the functions can reach, and no more.

Botocore brings descriptions of 400 services, of which four are spoken here.
"""

from __future__ import annotations

from pathlib import Path

SERVICES = frozenset({"dynamodb", "s3", "sesv2", "sqs"})
"""The services whose descriptions are shipped; `chalicelib` makes clients of no others."""

_NEEDLESS_FOLDERS = frozenset({"__pycache__", "bin", "tests"})
_NEEDLESS_SUFFIXES = frozenset({".c", ".h", ".pxd", ".pyi", ".pyx", ".typed"})
_NEEDLESS_DATA = frozenset({"examples-1.json", "examples-1.json.gz"})
_BOTOCORE_DATA = ("botocore", "data")
_METADATA = frozenset({"METADATA", "entry_points.txt"})
"""What is read of a package's own description at run time."""


def is_shipped(path: Path) -> bool:
    """Whether a file, named relative to the folder of packages, goes into the package."""
    *folders, name = path.parts
    if _NEEDLESS_FOLDERS.intersection(folders) or path.suffix in _NEEDLESS_SUFFIXES or not folders:
        return bool(not folders and path.suffix in {".py", ".so"})
    if folders[0].endswith(".dist-info"):
        return name in _METADATA
    if tuple(folders[:2]) == _BOTOCORE_DATA and len(folders) > 2:
        return folders[2] in SERVICES and name not in _NEEDLESS_DATA
    return True
