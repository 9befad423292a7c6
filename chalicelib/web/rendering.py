"""Templates and how values are written in them: numbers, times in the account's zone, addresses of assets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from chalicelib.domain.ids import in_path
from chalicelib.web import assets, figures

TEMPLATES = Path(__file__).parent / "templates"
TYPE_NAMES = {
    "ab": "A/B test",
    "split": "Split test",
    "multipage": "Multipage test",
    "multivariate": "Multivariate test",
    "aa": "A/A test",
    "personalization": "Personalization",
}
"""What people call the types of campaigns."""

EVENT_NAMES = {
    "click": "Click",
    "mousedown": "Mouse button down",
    "submit": "Form sent",
    "change": "Field changed",
    "hover": "Pointer rests on it",
    "visible": "Seen on the screen",
    "scroll": "Scrolled to",
}
"""What people call the events of trackers."""

HEALTH_NAMES = {
    "receiving": "Receiving",
    "silent": "Silent for 24 h",
    "never": "Nothing yet",
    "drifting": "Drifting",
    "not_live": "Not live",
}
"""What people call how trackers are."""


def render(template: str, values: Mapping[str, Any]) -> str:
    """A template of the dashboard as HTML. ``values`` have the visit, whose zone times are shown in."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "capitalize_first": _capitalize_first,
        "chance": figures.chance,
        "day": _day,
        "in_path": in_path,
        "instant": _instant,
        "moment": _moment,
        "number": _number,
        "p_value": figures.p_value,
        "percent": figures.percent,
        "percent_interval": figures.percent_interval,
        "plural": _plural,
        "signed_interval": figures.signed_interval,
        "signed_percent": figures.signed_percent,
        "sum_weights": _sum_weights,
    }
    environment.globals |= {
        "asset": _asset,
        "event_names": EVENT_NAMES,
        "health_names": HEALTH_NAMES,
        "type_names": TYPE_NAMES,
    }
    return environment


@pass_context
def _asset(context: Context, source: str) -> str:
    """The address of a built file."""
    return f"{context['root']}/static/{assets.name_of(source)}"


@pass_context
def _day(context: Context, at: datetime) -> Markup:
    """A day such as 5 Jan 2026, exact to the minute in the tooltip and for programs."""
    return _time(context, at, "%b %Y")


@pass_context
def _moment(context: Context, at: datetime) -> Markup:
    """A time such as 5 Jan 2026, 13:00."""
    return _time(context, at, "%b %Y, %H:%M")


@pass_context
def _instant(context: Context, at: datetime) -> Markup:
    """A time such as 5 Jan 2026, 13:00:07, where one thing follows upon the other."""
    return _time(context, at, "%b %Y, %H:%M:%S")


def _time(context: Context, at: datetime, form: str) -> Markup:
    local = at.astimezone(context["visit"].zone)
    exact, title = at.isoformat(timespec="seconds"), local.strftime("%Y-%m-%d %H:%M %Z")
    # Nothing here needs escaping; Markup.format would take as long as the rest of a row of the feed.
    return Markup(f'<time datetime="{exact}" title="{title}">{local.day} {local.strftime(form)}</time>')


def _number(value: int) -> str:
    """A number with its thousands apart: 12,345."""
    return f"{value:,}"


def _plural(value: int, one: str, several: str | None = None) -> str:
    """A number and what there are so many of: 1 goal, 2 goals."""
    return f"{value:,} {one if value == 1 else several or one + 's'}"


def _capitalize_first(text: str) -> str:
    """The sentence with a capital; what follows stays as it is."""
    return text[:1].upper() + text[1:]


def _sum_weights(rows: list[dict[str, Any]]) -> int:
    """The weights in percent of a form's rows, as far as they are numbers."""
    return sum(int(row["weight"]) for row in rows if str(row["weight"]).isdecimal())
