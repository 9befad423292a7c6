"""The ``actrail`` command: what an operator does by hand. Every command takes ``--json`` for programs."""

from __future__ import annotations

import os

import click

from chalicelib.cli import account, job, key, recount, sweep, table
from chalicelib.cli.local import use_local_system


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--local", is_flag=True, help="Work on the system that `make dev` runs on ACTRAIL_LOCAL (.local)."
)
@click.pass_context
def main(context: click.Context, local: bool) -> None:
    """Actrail: action tracking and experiment reporting.

    The table is the one that ACTRAIL_TABLE names, in the AWS account and region of the environment; with
    --local it is that of the system on this machine.
    """
    context.obj = use_local_system if local else _use_account


def _use_account() -> None:
    """Heed the region that the tools of AWS heed: botocore knows the older name alone."""
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region


main.add_command(account.account)
main.add_command(job.job)
main.add_command(key.key)
main.add_command(recount.recount)
main.add_command(sweep.sweep)
main.add_command(table.table)
