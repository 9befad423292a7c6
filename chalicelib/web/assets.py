"""What esbuild has built for the dashboard: files whose names have a hash of what is in them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from chalicelib.errors import Unavailable

BUILT = Path(__file__).parent / "static" / "dashboard"
MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FILE = re.compile(r"[a-z_-]+-[A-Z0-9]{8}\.(css|js|svg)")


class NotBuilt(Unavailable):
    """The deployment lacks the built scripts."""

    def __init__(self) -> None:
        super().__init__("The dashboard's scripts are not built here. Build them, then try again.", 60)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served."""

    text: str
    media_type: str


def name_of(source: str) -> str:
    """The built file of a source such as ``dashboard.css``. Raises NotBuilt."""
    return _manifest()[source]


@lru_cache(maxsize=100)
def find(file: str) -> Asset | None:
    """A built file, or None: only names that the build gives are looked for."""
    form = _FILE.fullmatch(file)
    path = BUILT / file
    if form is None or not path.is_file():
        return None
    return Asset(path.read_text(), MEDIA_TYPES[form[1]])


@cache
def _manifest() -> dict[str, str]:
    try:
        built: dict[str, str] = json.loads((BUILT / "manifest.json").read_text())
    except FileNotFoundError as error:
        raise NotBuilt from error
    return built
