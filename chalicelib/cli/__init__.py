"""The ``actrail`` command: what an operator does by hand. Every command takes ``--json`` for programs."""

from __future__ import annotations

import os

import click

from chalicelib.cli import account, job, key, recount, sweep, table
from chalicelib.cli.local import NothingRuns, use_local_system
from chalicelib.cli.output import fail


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--local", is_flag=True, help="Work on the system that `make dev` runs on ACTRAIL_LOCAL (.local)."
)
def main(local: bool) -> None:
    """Actrail: action tracking and experiment reporting.

    The table is the one that ACTRAIL_TABLE names, in the AWS account and region of the environment; with
    --local it is that of the system on this machine.
    """
    if local:
        try:
            use_local_system()
        except NothingRuns as error:
            fail(error.code, error.message, as_json=False)
    elif region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region  # botocore knows the older name alone


main.add_command(account.account)
main.add_command(job.job)
main.add_command(key.key)
main.add_command(recount.recount)
main.add_command(sweep.sweep)
main.add_command(table.table)
