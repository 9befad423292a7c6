"""The account itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from chalicelib.api.http import Call, answer, operation
from chalicelib.api.schema import Body, NameText, Query, UtcTime, View, changed, name_of
from chalicelib.api.validation import rule
from chalicelib.domain.account import Account, checked_time_zone
from chalicelib.domain.api_key import Scope
from chalicelib.errors import StaleVersion
from chalicelib.table import accounts
from chalicelib.table.once import Answer


class ReadinessBody(Body):
    """What to change of what a report waits for before it says that it is ready."""

    days: int = changed(ge=1, le=365, description="days live")
    visitors: int = changed(ge=1, le=10**9, description="visitors of every variation")
    converters: int = changed(ge=1, le=10**9, description="unique converters of every variation")


class AccountChanges(Body):
    """What to change of an account."""

    name: NameText = changed()
    time_zone: Annotated[str, rule(checked_time_zone)] = changed(
        description="IANA name, such as Europe/Berlin"
    )
    retention_days: int = changed(ge=1, le=3650, description="days that raw events are kept")
    readiness: ReadinessBody = changed()


class ReadinessView(View):
    """What a report waits for before it says that it is ready."""

    days: int
    visitors: int
    converters: int


class AccountView(View):
    """The tenant."""

    id: str
    name: str
    time_zone: str
    retention_days: int
    readiness: ReadinessView
    version: int
    created_at: UtcTime


@operation(scope=Scope.READ, answers={200: AccountView})
def get_account(call: Call[Body, Query]) -> Answer:
    """Get the account"""
    account = accounts.get(call.account_id)
    return answer(AccountView.of(account), version=account.version)


@operation(
    scope=Scope.ADMIN,
    body=AccountChanges,
    answers={200: AccountView},
    refuses=(StaleVersion,),
    versioned=True,
)
def change_account(call: Call[AccountChanges, Query]) -> Answer:
    """Change the account"""
    changes = call.body.given()
    if "name" in changes:
        changes["name"] = name_of(call.body.name)
    if "time_zone" in changes:
        changes["time_zone"] = checked_time_zone(call.body.time_zone)
    thresholds = changes.pop("readiness").given() if "readiness" in changes else {}

    def edit(account: Account) -> Account:
        return replace(account, **changes, readiness=replace(account.readiness, **thresholds))

    account = accounts.change(call.account_id, edit, call.if_match)
    return answer(AccountView.of(account), version=account.version)
