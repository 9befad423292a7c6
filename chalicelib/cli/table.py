"""actrail table: the table itself, where no CloudFormation makes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from chalicelib.cli.output import command
from chalicelib.settings import settings
from chalicelib.table.definition import create_table
from chalicelib.table.rows import Row

RESOURCES = Path(__file__).parents[2] / "infra" / "resources.json"


@click.group()
def table() -> None:
    """The table."""


@table.add_command
@command("create")
@click.option(
    "--definition",
    type=click.Path(path_type=Path, exists=True),
    default=RESOURCES,
    help="A CloudFormation template, in JSON, whose resource Table it is; without it Actrail's own.",
)
def create(definition: Path) -> dict[str, Any]:
    """Create the table from the definition that AWS gets, unless it is there."""
    template = json.loads(definition.read_text())["Resources"]["Table"]["Properties"]
    name = settings().table
    return {"table": name, "created": create_table(Row.connection().client, name, template)}
