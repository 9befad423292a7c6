"""Does what the queue and the clock of AWS do: hands jobs to the function that does them, and ticks.

`python -m infra.local.background READY`, a child of `infra.local.dev`. READY is a file that says, once it is
there, that it has begun. A message that fails is delivered again, a few times, and then goes to the queue of
failures. SIGTERM ends it after the step of the job it is at; the job goes on at the next start.
"""

import json
import logging.config
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.clients import client
from chalicelib.errors import ActrailError
from chalicelib.jobs import schedule, work
from chalicelib.table.faults import FAULTS

WAIT = 1
"""Seconds that a look at the queue waits for a message."""

TICK = 60.0
"""Seconds between looks at what is due; AWS takes five minutes."""

FUNCTION_TIME = 300.0
"""Seconds that the function has, as in AWS."""

_log = logging.getLogger(__name__)


@dataclass
class WorkContext:
    """What the function is told of its invocation: how long it may still run, not at all once it must end."""

    stopping: threading.Event
    aws_request_id: str = "local"
    started: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the function may still run."""
        if self.stopping.is_set():
            return 0
        return max(0, int((FUNCTION_TIME - time.monotonic() + self.started) * 1000))


def run(queue_url: str, stopping: threading.Event) -> None:
    """Do jobs and tick until the end is asked for."""
    next_tick = 0.0
    while not stopping.is_set():
        try:
            if time.monotonic() >= next_tick:
                schedule.handle({}, None)
                next_tick = time.monotonic() + TICK
            deliver(queue_url, stopping, WAIT)
        except (*FAULTS, ActrailError, BotoCoreError, ClientError):
            _log.exception("it is tried again")
            stopping.wait(1.0)


def deliver(queue_url: str, stopping: threading.Event, wait: int) -> int:
    """Hand a batch of messages to the function, delete those it has done; return how many there were."""
    sqs = client("sqs")
    answer = sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=5,
        WaitTimeSeconds=wait,
        AttributeNames=["ApproximateReceiveCount"],
    )
    messages = answer.get("Messages", [])
    if messages:
        result = work.handle(event_of(messages), WorkContext(stopping))
        failed = {each["itemIdentifier"] for each in result["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] not in failed:
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return len(messages)


def event_of(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the event of a batch, in the form of a mapping of a queue.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "eventSource": "aws:sqs",
            }
            for message in messages
        ]
    }


def main(ready: str) -> None:
    """Do the jobs of the queue that the environment names, until a signal asks for the end."""
    logging.config.dictConfig(json.loads(Path(__file__).with_name("logging.json").read_text()))
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    Path(ready).write_text(str(os.getpid()))
    run(os.environ["ACTRAIL_QUEUE"], stopping)


if __name__ == "__main__":
    main(*sys.argv[1:])
