"""What a local system is told: where its data is, where it listens, and which app it runs."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import BadSetting
from infra.local.ports import LOOPBACK, free_port

ROOT = Path(__file__).resolve().parents[2]
SHOP_PORT = 8080
DEMO_DOMAIN = "localhost"


@dataclass(frozen=True)
class LocalSettings:
    """The settings of one local system.

    Attributes:
        folder: keeps data, logs and keys; a folder has one system at a time (`ACTRAIL_LOCAL`).
        port: the HTTP port on the loopback interface (`PORT`).
        shop_port: that of the demo shop (`SHOP_PORT`); None for a system without one.
        app: the Chalice app, as module:attribute.
        watched: files and folders whose change reloads the app.
        account_command: the command line that makes accounts.
    """

    folder: Path
    port: int = 8000
    shop_port: int | None = None
    app: str = "app:app"
    watched: Sequence[Path] = (ROOT / "app.py", ROOT / "chalicelib")
    account_command: Sequence[str] = (str(Path(sys.executable).with_name("actrail")),)

    @property
    def url(self) -> str:
        """Return the address for people and clients."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def shop_url(self) -> str:
        """Return the demo shop's address, under the name of its site."""
        return f"http://{DEMO_DOMAIN}:{self.shop_port}"

    @property
    def credentials(self) -> Path:
        """Return the file with the first account's keys."""
        return self.folder / "credentials.json"

    @property
    def environment(self) -> Path:
        """Return the file that says, while the system runs, what leads a command line to it."""
        return self.folder / "environment.json"

    @property
    def checkpoint(self) -> Path:
        """Return the file that says how far the stream was counted."""
        return self.folder / "checkpoint.json"

    @property
    def demo(self) -> Path:
        """Return the file that says what was set up for the demo shop."""
        return self.folder / "demo.json"

    @property
    def mail(self) -> Path:
        """Return the folder that gets the mails in place of people."""
        return self.folder / "mail"

    def log(self, name: str) -> Path:
        """Return the log file of a child."""
        return self.folder / "log" / f"{name}.log"


def from_environment(environ: Mapping[str, str]) -> LocalSettings:
    """Read the settings; an empty variable is an unset one. Raises BadSetting."""
    port = _port("PORT", environ.get("PORT") or str(LocalSettings.port))
    shop_port = environ.get("SHOP_PORT")
    if shop_port == str(port):
        raise BadSetting(f"PORT and SHOP_PORT are both {port}; the shop needs one of its own")
    return LocalSettings(
        folder=Path(environ.get("ACTRAIL_LOCAL") or ".local").absolute(),
        port=port,
        shop_port=_port("SHOP_PORT", shop_port) if shop_port else free_port(SHOP_PORT),
    )


def _port(name: str, text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise BadSetting(f"{name} is {text!r}, which is no port number")
    return int(text)
