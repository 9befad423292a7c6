"""The page that shows the contract: plain HTML, no script, its one style allowed by its hash."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from chalicelib.errors import ActrailError

TEMPLATES = Path(__file__).parent / "templates"


def page(document: dict[str, Any]) -> str:
    """The OpenAPI document as HTML."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(), trim_blocks=True
    )
    environment.filters["shape"] = _shape
    template = environment.get_template("docs.html")
    return template.render(document=document, refusals=_refusals(), style=style())


@cache
def style() -> str:
    """The page's own style."""
    return (TEMPLATES / "docs.css").read_text()


def _refusals() -> list[type[ActrailError]]:
    """Every error with a code of its own, by status; problems link to them by their ``type``."""
    found = {ActrailError.code: ActrailError}
    remaining = [ActrailError]
    while remaining:
        children = remaining.pop().__subclasses__()
        remaining += children
        found = {child.code: child for child in children} | found
    return sorted(found.values(), key=lambda error: (error.status, error.code))


def _shape(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_shape(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_shape(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))
