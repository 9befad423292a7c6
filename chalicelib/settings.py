"""The environment, read once into one frozen dataclass."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Limit:
    """How often somebody may ask: ``rate`` times a second in the long run, and ``burst`` times at once."""

    rate: float
    burst: float


@dataclass(frozen=True, slots=True)
class Settings:
    """What the deployment decides; everything else is in the table.

    Attributes:
        table: name of the DynamoDB table (``ACTRAIL_TABLE``).
        stage: ``local``, or the name of the stack (``ACTRAIL_STAGE``).
        queue: URL of the queue of background jobs (``ACTRAIL_QUEUE``); without one they wait for the next
            look at what is open.
        bucket: name of the bucket for files (``ACTRAIL_BUCKET``).
        mail_from: the sender of mails, an address that SES knows (``ACTRAIL_MAIL_FROM``).
        mail_folder: where mails are put in place of being sent (``ACTRAIL_MAIL_FOLDER``).
        url: where people find this system, for links in mails (``ACTRAIL_URL``).
        key_limit: requests of one secret key that one process takes: ``ACTRAIL_KEY_RATE`` a second,
            ``ACTRAIL_KEY_BURST`` at once. None, which is no limit, where there is no rate.
        intake_limit: the same of one write key (``ACTRAIL_INTAKE_RATE``, ``ACTRAIL_INTAKE_BURST``).
    """

    table: str
    stage: str
    queue: str
    bucket: str
    mail_from: str
    mail_folder: str
    url: str
    key_limit: Limit | None
    intake_limit: Limit | None


@cache
def settings() -> Settings:
    """Read the environment at first use; a Lambda environment never changes while it lives."""
    return Settings(
        table=os.environ.get("ACTRAIL_TABLE", "actrail"),
        stage=os.environ.get("ACTRAIL_STAGE", "local"),
        queue=os.environ.get("ACTRAIL_QUEUE", ""),
        bucket=os.environ.get("ACTRAIL_BUCKET", ""),
        mail_from=os.environ.get("ACTRAIL_MAIL_FROM", "actrail@localhost"),
        mail_folder=os.environ.get("ACTRAIL_MAIL_FOLDER", ""),
        url=os.environ.get("ACTRAIL_URL", ""),
        key_limit=_limit("ACTRAIL_KEY"),
        intake_limit=_limit("ACTRAIL_INTAKE"),
    )


def _limit(name: str) -> Limit | None:
    """The limit that two variables give. One without a rate is none; a burst is a second's, if not told."""
    rate = float(os.environ.get(f"{name}_RATE") or 0)
    burst = float(os.environ.get(f"{name}_BURST") or rate)
    return Limit(rate, max(1.0, burst)) if rate > 0 else None
