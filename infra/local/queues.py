"""The queue of jobs and that of failures, as the template describes them to AWS."""

import json
from typing import Any

VISIBILITY = "60"
MOST_RECEIVES = "5"


def make_queues(sqs: Any, name: str) -> str:
    """Make the queue of jobs, and that of failures behind it, unless they are there; return its URL."""
    failed = sqs.create_queue(QueueName=f"{name}-failed")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=failed, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": MOST_RECEIVES})
    attributes = {"VisibilityTimeout": VISIBILITY, "RedrivePolicy": redrive}
    return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])
