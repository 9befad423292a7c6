"""What a local system is told: where its data is, where it listens, and which app it runs."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import BadSetting
from infra.local.ports import LOOPBACK

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class LocalSettings:
    """The settings of one local system.

    Attributes:
        folder: keeps data, logs and keys; a folder has one system at a time (`ACTRAIL_LOCAL`).
        port: the HTTP port on the loopback interface (`PORT`).
        app: the Chalice app, as module:attribute.
        watched: files and folders whose change reloads the app.
        account_command: the command line that makes accounts.
    """

    folder: Path
    port: int = 8000
    app: str = "app:app"
    watched: Sequence[Path] = (ROOT / "app.py", ROOT / "chalicelib")
    account_command: Sequence[str] = (str(Path(sys.executable).with_name("actrail")),)

    @property
    def url(self) -> str:
        """Return the address for people and clients."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def credentials(self) -> Path:
        """Return the file with the first account's keys."""
        return self.folder / "credentials.json"

    @property
    def checkpoint(self) -> Path:
        """Return the file that says how far the stream was counted."""
        return self.folder / "checkpoint.json"

    def log(self, name: str) -> Path:
        """Return the log file of a child."""
        return self.folder / "log" / f"{name}.log"


def from_environment(environ: Mapping[str, str]) -> LocalSettings:
    """Read the settings; an empty variable is an unset one. Raises BadSetting."""
    return LocalSettings(
        folder=Path(environ.get("ACTRAIL_LOCAL") or ".local").absolute(),
        port=_port(environ.get("PORT") or str(LocalSettings.port)),
    )


def _port(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise BadSetting(f"PORT is {text!r}, which is no port number")
    return int(text)
