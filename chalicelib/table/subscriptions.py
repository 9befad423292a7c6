"""Subscriptions, all of an account in one partition. A report is noted as sent after it was sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.job import Job
from chalicelib.domain.subscription import MAX_SUBSCRIPTIONS, Channel, Rhythm, Subscription
from chalicelib.errors import NotFound, TooManySubscriptions
from chalicelib.table import campaign_rows, jobs, keys, stored
from chalicelib.table.once import FOR_REAL, Intent
from chalicelib.table.pages import Page, Range, page
from chalicelib.table.rows import Row
from chalicelib.table.stored import Stored, time_of
from chalicelib.table.transaction import Changed, Transaction

PAUSE = timedelta(minutes=1)
"""Before a subscriber is sent the report once more: who asks twice means it once."""


class SubscriptionRow(Row, discriminator="subscription"):
    campaign_id = UnicodeAttribute()
    channel = UnicodeAttribute()
    address = UnicodeAttribute()
    every = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    secret = UnicodeAttribute()
    last_sent = UnicodeAttribute()
    sent_at = UTCDateTimeAttribute(null=True)
    problem = UnicodeAttribute(null=True)


def create(account_id: str, subscription: Subscription, intent: Intent = FOR_REAL) -> None:
    """Store a subscription. Raises NotFound for its campaign, TooManySubscriptions. 1 query, 4 write units.

    The limit is a courtesy and no rule: of requests at the same time a few may go beyond it.
    """
    if len(all_of(account_id)) >= MAX_SUBSCRIPTIONS:
        raise TooManySubscriptions(MAX_SUBSCRIPTIONS)
    transaction = intent.begin(subscription)
    campaign = campaign_rows.at(account_id, subscription.campaign_id)
    transaction.check(campaign, campaign_rows.is_there(), otherwise=NotFound("campaign"))
    transaction.put(_row(account_id, subscription), SubscriptionRow.PK.does_not_exist(), otherwise=Changed())
    transaction.run()


def listed(account_id: str, limit: int, cursor: str | None) -> Page[Subscription]:
    """The account's subscriptions, oldest first. 1 query."""
    everything = Range(keys.subscription(account_id, "").partition)
    return page([everything], limit, cursor).mapped(_subscription)


def all_of(account_id: str) -> list[Subscription]:
    """All of the account's subscriptions. 1 query."""
    found = stored.listed(keys.subscription(account_id, "").partition)
    return [_subscription(each) for each in found]


def delete(account_id: str, subscription_id: str) -> None:
    """Raises NotFound. 2 write units."""
    transaction = Transaction()
    row = SubscriptionRow.at(keys.subscription(account_id, subscription_id))
    transaction.delete(row, SubscriptionRow.PK.exists(), otherwise=NotFound("subscription"))
    transaction.run()


def begin_sending(subscription_id: str, job: Job, intent: Intent = FOR_REAL) -> Job:
    """Begin the job that sends a subscriber the report of now; within a minute of the last, it is that one.

    Raises NotFound. 4 write units.
    """
    transaction = intent.begin(job)
    row = SubscriptionRow.at(keys.subscription(job.account_id, subscription_id))
    transaction.check(row, SubscriptionRow.PK.exists(), otherwise=NotFound("subscription"))
    jobs.add(transaction, job, PAUSE)
    try:
        transaction.run()
    except Changed:
        job = jobs.get(job.account_id, job.id)
        intent.remember(job)
    return job


def note_sent(account_id: str, subscription_id: str, period: str | None, now: datetime) -> None:
    """Note that a period's report was sent, unless a later one was; None: one asked for. 1 write unit."""
    row = SubscriptionRow.at(keys.subscription(account_id, subscription_id))
    is_news = SubscriptionRow.PK.exists()
    actions: list[Action] = [SubscriptionRow.sent_at.set(now), SubscriptionRow.problem.remove()]
    if period is None:
        is_news &= SubscriptionRow.sent_at.does_not_exist() | (SubscriptionRow.sent_at < now)
    else:
        is_news &= SubscriptionRow.last_sent < period
        actions.append(SubscriptionRow.last_sent.set(period))
    _note(row, actions, is_news)


def note_problem(account_id: str, subscription_id: str, problem: str) -> None:
    """Note why a report could not be sent, unless the subscription has ended. 1 write unit."""
    row = SubscriptionRow.at(keys.subscription(account_id, subscription_id))
    _note(row, [SubscriptionRow.problem.set(problem)], SubscriptionRow.PK.exists())


def end_those_of(account_id: str, campaign_id: str) -> None:
    """End all subscriptions to a campaign's report. 1 query, 1 write unit each."""
    for each in all_of(account_id):
        if each.campaign_id == campaign_id:
            SubscriptionRow.at(keys.subscription(account_id, each.id)).delete()


def _note(row: SubscriptionRow, actions: list[Action], condition: Condition) -> None:
    """Change the row where the condition holds."""
    try:
        row.update(actions, condition=condition)
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise


def _row(account_id: str, subscription: Subscription) -> SubscriptionRow:
    return SubscriptionRow.at(
        keys.subscription(account_id, subscription.id),
        campaign_id=subscription.campaign_id,
        channel=subscription.channel,
        address=subscription.address,
        every=subscription.every,
        created_at=subscription.created_at,
        secret=subscription.secret,
        last_sent=subscription.last_sent,
        sent_at=subscription.sent_at,
        problem=subscription.problem or None,
    )


def _subscription(stored: Stored) -> Subscription:
    return Subscription(
        id=stored["SK"],
        campaign_id=stored["campaign_id"],
        channel=Channel(stored["channel"]),
        address=stored["address"],
        every=Rhythm(stored["every"]),
        created_at=datetime.fromisoformat(stored["created_at"]),
        secret=stored["secret"],
        last_sent=stored["last_sent"],
        sent_at=time_of(stored.get("sent_at")),
        problem=stored.get("problem", ""),
    )
