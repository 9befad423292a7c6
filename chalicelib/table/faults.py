"""Faults of the service below: what is worth another try, and so a 503, and what is our own mistake."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError
from pynamodb.exceptions import PynamoDBException

from chalicelib.errors import Unavailable
from chalicelib.settings import settings
from chalicelib.table.refusals import WireError, passes

FAULTS = (PynamoDBException, BotoCoreError, ClientError, WireError)


def unavailable(error: Exception) -> Unavailable | None:
    """The refusal for a passing fault; None for one that another try would only meet again."""
    cause = _cause(error)
    passing = isinstance(cause, BotoCoreError) or passes(_code(cause))
    return Unavailable("The table does not answer. Try again in a moment.") if passing else None


def described(error: Exception) -> str:
    """The fault for whoever operates the system: what to do where that is plain, else the service's words."""
    cause = _cause(error)
    if _code(cause) == "ResourceNotFoundException":
        return (
            f"There is no table {settings().table}. Name yours in ACTRAIL_TABLE, or make it with "
            "`actrail table create`."
        )
    if isinstance(cause, NoRegionError | NoCredentialsError):
        return (
            f"{cause} Name an AWS account by AWS_PROFILE and AWS_REGION, or say `actrail --local` for the "
            "system on this machine."
        )
    return str(error)


def _cause(error: Exception) -> Exception | None:
    """What AWS or botocore said, without what pynamodb says around it."""
    return error.cause if isinstance(error, PynamoDBException) else error


def _code(error: Exception | None) -> str:
    if isinstance(error, WireError):
        return error.wire_code
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
