"""actrail recount: prove a campaign's counts, and repair them."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from chalicelib.cli.output import Printed, command
from chalicelib.domain.account import Account
from chalicelib.domain.recount import Difference
from chalicelib.errors import ActrailError, NotFound
from chalicelib.jobs import recount as job
from chalicelib.table import accounts, campaigns

Item = TypeVar("Item")
_WHAT = {
    "v": "visitors",
    "c": "converters",
    "a": "actions",
    "f": "actions_by_fallback",
    "m": "multi_variation_visitors",
}


class NotRepairable(ActrailError):
    """What was counted is no longer there to be counted again."""

    code = "not_repairable"


@command("recount")
@click.argument("campaign_id", metavar="CAMPAIGN")
@click.option("--account", "account_id", help="Its account; without it, the one that has the campaign.")
@click.option("--repair", is_flag=True, help="Correct the counts that differ.")
@click.option(
    "--pause",
    type=click.FloatRange(0, 3600),
    default=10.0,
    show_default=True,
    help="Seconds the counting may be behind what is stored.",
)
def recount(campaign_id: str, account_id: str | None, repair: bool, pause: float) -> Printed:
    """Count CAMPAIGN's markers and events anew and compare them with its counts.

    Totals are compared, of each variation and tracker: days may differ, since a marker has the day of the
    visitor's last action. Exit code 1 when a count differs and was not repaired. A count that moved
    meanwhile is left alone: repeat when less comes in, or with a longer pause.
    """
    account = _account_with(campaign_id, account_id)
    outcome = job.recount(account, campaign_id, datetime.now(UTC), _watch, lambda: time.sleep(pause))
    repaired = []
    if repair and outcome.differences:
        if outcome.beyond_retention:
            raise NotRepairable(
                "Some of what was counted is older than the account keeps its events, and cannot be counted "
                "again. Nothing was changed."
            )
        repaired = job.repair(account, campaign_id, outcome)
    result = {
        "account_id": account.id,
        "campaign_id": campaign_id,
        "equal": not outcome.differences,
        "beyond_retention": outcome.beyond_retention,
        "differences": [_described(each) | {"repaired": each in repaired} for each in outcome.differences],
    }
    left = len(outcome.differences) - len(repaired)
    return Printed(result, _text(result), exit_code=1 if left else 0)


def _account_with(campaign_id: str, account_id: str | None) -> Account:
    for each in [account_id] if account_id else accounts.all_ids():
        if campaigns.find(each, campaign_id) is not None:
            return accounts.get(each)
    raise NotFound("campaign")


def _watch(items: Sequence[Item], label: str) -> Iterator[Item]:
    """A progress bar on standard error, for people alone."""
    if click.get_current_context().params["as_json"] or not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, label=label, file=sys.stderr) as bar:
        yield from bar


def _described(difference: Difference) -> dict[str, Any]:
    """The difference with what its count's name says, see counts."""
    family, *rest = difference.name.split(".")
    return {
        "count": _WHAT[family],
        "tracker": int(rest[0]) if len(rest) == 2 else None,
        "variation_id": rest[-1] if rest else None,
        "counted": difference.counted,
        "found": difference.found,
        "moving": difference.moving,
    }


def _text(result: dict[str, Any]) -> str:
    lines = [_line(each) for each in result["differences"]] or ["Every count is what was found."]
    if result["beyond_retention"]:
        lines.append("Some of what was counted is older than the account keeps its events.")
    return "\n".join(lines)


def _line(each: dict[str, Any]) -> str:
    of = "" if each["variation_id"] is None else f" of variation {each['variation_id']}"
    by = "" if each["tracker"] is None else f" by tracker {each['tracker']}"
    fate = "repaired" if each["repaired"] else "moving" if each["moving"] else "different"
    return f"{fate:<9}  {each['count']}{of}{by}: counted {each['counted']}, found {each['found']}"
