"""Faults of the service below: what is worth another try, and so a 503, and what is our own mistake."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.errors import Unavailable

FAULTS = (PynamoDBException, BotoCoreError, ClientError)
_PASSING = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


def unavailable(error: Exception) -> Unavailable | None:
    """The refusal for a passing fault; None for one that another try would only meet again."""
    cause = error.cause if isinstance(error, PynamoDBException) else error
    if isinstance(cause, ClientError):
        passing = cause.response.get("Error", {}).get("Code") in _PASSING
    else:
        passing = isinstance(cause, BotoCoreError)
    return Unavailable("The table does not answer. Try again in a moment.") if passing else None
