"""Goals: their order, whatever sequence of moves made it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.goal import Goal, Role, in_order, place_among, rank_at

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
POSITIONS = st.one_of(st.none(), st.integers(0, 31))


def _goal(tracker_id: str, rank: Decimal, role: Role = Role.SECONDARY) -> Goal:
    return Goal("c1", tracker_id, role, rank, "c1", NOW)


def _added(goals: list[Goal], position: int | None, now: datetime = NOW) -> list[Goal]:
    new = _goal(f"t{len(goals):03}", rank_at(goals, position, now))
    return in_order([*goals, new])


@given(st.lists(POSITIONS, max_size=30))
def test_a_new_goal_stands_where_it_was_put(positions):
    goals: list[Goal] = []
    expected: list[str] = []
    for number, position in enumerate(positions):
        goals = _added(goals, position, NOW + timedelta(milliseconds=number))
        expected.insert(len(expected) if position is None else position, f"t{number:03}")

    assert [goal.tracker_id for goal in goals] == expected


@given(st.integers(2, 8), st.lists(st.tuples(st.integers(0, 7), POSITIONS), max_size=40))
def test_any_sequence_of_moves_keeps_the_order_it_asks_for(number, moves):
    goals: list[Goal] = []
    for _ in range(number):
        goals = _added(goals, None)
    expected = [goal.tracker_id for goal in goals]
    for which, position in moves:
        moved = goals[which % number]
        others = [goal for goal in goals if goal is not moved]
        goals = in_order([*others, replace(moved, rank=rank_at(others, position, NOW))])
        expected.remove(moved.tracker_id)
        expected.insert(len(expected) if position is None else position, moved.tracker_id)

        assert [goal.tracker_id for goal in goals] == expected


def test_six_hundred_moves_to_the_very_same_spot_keep_the_order():
    goals = _added(_added([], None), None)
    for _ in range(600):
        last = goals[-1]
        others = goals[:-1]
        goals = in_order([*others, replace(last, rank=rank_at(others, 1, NOW))])
        goals = goals if len(goals) > 2 else _added(goals, 1)

        assert len({goal.rank for goal in goals}) == len(goals)


@given(st.lists(POSITIONS, min_size=1, max_size=10), st.integers(0, 9))
def test_a_goals_place_is_the_position_it_is_found_at(positions, which):
    goals: list[Goal] = []
    for position in positions:
        goals = _added(goals, position)
    goal = goals[which % len(goals)]

    assert place_among([each for each in goals if each is not goal], goal) == goals.index(goal)


def test_the_primary_goal_is_first_and_equal_ranks_are_sorted_by_tracker():
    rank = Decimal(1)
    goals = [_goal("b", rank), _goal("a", rank), _goal("z", rank + 1, Role.PRIMARY)]

    assert [goal.tracker_id for goal in in_order(goals)] == ["z", "a", "b"]


@pytest.mark.parametrize(("origin", "foreign"), [("c1", False), ("c2", True)])
def test_a_goal_is_foreign_when_its_tracker_was_made_in_another_campaign(origin, foreign):
    assert replace(_goal("t", Decimal(1)), origin_id=origin).foreign == foreign
