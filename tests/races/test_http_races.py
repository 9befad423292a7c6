"""The same races between requests to a server: from 32 clients at a time."""

from __future__ import annotations

import pytest

from tests.races import arena
from tests.races.rounds import RACES

MANY = range(arena.ROUNDS)


@pytest.mark.slow
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_no_race_over_http_breaks_a_rule_in_many_rounds(module_table, http_door, race):
    endings = arena.run(race, http_door, module_table, MANY)

    assert endings.total() == len(MANY)
    assert len(endings) > 1, "all rounds ended in the same way: nothing raced"
