"""Runs rounds of a race side by side, 32 contenders at a time, and judges each and the table after them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

from chalicelib.table.rows import Row
from tests import invariants
from tests.races.doors import Door, Outcome

CONTENDERS = 32
ROUNDS = int(os.environ.get("RACE_ROUNDS", "16"))
"""Of each race; `make races` asks for 300, which takes minutes."""

Contender = Callable[[Door], Outcome]


@dataclass(frozen=True)
class Round:
    """Requests that come at once, and what their outcomes say of the rules when all have been answered.

    ``judge`` gets the outcomes in the order of the contenders and raises AssertionError.
    """

    contenders: Sequence[Contender]
    judge: Callable[[Sequence[Outcome]], None]


Race = Callable[[int], Round]
"""Prepares the round of a number, in an account of its own."""


def run(race: Race, door: Door, table: str, rounds: range) -> Counter[tuple[str, ...]]:
    """Run the rounds, as many at once as make 32 contenders; how often they ended in which way."""
    endings: Counter[tuple[str, ...]] = Counter()
    waiting = list(rounds)
    with ThreadPoolExecutor(CONTENDERS) as threads:
        while waiting:
            batch = [race(waiting.pop())]
            while waiting and len(batch[0].contenders) * (len(batch) + 1) <= CONTENDERS:
                batch.append(race(waiting.pop()))
            for each, outcomes in zip(batch, _contest(batch, door, threads), strict=True):
                each.judge(outcomes)
                endings[tuple(outcome.code for outcome in outcomes)] += 1
            items = invariants.read(table)
            assert invariants.violations(items) == []
            _remove(items)
    return endings


def _contest(batch: Sequence[Round], door: Door, threads: ThreadPoolExecutor) -> list[list[Outcome]]:
    """Let all contenders of all rounds go at the same moment."""
    start = Barrier(sum(len(each.contenders) for each in batch))

    def go(contender: Contender) -> Outcome:
        start.wait(timeout=30)
        return contender(door)

    going = [[threads.submit(go, contender) for contender in each.contenders] for each in batch]
    return [[future.result(timeout=120) for future in each] for each in going]


def _remove(items: Sequence[invariants.Item]) -> None:
    """Empty the table, so that reading all of it stays quick."""
    with Row.batch_write() as batch:
        for item in items:
            batch.delete(Row(item["PK"], item["SK"]))
