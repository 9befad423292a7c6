"""Sends campaigns' reports to their subscribers: noted as sent after it was, so that none is left out.

One that cannot be sent is tried a few times, and comes again with the next day's job. Sent twice, a mail has
the same Message-ID and a call the same id. What somebody asks for goes out besides what is due.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from typing import NamedTuple

import orjson

from chalicelib.aws import mail, webhook
from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Status
from chalicelib.domain.job import Job
from chalicelib.domain.list_id import list_id
from chalicelib.domain.report import Report, Wanted, report_of
from chalicelib.domain.schedule import REPORTS
from chalicelib.domain.subscription import Channel, Subscription
from chalicelib.errors import ActrailError, NotFound
from chalicelib.observability import count, logger
from chalicelib.settings import settings
from chalicelib.table import accounts, reports, subscriptions
from chalicelib.web import report_mail
from chalicelib.web.verdict import verdict_of

MOST_TRIES = 3
MOST_PROBLEM = 300
"""Characters that are kept of why a report could not be sent."""


class Occasion(NamedTuple):
    """What a report is sent for: a period that is due, or somebody who asked. Told apart by ``name``."""

    name: str
    asked_for: bool


def step(job: Job, now: datetime) -> Job:
    """Send one more report. Counts those that were sent; the result names those that could not be.

    Arguments: ``subscription_id`` of the one whose report was asked for; without it, all that are due.
    """
    account = accounts.get(job.account_id)
    waiting = job.place.get("waiting")
    known = {each.id: each for each in subscriptions.all_of(account.id)}
    if waiting is None:
        wanted = [each.id for each in known.values() if _occasion(job, each, account, now)]
        return job.advanced({"waiting": [[each, 0] for each in wanted]}, total=len(wanted))
    if not waiting:
        return job.finished()
    (subscription_id, tries), *rest = waiting
    subscription = known.get(subscription_id)
    occasion = _occasion(job, subscription, account, now) if subscription else None
    if subscription is None or occasion is None:
        return job.advanced({"waiting": rest})
    try:
        sent = _send(account, subscription, occasion, now)
    except (ActrailError, ValueError) as error:  # ValueError: no mail can be made with that address
        return _failed(job, rest, subscription_id, tries + 1, error)
    if sent:
        period = None if occasion.asked_for else occasion.name
        subscriptions.note_sent(account.id, subscription.id, period, now)
    return job.advanced({"waiting": rest}, int(sent))


def _occasion(job: Job, subscription: Subscription, account: Account, now: datetime) -> Occasion | None:
    """What a subscriber is to be sent the report for; None when it is not their turn."""
    asked_for = job.arguments.get("subscription_id")
    if asked_for is None:
        period = subscription.due(REPORTS, now, account.zone)
        return Occasion(period, asked_for=False) if period else None
    moment = f"{job.created_at:%Y%m%dT%H%M%S%f}"
    return Occasion(moment, asked_for=True) if subscription.id == asked_for else None


def _failed(job: Job, rest: list[object], subscription_id: str, tries: int, error: Exception) -> Job:
    """The job with the subscription at its end, or left for the next day."""
    logger.warning("a report was not sent", extra={"subscription_id": subscription_id, "error": str(error)})
    count("ReportsNotSent", type(error).__name__)
    if tries < MOST_TRIES:
        return job.advanced({"waiting": [*rest, [subscription_id, tries]]})
    subscriptions.note_problem(job.account_id, subscription_id, str(error)[:MOST_PROBLEM])
    return job.advanced({"waiting": rest}).with_result({**job.result, subscription_id: str(error)})


def _send(account: Account, subscription: Subscription, occasion: Occasion, now: datetime) -> bool:
    """Send the report, if the campaign is live or somebody asks for it; whether there was one."""
    try:
        report = report_of(reports.observed(account.id, subscription.campaign_id), Wanted(), now)
    except NotFound:
        return False
    if report.campaign.status is not Status.LIVE and not occasion.asked_for:
        return False
    reference = f"{subscription.id}.{occasion.name}"
    if subscription.channel is Channel.EMAIL:
        mail.send(message_of(report, subscription.address, reference))
    else:
        local = settings().stage == "local"
        seconds = int(now.timestamp())
        webhook.call(
            subscription.address, body_of(report, reference), subscription.secret, seconds, local=local
        )
    return True


def message_of(report: Report, address: str, reference: str) -> EmailMessage:
    """The mail, with its plot attached."""
    link, plot = _link(report), report_mail.plot(report)
    message = EmailMessage()
    message["To"] = address
    # A name may have Unicode's line separators, which no header may.
    message["Subject"] = " ".join(f"{report.campaign.name}: {verdict_of(report).line}".split())
    message["Message-ID"] = f"<{reference}@actrail>"
    message["List-Id"] = list_id(report.campaign.id)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(report_mail.text(report, link))
    page = report_mail.page(report, link, address, plotted=plot is not None)
    message.add_alternative(page, subtype="html")
    if plot:
        message.add_attachment(plot.encode(), maintype="image", subtype="svg+xml", filename="report.svg")
    return message


def body_of(report: Report, reference: str) -> bytes:
    """What a webhook gets: the verdict and the primary goal's numbers; the rest is in the report itself."""
    goal = report.primary
    rows = goal.variations if goal else ()
    return orjson.dumps(
        {
            "id": reference,
            "type": "campaign.report",
            "campaign": {"id": report.campaign.id, "name": report.campaign.name},
            "generated_at": report.generated_at,
            "verdict": verdict_of(report).line,
            "ready": not report.missing,
            "link": _link(report),
            "variations": [
                {
                    "id": row.id,
                    "visitors": row.visitors,
                    "converters": row.converters,
                    "rate": row.comparison.rate,
                    "uplift": row.comparison.uplift,
                    "chance_to_win": row.comparison.chance_to_win,
                }
                for row in rows
            ],
        }
    )


def _link(report: Report) -> str:
    """Where people find the report; nothing where the deployment does not know its own address."""
    return f"{settings().url}/campaigns/{report.campaign.id}" if settings().url else ""
