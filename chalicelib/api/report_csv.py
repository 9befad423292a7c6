"""A report as CSV (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from chalicelib.domain.event import timestamp
from chalicelib.domain.goal_report import GoalReport, GoalRow
from chalicelib.domain.report import Report, VariationTotal
from chalicelib.domain.statistics import Interval

COLUMNS = (
    "campaign_id", "campaign", "from", "to", "tracker_id", "tracker", "kind", "role", "collecting_since",
    "variation_id", "variation", "weight", "baseline", "visitors", "converters", "actions",
    "rate", "rate_low", "rate_high", "uplift", "uplift_low", "uplift_high", "chance_to_win", "p_value",
)  # fmt: skip
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes spreadsheets take a cell for a formula: OWASP, "CSV Injection"."""


def csv_of(report: Report) -> str:
    """A header, and a row for each goal and variation; no data is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    variations = {variation.id: variation for variation in report.variations}
    for goal in report.goals:
        for row in goal.variations:
            cells = (
                *(report.campaign.id, report.campaign.name, report.first, report.last),
                *_goal_cells(goal),
                *_variation_cells(variations[row.id]),
                *_number_cells(row),
            )
            writer.writerow(map(_cell, cells))
    return text.getvalue()


def _goal_cells(goal: GoalReport) -> tuple[Any, ...]:
    tracker = goal.tracker
    return (tracker.id, tracker.name, tracker.kind, goal.role, goal.collecting_since)


def _variation_cells(variation: VariationTotal) -> tuple[Any, ...]:
    return (variation.id, variation.name, variation.weight, variation.baseline)


def _number_cells(row: GoalRow) -> tuple[Any, ...]:
    compared = row.comparison
    return (
        *(row.visitors, row.converters, row.actions),
        *(compared.rate, *_ends(compared.rate_interval)),
        *(compared.uplift, *_ends(compared.uplift_interval)),
        *(compared.chance_to_win, compared.p_value),
    )


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return interval or (None, None)


def _cell(value: object) -> object:
    """Numbers as they are, JSON's words for true and false, text that is never a formula."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
