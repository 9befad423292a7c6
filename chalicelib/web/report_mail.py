"""A campaign's report as a mail: the verdict, the numbers of the primary goal, a plot and a link."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chalicelib.domain.goal_report import GoalReport, GoalRow
from chalicelib.domain.report import Report
from chalicelib.web.figures import chance, percent, signed_interval, signed_percent
from chalicelib.web.rendering import TEMPLATES
from chalicelib.web.verdict import verdict_of

COLORS = ("#5b6675", "#1f5fd6", "#c2410c", "#0f766e", "#7e22ce", "#a16207")
WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 620, 44, 260
LINES = 4
MOST_CURVES = len(COLORS)
TONES = {"good": "#e7f5ec", "plain": "#eef2f8", "warn": "#eef2f8", "bad": "#fdecea"}
"""Behind a verdict, by its tone."""


def page(report: Report, link: str, address: str, *, plotted: bool) -> str:
    """The mail's HTML, which needs nothing from anywhere else."""
    goal, verdict = report.primary, verdict_of(report)
    return (
        _environment()
        .get_template("mail/report.html")
        .render(
            campaign=report.campaign.name,
            period=f"{report.first} to {report.last}" if report.first else "Nothing was counted yet",
            verdict=verdict,
            tone=TONES[verdict.tone],
            goal=goal.tracker.name if goal else None,
            rows=list(_rows(report, goal)) if goal else [],
            link=link,
            plotted=plotted,
            address=address,
        )
    )


def text(report: Report, link: str) -> str:
    """The mail for programs that show no HTML."""
    verdict = verdict_of(report)
    needs = (need.text for need in verdict.needs)
    parts = (report.campaign.name, verdict.headline, verdict.text, *needs, link)
    return "\n\n".join(part for part in parts if part) + "\n"


def plot(report: Report) -> str | None:
    """The primary goal's conversion rate up to each day, as SVG; None where there are fewer than 2 days."""
    goal = report.primary
    days = sorted({point.day for point in goal.series}) if goal else []
    if goal is None or len(days) < 2:
        return None
    names = {each.id: each.name for each in report.variations}
    rates = {each: _rates(goal, each, days) for each in list(names)[:MOST_CURVES]}
    top = max((rate for of in rates.values() for rate in of if rate is not None), default=0.0) or 1.0
    curves = [
        {"name": names[each], "color": color, "points": _points(of, top)}
        for (each, of), color in zip(rates.items(), COLORS, strict=False)
    ]
    title = f"Conversion rate of {goal.tracker.name or 'the goal'} up to each day"
    return _environment().get_template("mail/plot.svg").render(
        title=title, width=WIDTH, height=HEIGHT, left=LEFT, right=RIGHT, bottom=BOTTOM,
        first=days[0], last=days[-1], grid=_grid(top), curves=curves,
    )  # fmt: skip


def _rows(report: Report, goal: GoalReport) -> Iterator[dict[str, Any]]:
    for variation, row in zip(report.variations, goal.variations, strict=True):
        yield {"name": variation.name, "baseline": variation.baseline, **_numbers(row)}


def _numbers(row: GoalRow) -> dict[str, str]:
    compared = row.comparison
    return {
        "visitors": f"{row.visitors:,}",
        "converters": f"{row.converters:,}",
        "rate": percent(compared.rate),
        "uplift": signed_percent(compared.uplift),
        "between": signed_interval(compared.uplift_interval) if compared.uplift_interval else "",
        "chance": chance(compared.chance_to_win),
    }


def _rates(goal: GoalReport, variation_id: str, days: list[str]) -> list[float | None]:
    """The rate up to each day: converters so far by visitors so far."""
    by_day = {point.day: point for point in goal.series if point.variation_id == variation_id}
    visitors = converters = 0
    rates: list[float | None] = []
    for day in days:
        if point := by_day.get(day):
            visitors, converters = visitors + point.visitors, converters + point.converters
        rates.append(converters / visitors if visitors else None)
    return rates


def _points(rates: list[float | None], top: float) -> str:
    step = (RIGHT - LEFT) / (len(rates) - 1)
    return " ".join(
        f"{LEFT + step * number:.1f},{_height(rate, top):.1f}"
        for number, rate in enumerate(rates)
        if rate is not None
    )


def _grid(top: float) -> list[dict[str, Any]]:
    values = [top * number / LINES for number in range(LINES + 1)]
    return [{"y": round(_height(value, top), 1), "label": f"{value:.1%}"} for value in values]


def _height(rate: float, top: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * rate / top


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
