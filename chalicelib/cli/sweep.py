"""actrail sweep: finish deletions that a crash has left half done."""

from __future__ import annotations

from chalicelib.cli.output import command
from chalicelib.table import removal


@command("sweep")
def sweep() -> dict[str, int]:
    """Finish deletions that a crash has left half done, in every account."""
    return {"finished": removal.sweep_all()}
