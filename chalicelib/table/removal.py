"""Deleting trackers and campaigns, which may take more than one transaction.

What is in use is first marked as going, by a transaction whose conditions decide whether it may go. From
then on nothing can select it, list it or find it, and it never comes back. Then its goals, its trackers and
at last itself are removed, one transaction each: whoever comes next, the same call repeated or the sweep,
goes on where a crash has left off, since every step states what it found.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pynamodb.expressions.condition import Condition

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.goal import Goal
from chalicelib.domain.job import Job
from chalicelib.domain.tracker import Kind, Tracker
from chalicelib.errors import ActrailError, InUse, NotFound, WidgetEditorOnly
from chalicelib.table import (
    accounts,
    campaign_rows,
    campaigns,
    goals,
    jobs,
    keys,
    stored,
    tracker_rows,
    trackers,
    uses,
)
from chalicelib.table.campaign_rows import CampaignRow, ListedCampaignRow
from chalicelib.table.once import FOR_REAL, Intent
from chalicelib.table.tracker_rows import AatNameRow, TrackerRow
from chalicelib.table.transaction import Changed, Transaction, until_settled


def delete_tracker(
    account_id: str,
    tracker_id: str,
    *,
    with_data: bool = False,
    in_editor: bool = False,
    intent: Intent = FOR_REAL,
    job_of: Callable[[Tracker], Job] | None = None,
) -> Job | None:
    """Delete a tracker no campaign uses; ``with_data`` also one in use, with its goals.

    What that one has counted is left to a job, which begins with the deletion or not at all, and is returned.
    Raises NotFound, WidgetEditorOnly, InUse. 1 read, 4 write units, 2 more for an AAT and each later word of
    the name; of one in use, 1 query and 6 to 8 write units more a goal, and 2 for the job.
    """

    def attempt() -> Job | None:
        tracker = trackers.find(account_id, tracker_id)
        if tracker is None:
            raise NotFound("tracker")
        if not tracker.going and _deleted_unused(intent, account_id, tracker, in_editor, with_data):
            return None
        job = job_of(tracker) if job_of else None
        if not tracker.going:
            _mark_tracker(_with(job, intent.begin()), account_id, tracker, in_editor)
        if not intent.dry_run:
            until_settled(lambda: _finish_tracker(account_id, tracker_id))
        return job

    return until_settled(attempt)


def delete_campaign(
    account_id: str, campaign_id: str, intent: Intent = FOR_REAL, job: Job | None = None
) -> None:
    """Delete a campaign, its goals, and every tracker made in it; what it has counted is left to ``job``.

    Raises NotFound, and InUse while another campaign that is not archived uses one of its AATs.
    """

    def attempt() -> None:
        campaign = campaigns.find(account_id, campaign_id)
        if campaign is None:
            raise NotFound("campaign")
        if not campaign.going:
            _mark_campaign(_with(job, intent.begin()), account_id, campaign)
        if not intent.dry_run:
            until_settled(lambda: _finish_campaign(account_id, campaign_id))

    until_settled(attempt)


def sweep(account_id: str) -> int:
    """Finish what crashes have left going; how many deletions that were. 1 query and the rest of each."""
    left = stored.listed(keys.going(account_id, "", "").partition, index=keys.INDEX)
    finish = {"tracker": _finish_tracker, "campaign": _finish_campaign}
    for each in left:
        until_settled(partial(finish[each["type"]], account_id, each["id"]))
    return len(left)


def sweep_all() -> int:
    """The sweep of every account."""
    return sum(sweep(account_id) for account_id in accounts.all_ids())


def _with(job: Job | None, transaction: Transaction) -> Transaction:
    """The transaction, which also begins the job."""
    if job is not None:
        jobs.add(transaction, job)
    return transaction


def _deleted_unused(
    intent: Intent, account_id: str, tracker: Tracker, in_editor: bool, with_data: bool
) -> bool:
    """Whether it was unused and is deleted. Raises InUse unless its data may go with it."""
    try:
        _delete_unused(intent.begin(), account_id, tracker, in_editor)
    except InUse:
        if not with_data:
            raise
        return False
    return True


def _delete_unused(transaction: Transaction, account_id: str, tracker: Tracker, in_editor: bool) -> None:
    unused = _as_read(tracker, in_editor) & (TrackerRow.active_uses == 0)
    row = tracker_rows.at(account_id, tracker.id)
    transaction.delete(row, unused, otherwise=_refusal(account_id, in_editor))
    _give_up_names(transaction, account_id, tracker)
    transaction.run()


def _mark_tracker(transaction: Transaction, account_id: str, tracker: Tracker, in_editor: bool) -> None:
    row = tracker_rows.at(account_id, tracker.id)
    place = keys.going(account_id, "TRACKER", tracker.id)
    actions = [
        TrackerRow.going.set(True),
        TrackerRow.GSI1PK.set(place.partition),
        TrackerRow.GSI1SK.set(place.sort),
        TrackerRow.version.add(1),
    ]
    transaction.update(row, actions, _as_read(tracker, in_editor), otherwise=Changed())
    _give_up_names(transaction, account_id, tracker)
    transaction.run()


def _mark_campaign(transaction: Transaction, account_id: str, campaign: Campaign) -> None:
    place = keys.going(account_id, "CAMPAIGN", campaign.id)
    actions = [
        CampaignRow.going.set(True),
        CampaignRow.GSI1PK.set(place.partition),
        CampaignRow.GSI1SK.set(place.sort),
        CampaignRow.version.add(1),
    ]
    may_go = campaign_rows.is_there() & (CampaignRow.foreign_uses == 0)
    row = campaign_rows.at(account_id, campaign.id)
    transaction.update(row, actions, may_go, otherwise=lambda stored: _held(account_id, stored))
    listed = ListedCampaignRow.at(keys.listed_campaign(account_id, campaign.id))
    transaction.delete(listed, ListedCampaignRow.PK.exists(), otherwise=Changed())
    transaction.run()


def _finish_tracker(account_id: str, tracker_id: str) -> None:
    for goal in uses.goals_of(account_id, tracker_id):
        _remove_goal(account_id, goal)
    if trackers.find(account_id, tracker_id) is None:
        return
    # The index may lag behind: as long as a use is left that it did not show, the tracker stays.
    transaction = Transaction()
    row = tracker_rows.at(account_id, tracker_id)
    transaction.delete(row, TrackerRow.uses == 0, otherwise=Changed())
    transaction.run()


def _finish_campaign(account_id: str, campaign_id: str) -> None:
    campaign, its_goals = campaigns.find_with_goals(account_id, campaign_id)
    if campaign is None:
        return
    for goal in its_goals:
        _remove_goal(account_id, goal)
    for tracker_id in _made_in(account_id, campaign_id):
        tracker = trackers.find(account_id, tracker_id)
        if tracker is not None and not tracker.going:
            _delete_unused(Transaction(), account_id, tracker, in_editor=True)
    transaction = Transaction()
    row = campaign_rows.at(account_id, campaign_id)
    transaction.delete(row, CampaignRow.goal_count == 0, otherwise=Changed())
    transaction.run()


def _remove_goal(account_id: str, goal: Goal) -> None:
    transaction = Transaction()
    goals.remove(transaction, account_id, goal, trackers.find(account_id, goal.tracker_id))
    transaction.run()


def _made_in(account_id: str, campaign_id: str) -> list[str]:
    """Ids of the trackers made in a campaign, but for those that are going by themselves. 1 query a MB."""
    names = stored.listed(keys.campaign(account_id, campaign_id).partition, keys.tracker_names())
    return [name["tracker_id"] for name in names]


def _give_up_names(transaction: Transaction, account_id: str, tracker: Tracker) -> None:
    trackers.replace_names(transaction, tracker_rows.name_rows(account_id, tracker), {})
    if tracker.kind is Kind.AAT:
        guard = tracker_rows.name_guard(account_id, tracker)
        transaction.delete(guard, AatNameRow.tracker_id == tracker.id, otherwise=Changed())


def _as_read(tracker: Tracker, in_editor: bool) -> Condition:
    """It stands as it was read, and is no widget's unless the editor asks."""
    condition = tracker_rows.is_there() & (TrackerRow.version == tracker.version)
    return condition if in_editor else condition & (TrackerRow.kind != Kind.WIDGET.value)


def _refusal(account_id: str, in_editor: bool) -> Callable[[TrackerRow | None], ActrailError]:
    def refusal(stored: TrackerRow | None) -> ActrailError:
        if stored is None or stored.going:
            return Changed()
        if stored.kind == Kind.WIDGET and not in_editor:
            return WidgetEditorOnly()
        if stored.active_uses:
            used = uses.counted(account_id, stored.id)
            return InUse(
                "Campaigns use this tracker. Deleting it takes these goals and their data with it: "
                "repeat with confirm=delete-data.",
                uses.described(account_id, used),
                uses.would_lose(account_id, int(stored.number), used),
            )
        return Changed()

    return refusal


def _held(account_id: str, stored: CampaignRow | None) -> ActrailError:
    if stored is None or stored.going or not stored.foreign_uses:
        return Changed()
    used = [
        goal
        for tracker in trackers.get_many(account_id, _made_in(account_id, stored.id)).values()
        if tracker.kind is Kind.AAT and tracker.active_uses
        for goal in uses.counted(account_id, tracker.id)
        if goal.foreign
    ]
    return InUse(
        "Other campaigns use account trackers made in this one. Remove those goals, or archive those "
        "campaigns, first.",
        uses.described(account_id, used),
    )
