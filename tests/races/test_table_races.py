"""Races in the table layer: 32 requests at a time, no invariant ever broken."""

from __future__ import annotations

import pytest

from tests.races import arena
from tests.races.doors import TableDoor
from tests.races.rounds import RACES

FEW = range(8)
MANY = range(8, 8 + arena.ROUNDS)


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_no_race_breaks_a_rule(emulated_table, race):
    endings = arena.run(race, TableDoor(), emulated_table, FEW)

    assert endings.total() == len(FEW)


@pytest.mark.slow
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_no_race_breaks_a_rule_in_many_rounds(emulated_table, race):
    endings = arena.run(race, TableDoor(), emulated_table, MANY)

    assert endings.total() == len(MANY)
    assert len(endings) > 1, "all rounds ended in the same way: nothing raced"
