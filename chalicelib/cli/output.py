"""What commands print: lines for people, one JSON object for programs, and errors for both."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, NoReturn, ParamSpec

import click

from chalicelib.domain.ids import is_id
from chalicelib.errors import ActrailError, NotFound, Unavailable
from chalicelib.table.faults import FAULTS, described

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
    becomes one line on standard error (a JSON object with ``--json``) and exit code 1. The context's object
    is what leads to the table; it is called first, but not for help.
    """

    def declare(function: Callable[Parameters, Any]) -> click.Command:
        @wraps(function)
        def run(*args: Any, as_json: bool, **options: Any) -> None:
            try:
                click.get_current_context().obj()
                _check_ids(options)
                result = function(*args, **options)
            except Unavailable as error:
                fail("table_unavailable", error.message, as_json=as_json)
            except ActrailError as error:
                fail(error.code, error.message, as_json=as_json)
            except FAULTS as error:
                fail("table_unavailable", described(error), as_json=as_json)
            else:
                _print(result, as_json)

        option = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
        return click.command(name)(option(run))

    return declare


def _check_ids(options: Mapping[str, Any]) -> None:
    """Raise NotFound for an id that could be none, as over HTTP: the table is not to be asked for it."""
    for name, text in options.items():
        if name.endswith("_id") and text is not None and not is_id(text):
            raise NotFound(name.removesuffix("_id"))


def _print(result: Any, as_json: bool) -> None:
    """Raises SystemExit with an exit code that says more than that it ran."""
    if not isinstance(result, Printed):
        result = Printed(result, _for_people(result), 0)
    click.echo(json.dumps(result.result, default=_for_programs) if as_json else result.text)
    if result.exit_code:
        raise SystemExit(result.exit_code)


def _for_programs(value: datetime) -> str:
    """A time as JSON has it."""
    return value.isoformat()


def fail(code: str, message: str, *, as_json: bool) -> NoReturn:
    """Say on standard error what is wrong, and end with exit code 1."""
    error = {"code": code, "message": message}
    click.echo(json.dumps({"error": error}) if as_json else f"actrail: {message}", err=True)
    raise SystemExit(1)


def _for_people(result: dict[str, Any] | list[dict[str, Any]]) -> str:
    """Lines of a name and a value each; of a list a table with its heading."""
    if isinstance(result, list):
        return _table(result) if result else "none"
    width = max(len(name) for name in result)
    return "\n".join(f"{name.replace('_', ' '):<{width}}  {value}" for name, value in result.items())


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [
        [name.replace("_", " ") for name in rows[0]],
        *([_cell(each) for each in row.values()] for row in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cell(value: Any) -> str:
    """Times are shown to the second."""
    return f"{value:%Y-%m-%d %H:%M:%S} UTC" if isinstance(value, datetime) else str(value)
