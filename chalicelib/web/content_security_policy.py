"""What browsers may load and run of our answers: a policy for each form of answer, all of them here.

None allows inline scripts, nor anything of other hosts. Light enough for intake.
"""

from __future__ import annotations

import base64
import hashlib

HEADER = "Content-Security-Policy"

NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""Of the API: its answers are data."""

OWN = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
"""Of the dashboard's pages: scripts, styles and pictures of this very host, and nothing inline."""

FRAMED = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""Of somebody else's document in a frame: styles are all it has of its own, and end at the frame."""


def one_style(style: str) -> str:
    """Of a page with one style of its own within it, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
