"""Calls of tests in which somebody else acts between a read and the write it led to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.goal import Role
from chalicelib.domain.tracker import Tracker
from chalicelib.errors import ActrailError
from chalicelib.table import goals, trackers
from chalicelib.table.once import FOR_REAL, Intent
from tests.factories import NOW
from tests.table import faults

intents = pytest.mark.parametrize("intent", [FOR_REAL, Intent(dry_run=True)], ids=["for real", "dry"])


def change(
    account: str, tracker: Tracker, if_match: int | None = None, intent: Intent = FOR_REAL, **changes: Any
) -> Tracker:
    """The tracker, edited outside the editor."""
    return trackers.change(
        account, tracker.id, changes, NOW, in_editor=False, if_match=if_match, intent=intent
    )


def select(
    account: str,
    campaign: Campaign,
    tracker: Tracker,
    role: Role = Role.SECONDARY,
    intent: Intent = FOR_REAL,
    **wanted: Any,
) -> goals.Selected:
    """The tracker as a goal; ``wanted`` are further fields of a Selection."""
    return goals.select(account, campaign.id, goals.Selection(tracker.id, role, **wanted), NOW, intent)


def refused_after(action: Callable[[], object], call: Callable[[], object]) -> ActrailError:
    """The refusal of a call before whose first write somebody else acted."""
    with faults.just_before("TransactWriteItems", action), pytest.raises(ActrailError) as refusal:
        call()
    return refusal.value
