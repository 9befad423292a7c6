"""What a Lambda function is told about its invocation."""

import time
from dataclasses import dataclass, field

TIMEOUT = 29.0
"""Seconds a function behind API Gateway has."""


@dataclass(frozen=True, slots=True)
class Context:
    """The second argument of a Lambda handler, with the names AWS gives its attributes.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    aws_request_id: str
    function_name: str = "actrail-local"
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 1024
    log_group_name: str = "/aws/lambda/actrail-local"
    log_stream_name: str = "local"
    started: float = field(default_factory=time.monotonic)

    @property
    def invoked_function_arn(self) -> str:
        """Return the name of this function among all of AWS."""
        return f"arn:aws:lambda:us-east-1:000000000000:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the function may still run before AWS would end it."""
        left = TIMEOUT - (time.monotonic() - self.started)
        return max(0, int(left * 1000))
