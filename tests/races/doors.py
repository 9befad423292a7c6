"""Where contenders go in: the same requests, straight to the table layer or over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from chalicelib.domain.campaign import Status
from chalicelib.domain.goal import Role
from chalicelib.domain.tracker import Kind, Tracker
from chalicelib.errors import ActrailError
from chalicelib.table import campaign_status, goals, removal, trackers
from tests import factories


@dataclass(frozen=True)
class Outcome:
    """``ok``, or the code of the refusal with what it says to act on it."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict)


class Door(Protocol):
    """What contenders ask for. Whatever is no refusal (a crash, an answer of 500) rises."""

    def create(self, account_id: str, tracker: Tracker) -> Outcome:
        """Make the tracker."""

    def promote(self, account_id: str, tracker_id: str) -> Outcome:
        """Make an XAT an AAT."""

    def delete_tracker(self, account_id: str, tracker_id: str, *, with_data: bool) -> Outcome:
        """Delete it; with its data even where it is in use."""

    def delete_campaign(self, account_id: str, campaign_id: str) -> Outcome:
        """Delete it with the trackers made in it."""

    def select(
        self, account_id: str, campaign_id: str, tracker_id: str, role: Role, *, replace: bool = False
    ) -> Outcome:
        """Make the tracker a goal."""

    def move(self, account_id: str, campaign_id: str, status: Status) -> Outcome:
        """Change the campaign's status."""


class TableDoor:
    """Calls the table layer in this process, as all requests of one Lambda environment do."""

    def create(self, account_id: str, tracker: Tracker) -> Outcome:
        return _outcome(lambda: trackers.create(account_id, tracker))

    def promote(self, account_id: str, tracker_id: str) -> Outcome:
        changes = {"kind": Kind.AAT}
        return _outcome(
            lambda: trackers.change(
                account_id, tracker_id, changes, factories.NOW, in_editor=False, if_match=None
            )
        )

    def delete_tracker(self, account_id: str, tracker_id: str, *, with_data: bool) -> Outcome:
        return _outcome(lambda: removal.delete_tracker(account_id, tracker_id, with_data=with_data))

    def delete_campaign(self, account_id: str, campaign_id: str) -> Outcome:
        return _outcome(lambda: removal.delete_campaign(account_id, campaign_id))

    def select(
        self, account_id: str, campaign_id: str, tracker_id: str, role: Role, *, replace: bool = False
    ) -> Outcome:
        selection = goals.Selection(tracker_id, role, replace=replace)
        return _outcome(lambda: goals.select(account_id, campaign_id, selection, factories.NOW))

    def move(self, account_id: str, campaign_id: str, status: Status) -> Outcome:
        return _outcome(lambda: campaign_status.move(account_id, campaign_id, status, factories.NOW))


class HttpDoor:
    """Sends requests to a server, whose workers are processes of their own, as Lambda environments are."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def create(self, account_id: str, tracker: Tracker) -> Outcome:
        body = {
            "name": tracker.name.shown,
            "event": tracker.event,
            "selector": tracker.selector,
            "kind": tracker.kind,
        }
        return self._ask(account_id, "POST", f"campaigns/{tracker.campaign_id}/trackers", body)

    def promote(self, account_id: str, tracker_id: str) -> Outcome:
        return self._ask(account_id, "PATCH", f"trackers/{tracker_id}", {"kind": "aat"})

    def delete_tracker(self, account_id: str, tracker_id: str, *, with_data: bool) -> Outcome:
        query = "?confirm=delete-data" if with_data else ""
        return self._ask(account_id, "DELETE", f"trackers/{tracker_id}{query}")

    def delete_campaign(self, account_id: str, campaign_id: str) -> Outcome:
        return self._ask(account_id, "DELETE", f"campaigns/{campaign_id}")

    def select(
        self, account_id: str, campaign_id: str, tracker_id: str, role: Role, *, replace: bool = False
    ) -> Outcome:
        path = f"campaigns/{campaign_id}/goals/{tracker_id}?replace={str(replace).lower()}"
        return self._ask(account_id, "PUT", path, {"role": role})

    def move(self, account_id: str, campaign_id: str, status: Status) -> Outcome:
        return self._ask(account_id, "POST", f"campaigns/{campaign_id}/status", {"status": status})

    def _ask(self, account_id: str, method: str, path: str, body: object = None) -> Outcome:
        headers = {"Authorization": f"Bearer {factories.key_of(account_id)}"}
        answer = self._client.request(method, f"/v1/{path}", json=body, headers=headers)
        if answer.is_success:
            return Outcome("ok")
        assert answer.status_code < 500, answer.text
        problem = answer.json()
        return Outcome(problem["code"], problem)


def _outcome(call: Callable[[], object]) -> Outcome:
    try:
        call()
    except ActrailError as error:
        return Outcome(error.code, error.details)
    return Outcome("ok")
