"""The queue of background jobs. A message says which job to go on with and nothing else.

A message that is lost is no job that is lost: jobs are in the table, and those that nobody has gone on with
for a while are put on the queue again.
"""

from __future__ import annotations

from typing import NamedTuple

import orjson
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.clients import client
from chalicelib.observability import count, logger
from chalicelib.settings import settings


class Message(NamedTuple):
    """Which job to go on with."""

    account_id: str
    job_id: str


def send(message: Message) -> None:
    """Put a message on the queue, where the deployment has one. 1 request.

    What the queue does not take is logged and counted, and no reason to refuse anything: the job is stored.
    """
    if not settings().queue:
        return
    body = orjson.dumps(message._asdict()).decode()
    try:
        client("sqs").send_message(QueueUrl=settings().queue, MessageBody=body)
    except (BotoCoreError, ClientError) as error:
        logger.exception("a message was not sent", extra={"job_id": message.job_id})
        count("MessagesLost", type(error).__name__)


def read(body: str) -> Message:
    """The message in a body. Raises ValueError for what is none."""
    fields = orjson.loads(body)
    if not isinstance(fields, dict) or fields.keys() != set(Message._fields):
        raise ValueError(f"no message of ours: {body!r}")
    return Message(**fields)
