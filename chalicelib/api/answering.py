"""What all answers over HTTP have in common: each is logged, and whatever happens becomes one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from chalice.app import Request, Response

from chalicelib.domain.ids import ID, PATH_PARAMETERS, from_path
from chalicelib.errors import ActrailError, NotFound, Unavailable
from chalicelib.observability import logger
from chalicelib.table.faults import FAULTS, unavailable

SERVER_ERROR = 500


def logged(message: str, request: Request, answer: Callable[[], Response]) -> Response:
    """The answer, with a line in the log that tells what was asked, what came of it and how long it took."""
    started = time.perf_counter()
    logger.remove_keys(["account_id", "key_id"])  # of the request before, maybe another account's
    logger.set_correlation_id(request.context.get("requestId", ""))
    response = answer()
    logger.info(
        message,
        extra={
            "method": request.method,
            "route": request.context["resourcePath"],
            "status": response.status_code,
            "milliseconds": round((time.perf_counter() - started) * 1000, 1),
        },
    )
    return response


def checked(path: Mapping[str, str], what: str) -> dict[str, str]:
    """The parameters of a path. Raises NotFound, of ``what``, for one that is of no form there is."""
    given = {name: from_path(text) if name == "uuid" else text for name, text in path.items()}
    for name, text in given.items():
        if not PATH_PARAMETERS.get(name, ID).fullmatch(text):
            raise NotFound(what)
    return given


def refusal_of(error: Exception) -> ActrailError:
    """What is told of an error that is being handled; one that is not the caller's goes to the log, whole."""
    if isinstance(error, ActrailError) and error.status < SERVER_ERROR:
        return error
    failed = isinstance(error, (*FAULTS, Unavailable))
    logger.exception("the table failed" if failed else "unhandled")
    if isinstance(error, ActrailError):
        return error
    return (unavailable(error) if failed else None) or ActrailError("Something went wrong here.")
