"""A campaign's report as a mail: the verdict, the numbers of the primary goal, a plot and a link."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chalicelib.domain.goal_report import GoalReport, GoalRow
from chalicelib.domain.report import Report
from chalicelib.domain.verdict import chance, primary_of, verdict
from chalicelib.web.rendering import TEMPLATES

COLORS = ("#5b6675", "#1f5fd6", "#c2410c", "#0f766e", "#7e22ce", "#a16207")
WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 620, 44, 260
LINES = 4
MOST_CURVES = len(COLORS)
GOOD, WAITING, BAD = "#e7f5ec", "#eef2f8", "#fdecea"
NOTHING = "–"


def page(report: Report, link: str, address: str, *, plotted: bool) -> str:
    """The mail's HTML, which needs nothing from anywhere else."""
    goal = primary_of(report)
    tone = BAD if not report.sample_ratio.ok else WAITING if report.missing else GOOD
    return (
        _environment()
        .get_template("mail/report.html")
        .render(
            campaign=report.campaign.name,
            period=f"{report.first} to {report.last}" if report.first else "Nothing was counted yet",
            verdict=verdict(report),
            tone=tone,
            goal=goal.tracker.name if goal else None,
            rows=list(_rows(report, goal)) if goal else [],
            link=link,
            plotted=plotted,
            address=address,
        )
    )


def text(report: Report, link: str) -> str:
    """The mail for programs that show no HTML."""
    return "\n\n".join([report.campaign.name, verdict(report), *([link] if link else [])]) + "\n"


def plot(report: Report) -> str | None:
    """The primary goal's conversion rate up to each day, as SVG; None where there are fewer than 2 days."""
    goal = primary_of(report)
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
    between = compared.uplift_interval
    return {
        "visitors": f"{row.visitors:,}",
        "converters": f"{row.converters:,}",
        "rate": NOTHING if compared.rate is None else f"{compared.rate:.2%}",
        "uplift": NOTHING if compared.uplift is None else f"{compared.uplift:+.1%}",
        "between": "" if between is None else f"{between[0]:+.1%} … {between[1]:+.1%}",
        "chance": NOTHING if compared.chance_to_win is None else _short(chance(compared.chance_to_win)),
    }


def _short(words: str) -> str:
    return words.replace("more than ", "> ").replace("less than ", "< ")


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
