"""A report's sentence says no more than its numbers bear."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.account import Readiness
from chalicelib.domain.campaign import Status
from chalicelib.domain.goal import Goal, Role
from chalicelib.domain.observed import Observed
from chalicelib.domain.report import Wanted, report_of
from chalicelib.domain.verdict import chance, verdict
from tests.factories import NOW, campaign_of, tracker_of

LIVE: dict[str, Any] = {"status": Status.LIVE, "first_live_at": NOW, "live_since": NOW}


SPLIT = (
    "The visitors are not split as the weights ask for, so nothing follows from these numbers. "
    "Find out why first."
)


def said(
    converters: tuple[int, int],
    visitors: tuple[int, int] = (6000, 6000),
    *,
    days: int = 20,
    role=Role.PRIMARY,
):
    campaign = campaign_of("acct", **LIVE)
    tracker = tracker_of("acct", campaign)
    goal = Goal(campaign.id, tracker.id, role, Decimal(1), campaign.id, NOW)
    counted: Counter[str] = Counter()
    for variation in (0, 1):
        counted[f"v.{variation}"] = visitors[variation]
        counted[f"c.{tracker.number}.{variation}"] = converters[variation]
    zone = ZoneInfo("UTC")
    observed = Observed(campaign, [goal], {tracker.id: tracker}, zone, Readiness(), {"2026-01-06": counted})
    return verdict(report_of(observed, Wanted(), NOW + timedelta(days=days)))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"converters": (600, 700)}, "Variation 1 beats Original by 16.7%, with a chance of 99.8%."),
        (
            {"converters": (600, 900)},
            "Variation 1 beats Original by 50.0%, with a chance of more than 99.9%.",
        ),
        ({"converters": (700, 600)}, "Original is better than everything it was tested against."),
        ({"converters": (600, 610)}, "No variation can be told to be better than Original yet."),
        ({"converters": (600, 700), "days": 13}, "Too early to decide: 13 of 14 days are over."),
        (
            {"converters": (600, 299)},
            "Too early to decide: 299 of 300 visitors of Variation 1 reached the goal.",
        ),
        (
            {"converters": (600, 700), "visitors": (6000, 7000)},
            SPLIT,
        ),
        ({"converters": (600, 700), "role": Role.SECONDARY}, "There is no primary goal to decide by."),
    ],
)
def test_a_report_is_summed_up_in_one_sentence(given, sentence):
    assert said(**given) == sentence


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.5, "50.0%"),
        (0.9991, "more than 99.9%"),
        (0.999, "99.9%"),
        (0.0009, "less than 0.1%"),
        (0.001, "0.1%"),
    ],
)
def test_no_chance_is_shown_as_a_certainty(value, words):
    assert chance(value) == words
