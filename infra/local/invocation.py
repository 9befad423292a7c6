"""What a Lambda function is told about its invocation."""

import time
from typing import ClassVar

TIMEOUT = 29.0
"""Seconds a function behind API Gateway has."""


class Context:
    """The second argument of a Lambda handler, with the names AWS gives its attributes.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    function_name: ClassVar[str] = "actrail-local"
    function_version: ClassVar[str] = "$LATEST"
    memory_limit_in_mb: ClassVar[int] = 1024
    log_group_name: ClassVar[str] = "/aws/lambda/actrail-local"
    log_stream_name: ClassVar[str] = "local"

    def __init__(self, aws_request_id: str) -> None:
        """Begin an invocation."""
        self.aws_request_id = aws_request_id
        self._started = time.monotonic()

    @property
    def invoked_function_arn(self) -> str:
        """Return the name of this function among all of AWS."""
        return f"arn:aws:lambda:us-east-1:000000000000:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the function may still run before AWS would end it."""
        left = TIMEOUT - (time.monotonic() - self._started)
        return max(0, int(left * 1000))
