"""What a write is asked to be besides itself: dry, or done once however often it is sent.

An Idempotency-Key is one more item of the very transaction it protects: the first of two equal requests
writes its answer with its work, the second finds the answer and changes nothing. There is no moment at
which the work is done and the answer is not yet remembered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.errors import ActrailError, IdempotencyKeyReused
from chalicelib.table import keys
from chalicelib.table.rows import Row
from chalicelib.table.transaction import Transaction

KEPT = timedelta(hours=24)


class OnceRow(Row, discriminator="once"):
    fingerprint = UnicodeAttribute()
    status = NumberAttribute()
    headers = JSONAttribute()
    body = UnicodeAttribute()
    expires_at = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: status, headers and the body as it is sent."""

    status: int
    body: str = ""
    headers: Mapping[str, str] | None = None


class Replayed(ActrailError):
    """The request was done before: this is the answer it got."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("This request was answered before.")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Once:
    """An Idempotency-Key and the request it came with.

    Attributes:
        key: the header's value; stored as a hash, since clients may put anything there.
        fingerprint: hash of method, path, query and body: the same key with another one is refused.
        render: makes the answer to remember from the outcome of the work.
    """

    account_id: str
    key: str
    fingerprint: str
    now: datetime
    render: Callable[[Any], Answer]

    def remember(self, transaction: Transaction, outcome: object) -> None:
        """Add the answer to the transaction that does the work. 2 write units a KB."""
        answer = self.render(outcome)
        row = OnceRow.at(
            self._place,
            fingerprint=self.fingerprint,
            status=answer.status,
            headers=dict(answer.headers or {}),
            body=answer.body,
            expires_at=int((self.now + KEPT).timestamp()),
        )
        # TTL deletes within days: an expired answer may still be there, and counts as none.
        free = OnceRow.PK.does_not_exist() | (OnceRow.expires_at <= int(self.now.timestamp()))
        transaction.put(row, free, otherwise=self._seen_before)

    def recall(self) -> None:
        """Raise the answer that was given before, if there was one. 1 read."""
        stored = OnceRow.find(self._place)
        if stored is not None and stored.expires_at > int(self.now.timestamp()):
            raise self._seen_before(stored)

    @property
    def _place(self) -> keys.Key:
        return keys.once(self.account_id, hashlib.sha256(self.key.encode()).hexdigest())

    def _seen_before(self, stored: OnceRow) -> ActrailError:
        if stored.fingerprint != self.fingerprint:
            return IdempotencyKeyReused()
        return Replayed(Answer(int(stored.status), stored.body, stored.headers))


@dataclass(frozen=True, slots=True)
class Intent:
    """How a write is wanted: for real or dry, once or as often as it is sent."""

    dry_run: bool = False
    once: Once | None = None

    def recall(self) -> None:
        """Raise the answer of the same request, if it was done before: for what decides before it writes."""
        if self.once is not None and not self.dry_run:
            self.once.recall()

    def begin(self, outcome: object = None) -> Transaction:
        """A new transaction, which remembers the answer if it is to be done once."""
        transaction = Transaction(self.dry_run)
        if self.once is not None and not self.dry_run:
            self.once.remember(transaction, outcome)
        return transaction

    def remember(self, outcome: object) -> None:
        """Remember the answer to a request that changes nothing: it may come again after others have.

        Raises the answer that it got meanwhile. 2 write units a KB, if it is to be done once.
        """
        if self.once is not None and not self.dry_run:
            self.begin(outcome).run()


FOR_REAL = Intent()
