"""Subscriptions to campaigns' reports, by mail or by a call of a webhook."""

from __future__ import annotations

import secrets

from pydantic import Field

from chalicelib.api.http import Call, answer, no_content, operation
from chalicelib.api.jobs import JobView, accepted, begun
from chalicelib.api.schema import Body, Paged, PageQuery, Query, UtcTime, View
from chalicelib.api.validation import STORED_ID
from chalicelib.domain.api_key import Scope
from chalicelib.domain.ids import new_id
from chalicelib.domain.job import Job, JobKind
from chalicelib.domain.subscription import MAX_ADDRESS, Channel, Rhythm, Subscription, checked_address
from chalicelib.errors import IdempotencyKeyReused, Invalid, TooManySubscriptions
from chalicelib.settings import settings
from chalicelib.table import subscriptions
from chalicelib.table.once import Answer

SECRET_BYTES = 32


class NewSubscription(Body):
    """Who shall get which campaign's report, and how often: each day at 8:00 or each Monday."""

    campaign_id: str = Field(pattern=STORED_ID)
    channel: Channel = Field(strict=False)
    address: str = Field(max_length=MAX_ADDRESS, description="a mail address, or an https:// address")
    every: Rhythm = Field(strict=False)


class SubscriptionView(View):
    """Who gets a campaign's report."""

    id: str
    campaign_id: str
    channel: Channel
    address: str
    every: Rhythm
    created_at: UtcTime
    sent_at: UtcTime | None = Field(description="when a report was sent last; null before the first")
    problem: str = Field(description="why the last report could not be sent; empty once one was")


class NewSubscriptionView(SubscriptionView):
    """A new subscription, with the secret that a webhook's calls are signed with."""

    secret: str = Field(description="of a webhook, else empty; shown this once")


@operation(scope=Scope.READ, query=PageQuery, answers={200: Paged[SubscriptionView]})
def list_subscriptions(call: Call[Body, PageQuery]) -> Answer:
    """List subscriptions, oldest first"""
    page = subscriptions.listed(call.account_id, call.query.limit, call.query.cursor)
    views = page.mapped(SubscriptionView.of)
    return answer(Paged[SubscriptionView](items=views.items, next_cursor=views.next_cursor))


@operation(
    scope=Scope.EDIT,
    body=NewSubscription,
    answers={201: NewSubscriptionView},
    refuses=(Invalid, TooManySubscriptions, IdempotencyKeyReused),
)
def create_subscription(call: Call[NewSubscription, Query]) -> Answer:
    """Subscribe somebody to a campaign's report

    Calls of a webhook carry ``Actrail-Signature: t=<seconds>,v1=<hex>``, the HMAC-SHA256 of
    ``<seconds>.<body>`` with the secret. Whoever takes them compares it, and refuses what is older.
    """
    body = call.body
    local = settings().stage == "local"
    subscription = Subscription(
        id=new_id(call.now),
        campaign_id=body.campaign_id,
        channel=body.channel,
        address=checked_address(body.channel, body.address.strip(), local=local),
        every=body.every,
        created_at=call.now,
        secret=secrets.token_hex(SECRET_BYTES) if body.channel is Channel.WEBHOOK else "",
    )
    subscriptions.create(call.account_id, subscription, call.intent(_made))
    return _made(subscription)


@operation(scope=Scope.EDIT, answers={202: JobView}, refuses=(IdempotencyKeyReused,))
def send_report(call: Call[Body, Query], subscription_id: str) -> Answer:
    """Send a subscriber the report of now

    In the background, whatever the campaign's status. What is due by the subscription comes all the same.
    Asked for again within a minute, it is sent once.
    """
    job = Job.begun(
        call.account_id,
        f"{JobKind.REPORTS}_{subscription_id}",
        JobKind.REPORTS,
        call.now,
        subscription_id=subscription_id,
    )
    return begun(subscriptions.begin_sending(subscription_id, job, call.intent(accepted)))


@operation(scope=Scope.EDIT, answers={204: None})
def delete_subscription(call: Call[Body, Query], subscription_id: str) -> Answer:
    """End a subscription"""
    subscriptions.delete(call.account_id, subscription_id)
    return no_content()


def _made(subscription: Subscription) -> Answer:
    return answer(NewSubscriptionView.of(subscription), 201)
