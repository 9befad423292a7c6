"""The ``actrail`` command: what an operator does by hand. Every command takes ``--json`` for programs."""

from __future__ import annotations

import click

from chalicelib.cli import account, key, recount, sweep, table


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Actrail: action tracking and experiment reporting.

    The table is the one that ACTRAIL_TABLE names, in the AWS account of the environment.
    """


main.add_command(account.account)
main.add_command(key.key)
main.add_command(recount.recount)
main.add_command(sweep.sweep)
main.add_command(table.table)
