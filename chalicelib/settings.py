"""The environment, read once into one frozen dataclass."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Settings:
    """What the deployment decides; everything else is in the table.

    Attributes:
        table: name of the DynamoDB table (``ACTRAIL_TABLE``).
        stage: ``local``, ``prod`` or any other name of a deployment (``ACTRAIL_STAGE``).
    """

    table: str
    stage: str


@cache
def settings() -> Settings:
    """Read the environment at first use; a Lambda environment never changes while it lives."""
    return Settings(
        table=os.environ.get("ACTRAIL_TABLE", "actrail"),
        stage=os.environ.get("ACTRAIL_STAGE", "local"),
    )
