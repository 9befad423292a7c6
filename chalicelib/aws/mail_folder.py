"""Mails that were put into a folder in place of being sent, read back for whoever runs a system locally."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

from chalicelib.settings import settings

MOST_LISTED = 500
ID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in the folder.

    Attributes:
        id: of its file; a mail that was sent again has the same.
        list_id: which of the lists of mails it is of; empty where it names none.
    """

    id: str
    to: str
    subject: str
    list_id: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """What is in a mail: pages as they came from outside, and the plot that is attached; empty without."""

    mail: Mail
    html: str
    text: str
    plot: str


def is_there() -> bool:
    """Whether mails are put into a folder here: on a local system that names one."""
    return settings().stage == "local" and bool(settings().mail_folder)


def listed() -> list[Mail]:
    """The newest mails, newest first; none where they are sent."""
    return [_mail(path) for path in _files()[:MOST_LISTED]]


def find(mail_id: str) -> Opened | None:
    """A mail, or None where there is none."""
    path = next((each for each in _files() if _id(each) == mail_id), None)
    if path is None:
        return None
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    return Opened(_mail(path), _body(message, "html"), _body(message, "plain"), next(_plots(message), ""))


def _files() -> list[Path]:
    """The files of mails, newest first."""
    if not is_there():
        return []
    found = Path(settings().mail_folder).glob("*.eml")
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _id(path: Path) -> str:
    return hashlib.sha256(path.name.encode()).hexdigest()[:ID_DIGITS]


def _mail(path: Path) -> Mail:
    with path.open("rb") as file:
        headers = BytesHeaderParser(policy=policy.default).parse(file)
    return Mail(
        id=_id(path),
        to=str(headers["To"] or ""),
        subject=str(headers["Subject"] or ""),
        list_id=str(headers["List-Id"] or ""),
        written_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _plots(message: EmailMessage) -> Iterator[str]:
    for part in message.iter_attachments():
        if part.get_content_type() == "image/svg+xml":
            yield part.get_content().decode(errors="replace")
