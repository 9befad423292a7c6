"""What commands print: lines for people, one JSON object for programs, and errors for both."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

import click

from chalicelib.errors import ActrailError
from chalicelib.table.faults import FAULTS

Parameters = ParamSpec("Parameters")


@dataclass(frozen=True, slots=True)
class Printed:
    """What a command prints, for programs and in its own words for people, and its exit code."""

    result: dict[str, Any] | list[dict[str, Any]]
    text: str
    exit_code: int


def command(name: str) -> Callable[[Callable[Parameters, Any]], click.Command]:
    """Declare a command.

    It returns what to print: a dict, a list of them, or Printed. An error of ours, or of the service below,
    becomes one line on standard error (a JSON object with ``--json``) and exit code 1.
    """

    def declare(function: Callable[Parameters, Any]) -> click.Command:
        @wraps(function)
        def run(*args: Any, as_json: bool, **options: Any) -> None:
            try:
                result = function(*args, **options)
            except ActrailError as error:
                _fail({"code": error.code, "message": error.message}, as_json)
            except FAULTS as error:
                _fail({"code": "table_unavailable", "message": str(error)}, as_json)
            else:
                _print(result, as_json)

        option = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
        return click.command(name)(option(run))

    return declare


def _print(result: Any, as_json: bool) -> None:
    """Raises SystemExit with an exit code that says more than that it ran."""
    if not isinstance(result, Printed):
        result = Printed(result, _for_people(result), 0)
    click.echo(json.dumps(result.result) if as_json else result.text)
    if result.exit_code:
        raise SystemExit(result.exit_code)


def _fail(error: dict[str, str], as_json: bool) -> None:
    click.echo(json.dumps({"error": error}) if as_json else f"actrail: {error['message']}", err=True)
    raise SystemExit(1)


def _for_people(result: dict[str, Any] | list[dict[str, Any]]) -> str:
    if isinstance(result, list):
        return "\n".join("  ".join(str(value) for value in row.values()) for row in result) or "none"
    width = max(len(name) for name in result)
    return "\n".join(f"{name.replace('_', ' '):<{width}}  {value}" for name, value in result.items())
