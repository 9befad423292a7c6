"""Mails, by SES; where a folder is named in its place, as files there."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.clients import client
from chalicelib.errors import Unavailable
from chalicelib.settings import settings

_UNSAFE = re.compile(r"[^0-9A-Za-z@._-]+")


def send(message: EmailMessage) -> None:
    """Send a mail to whom it names, in the deployment's name. 1 request. Raises Unavailable."""
    message["From"] = settings().mail_from
    if settings().mail_folder:
        _put(Path(settings().mail_folder), message)
        return
    try:
        client("sesv2").send_email(
            FromEmailAddress=settings().mail_from,
            Destination={"ToAddresses": [message["To"]]},
            Content={"Raw": {"Data": message.as_bytes()}},
        )
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(f"The mail could not be sent: {error}") from error


def _put(folder: Path, message: EmailMessage) -> None:
    """A mail sent again is the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    name = _UNSAFE.sub("-", f"{message['Message-ID'].strip('<>')}-{message['To']}")
    (folder / f"{name}.eml").write_bytes(message.as_bytes())
