"""The children that call our functions, as the supervisor sees them: it need not import what they do."""

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from infra.local.checkpoint import has_begun
from infra.local.processes import Program
from infra.local.settings import LocalSettings

BACKGROUND_GRACE = 4.0
"""Seconds to end in. A job that is cut off goes on where it was, so that nobody waits for one that waits."""

TRIGGERS_GRACE = 60.0
"""Seconds to count what is left in: what is not counted by then is missing from reports."""


def background(settings: LocalSettings, environment: Mapping[str, str]) -> Program:
    """Return the process that does jobs; it answers as soon as it has begun."""
    ready = settings.folder / "background.pid"
    ready.unlink(missing_ok=True)
    return Program(
        name="background",
        command=[sys.executable, "-m", "infra.local.background", str(ready)],
        environment=environment,
        log=settings.log("background"),
        answers=partial(Path.exists, ready),
        grace=BACKGROUND_GRACE,
    )


def triggers(settings: LocalSettings, environment: Mapping[str, str], life: str) -> Program:
    """Return the process that counts; it answers as soon as it has begun in this life of the emulator."""
    return Program(
        name="triggers",
        command=[sys.executable, "-m", "infra.local.triggers", str(settings.checkpoint), life],
        environment=environment,
        log=settings.log("triggers"),
        answers=partial(has_begun, settings.checkpoint, life),
        grace=TRIGGERS_GRACE,
    )
