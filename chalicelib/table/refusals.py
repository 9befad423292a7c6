"""What DynamoDB refuses a request with, and which of it passes: the same request may be taken a moment later.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

SERVER_ERROR = 500
CANCELLED = "TransactionCanceledException"
IN_PROGRESS = "TransactionInProgressException"
PASSING = frozenset(
    {
        IN_PROGRESS,
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
    }
)
PASSING_REASONS = frozenset(
    {
        "None",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "ThrottlingError",
        "TransactionConflict",
    }
)
"""Why a transaction is cancelled that met another one or was throttled: no condition was the reason."""


class WireError(Exception):
    """The table refused a request for a reason that another try would only meet again: our mistake."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.wire_code = code
        self.item: dict[str, Any] | None = None


class ConditionFailed(WireError):
    """A condition of the write did not hold; ``item`` is what stands there."""


def passes(code: str, reasons: Iterable[str] = ()) -> bool:
    """Whether an error passes: a cancelled transaction, if the reasons of all its actions do.

    Where an answer names no code, botocore takes its status for one.
    """
    if code == CANCELLED:
        named = list(reasons)
        return bool(named) and PASSING_REASONS.issuperset(named)
    return code in PASSING or (code.isdecimal() and int(code) >= SERVER_ERROR)


def raise_unless_passing(status: int, answer: bytes) -> None:
    """Raise the WireError or ConditionFailed that an answer on the wire means, unless it passes."""
    if status >= SERVER_ERROR:
        return
    try:
        fault = orjson.loads(answer)
    except orjson.JSONDecodeError as garbled:
        raise WireError(str(status), answer[:200].decode(errors="replace")) from garbled
    code = str(fault.get("__type", "")).rpartition("#")[2]
    reasons = [str(each.get("Code")) for each in fault.get("CancellationReasons") or ()]
    if passes(code, reasons):
        return
    error_type = ConditionFailed if code == "ConditionalCheckFailedException" else WireError
    error = error_type(code, fault.get("message") or fault.get("Message") or "")
    error.item = fault.get("Item")
    raise error
