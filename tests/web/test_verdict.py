"""A report's verdict says no more than its numbers bear."""

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
from chalicelib.web.figures import chance
from chalicelib.web.verdict import verdict_of
from tests.factories import NOW, campaign_of, tracker_of

LIVE: dict[str, Any] = {"status": Status.LIVE, "first_live_at": NOW, "live_since": NOW}


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
    return verdict_of(report_of(observed, Wanted(), NOW + timedelta(days=days))).line


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"converters": (600, 700)}, "“Variation 1” does better than “Original”"),
        ({"converters": (700, 600)}, "“Original” does better"),
        ({"converters": (600, 610)}, "No winner"),
        ({"converters": (600, 700), "days": 13}, "Not ready to decide: 13 of 14 days live"),
        (
            {"converters": (600, 299)},
            "Not ready to decide: 299 of 300 converters of “Variation 1” on the primary goal",
        ),
        ({"converters": (600, 700), "visitors": (6000, 7000)}, "These results cannot be trusted"),
        (
            {"converters": (600, 700), "role": Role.SECONDARY},
            "Not ready to decide: A primary goal is to be chosen",
        ),
    ],
)
def test_a_report_is_summed_up_in_a_line(given, sentence):
    assert said(**given) == sentence


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.5, "50.0%"),
        (0.9991, "over 99.9%"),
        (0.999, "99.9%"),
        (0.0009, "under 0.1%"),
        (0.001, "0.1%"),
    ],
)
def test_no_chance_is_shown_as_a_certainty(value, words):
    assert chance(value) == words
