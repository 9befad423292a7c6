"""Transactions: writes that happen together or not at all, each with the condition that decides it.

Every rule that two requests could break together is a condition here and never a read before a write.
Each action says what its failed condition means, so that the refusal a caller sees is the very condition
that refused. Run dry, the same conditions are checked and nothing is written.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.errors import ActrailError, Unavailable
from chalicelib.table.refusals import IN_PROGRESS, PASSING_REASONS
from chalicelib.table.rows import Row

MOST_ACTIONS = 100
TRIES = 8

Result = TypeVar("Result")
Refusal = ActrailError | Callable[[Any], ActrailError]
"""An error, or a function that makes it from the row as it stands (None where there is none)."""


class Changed(ActrailError):
    """What the transaction was decided by has changed since it was read: read again and decide anew."""

    def __init__(self) -> None:
        super().__init__("It was changed at the same time.")


@dataclass(frozen=True, slots=True)
class _Planned:
    """One action: the list pynamodb sends it in, its arguments, and what its failure means."""

    family: str
    arguments: dict[str, Any]
    row_type: type[Row]
    refusal: Refusal


@dataclass(slots=True)
class Transaction:
    """Collects actions and runs them as one TransactWriteItems: 2 write units a KB of each item.

    ``dry_run`` turns every action with a condition into a check of that condition.
    """

    dry_run: bool = False
    _planned: list[_Planned] = field(default_factory=list)

    def check(self, row: Row, condition: Condition, otherwise: Refusal) -> None:
        """Nothing is written unless the condition holds for the stored row."""
        arguments = row.get_delete_kwargs_from_instance(condition=condition)
        self._plan("check", arguments, row, otherwise)

    def put(self, row: Row, condition: Condition, otherwise: Refusal) -> None:
        """Write the whole row."""
        if self.dry_run:
            return self.check(row, condition, otherwise)
        return self._plan("put", row.get_save_kwargs_from_instance(condition=condition), row, otherwise)

    def update(self, row: Row, actions: Sequence[Action], condition: Condition, otherwise: Refusal) -> None:
        """Change attributes of the stored row."""
        if self.dry_run:
            return self.check(row, condition, otherwise)
        arguments = row.get_update_kwargs_from_instance(actions=list(actions), condition=condition)
        return self._plan("update", arguments, row, otherwise)

    def delete(self, row: Row, condition: Condition, otherwise: Refusal) -> None:
        """Remove the stored row."""
        if self.dry_run:
            return self.check(row, condition, otherwise)
        return self._plan("delete", row.get_delete_kwargs_from_instance(condition=condition), row, otherwise)

    def run(self) -> None:
        """Run it. Raises the refusal of the first action, in program order, whose condition failed.

        Conflicts with other transactions and throttling are tried again with jitter; what still fails
        raises Unavailable, and nothing was written.
        """
        for attempt in range(TRIES):
            if self._tried():
                return
            _pause(attempt)
        raise Unavailable("The table is busy. Nothing was changed.")

    def _plan(self, family: str, arguments: dict[str, Any], row: Row, refusal: Refusal) -> None:
        arguments["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        self._planned.append(_Planned(family, arguments, type(row), refusal))

    def _sent(self, family: str) -> list[dict[str, Any]]:
        return [planned.arguments for planned in self._planned if planned.family == family]

    def _tried(self) -> bool:
        try:
            Row.connection().transact_write_items(
                condition_check_items=self._sent("check"),
                delete_items=self._sent("delete"),
                put_items=self._sent("put"),
                update_items=self._sent("update"),
            )
        except TransactWriteError as error:
            if not isinstance(error.cause, ClientError):
                raise  # the connection broke, and pynamodb trips over an answer that never came
            if error.cause_response_code == IN_PROGRESS:
                return False
            reasons = error.cancellation_reasons
            if not reasons:
                raise
            self._refuse(reasons, error)
            return False
        return True

    def _refuse(self, reasons: Sequence[Any], error: TransactWriteError) -> None:
        """Raise what the failed condition means; return when only passing reasons cancelled it."""
        families = ("check", "delete", "put", "update")
        as_sent = [planned for family in families for planned in self._planned if planned.family == family]
        failed = {
            id(planned): reason
            for planned, reason in zip(as_sent, reasons, strict=True)
            if reason and reason.code == "ConditionalCheckFailed"
        }
        for planned in self._planned:
            if reason := failed.get(id(planned)):
                raise _meaning(planned, reason.raw_item) from error
        if any(reason and reason.code not in PASSING_REASONS for reason in reasons):
            raise PynamoDBException(str(error), error.cause) from error


def _meaning(planned: _Planned, stored: dict[str, Any] | None) -> ActrailError:
    if isinstance(planned.refusal, ActrailError):
        return planned.refusal
    return planned.refusal(planned.row_type.from_raw_data(stored) if stored else None)


def until_settled(attempt: Callable[[], Result]) -> Result:
    """Read and decide again while others change what was read. Raises Unavailable when they never stop."""
    for number in range(TRIES):
        try:
            return attempt()
        except Changed:
            _pause(number)
    raise Unavailable("It keeps being changed at the same time. Nothing was changed by this request.")


def _pause(attempt: int) -> None:
    """Full jitter, up to 20 ms after the first try and twice as long after each further one."""
    time.sleep(random.uniform(0, 0.02 * 2**attempt))
