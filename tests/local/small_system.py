"""A local system with the small app: `python -m tests.local.small_system`, with PORT and ACTRAIL_LOCAL.

With SMALL_WATCHED set, the app is loaded again when that file changes.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from infra.local import dev
from infra.local.settings import LocalSettings, from_environment


def small(environ: Mapping[str, str]) -> LocalSettings:
    """Return the settings with the small app, and a command line that makes the same account each time."""
    return replace(
        from_environment(environ),
        shop_port=None,
        app="tests.local.small_app:app",
        watched=[Path(os.environ.get("SMALL_WATCHED", __file__))],
        account_command=[sys.executable, str(Path(__file__).with_name("small_cli.py"))],
    )


if __name__ == "__main__":
    sys.exit(dev.main(small))
