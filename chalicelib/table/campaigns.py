"""Campaigns: one item a campaign, and one that gives it its place in the account's list."""

from __future__ import annotations

from collections.abc import Callable

from pynamodb.expressions.condition import size

from chalicelib.domain.campaign import MAX_SUBTESTS, Campaign, Status, Subtest
from chalicelib.domain.goal import Goal, in_order
from chalicelib.errors import ActrailError, NotFound, StaleVersion, SubtestHasTrackers, TooManySubtests
from chalicelib.table import goal_rows, keys, sites, stored
from chalicelib.table.campaign_rows import (
    CampaignRow,
    ListedCampaignRow,
    at,
    campaign_of,
    is_open,
    is_there,
    row_of,
    subtest_map,
    unless_open,
)
from chalicelib.table.once import FOR_REAL, Intent
from chalicelib.table.pages import Page, Range, page
from chalicelib.table.rows import differences
from chalicelib.table.stored import Stored
from chalicelib.table.transaction import Changed, Transaction, until_settled

RUNNING = (Status.LIVE.value, Status.PAUSED.value)


def create(account_id: str, campaign: Campaign, intent: Intent = FOR_REAL) -> None:
    """Store a new campaign. Raises NotFound for its site. 4 write units, 2 more with a site."""
    transaction = intent.begin(campaign)
    if campaign.site_id is not None:
        sites.must_exist(transaction, account_id, campaign.site_id)
    transaction.put(row_of(account_id, campaign), CampaignRow.PK.does_not_exist(), otherwise=Changed())
    place = ListedCampaignRow.at(keys.listed_campaign(account_id, campaign.id))
    transaction.put(place, ListedCampaignRow.PK.does_not_exist(), otherwise=Changed())
    transaction.run()


def find(account_id: str, campaign_id: str) -> Campaign | None:
    """The campaign, also while it is going. 1 read."""
    found = stored.find(keys.campaign(account_id, campaign_id))
    return None if found is None else campaign_of(found)


def get(account_id: str, campaign_id: str) -> Campaign:
    """Raises NotFound, also while it is going. 1 read."""
    return _there(find(account_id, campaign_id))


def find_with_goals(account_id: str, campaign_id: str) -> tuple[Campaign | None, list[Goal]]:
    """The campaign, also while it is going, and its goals in order. 1 query."""
    first = keys.campaign(account_id, campaign_id)
    last = keys.goal(account_id, campaign_id, keys.LAST)
    found = stored.among(first.partition, first.sort, last.sort)
    campaign = next((campaign_of(each) for each in found if each["SK"] == first.sort), None)
    return campaign, in_order([goal_rows.goal_of(each) for each in found if each["SK"] != first.sort])


def with_goals(account_id: str, campaign_id: str) -> tuple[Campaign, list[Goal]]:
    """The campaign and its goals in order. Raises NotFound, also while it is going. 1 query."""
    campaign, goals = find_with_goals(account_id, campaign_id)
    return _there(campaign), goals


def get_many(account_id: str, campaign_ids: list[str]) -> dict[str, Campaign]:
    """Those of the campaigns that are there, by id. 1 batch read a hundred."""
    found = stored.find_all(keys.campaign(account_id, campaign_id) for campaign_id in campaign_ids)
    return {each["id"]: campaign_of(each) for each in found if "going" not in each}


def listed(account_id: str, status: Status | None, limit: int, cursor: str | None) -> Page[Campaign]:
    """The account's campaigns, newest first. 1 query; 1 batch read more without a status.

    Of one status they come from the index, which follows a change of status within a moment.
    """
    if status is not None:
        partition = keys.campaign_by_status(account_id, status, "").partition
        of_status = Range(partition, in_index=True, newest_first=True)
        return page([of_status], limit, cursor).mapped(campaign_of)
    everything = Range(keys.listed_campaign(account_id, "").partition, newest_first=True)
    places = page([everything], limit, cursor).mapped(_id_of)
    found = get_many(account_id, places.items)
    return Page([found[each] for each in places.items if each in found], places.next_cursor)


def listed_ids(account_id: str, limit: int, cursor: str | None) -> Page[str]:
    """Ids of the account's campaigns, newest first. 1 query."""
    everything = Range(keys.listed_campaign(account_id, "").partition, newest_first=True)
    return page([everything], limit, cursor).mapped(_id_of)


def change(
    account_id: str,
    campaign_id: str,
    edit: Callable[[Campaign], Campaign],
    if_match: int | None,
    intent: Intent = FOR_REAL,
) -> Campaign:
    """The campaign as ``edit`` makes it, one version on. Raises NotFound, StaleVersion, and what edit raises.

    1 read, 2 write units a KB.
    """

    def attempt() -> Campaign:
        before = get(account_id, campaign_id)
        must_match(before, if_match)
        after = edit(before)
        if after == before:
            return before
        transaction = intent.begin(after)
        if after.site_id not in (None, before.site_id):
            sites.must_exist(transaction, account_id, after.site_id)
        write_change(transaction, account_id, before, after)
        transaction.run()
        return after

    return until_settled(attempt)


def write_change(transaction: Transaction, account_id: str, before: Campaign, after: Campaign) -> None:
    """Let a transaction change the campaign, unless it has changed since ``before`` was read."""
    unchanged = is_there() & (CampaignRow.version == before.version)
    actions = differences(row_of(account_id, before), row_of(account_id, after))
    transaction.update(at(account_id, before.id), actions, unchanged, otherwise=Changed())


def must_match(campaign: Campaign, if_match: int | None) -> None:
    """Raises StaleVersion unless the campaign has the version that If-Match names."""
    if if_match not in (None, campaign.version):
        raise StaleVersion(campaign.version)


def add_subtest(account_id: str, campaign_id: str, subtest: Subtest, intent: Intent = FOR_REAL) -> None:
    """Raises NotFound, CampaignArchived, TooManySubtests. 2 write units a KB."""
    room = size(CampaignRow.subtests) < MAX_SUBTESTS
    actions = [
        CampaignRow.subtests[subtest.id].set(subtest_map(subtest)),
        CampaignRow.version.add(1),
    ]
    transaction = intent.begin(subtest)
    transaction.update(
        at(account_id, campaign_id), actions, is_open() & room, otherwise=unless_open(_no_room)
    )
    transaction.run()


def remove_subtest(account_id: str, campaign_id: str, subtest_id: str, intent: Intent = FOR_REAL) -> None:
    """Raises NotFound, SubtestHasTrackers. 2 write units a KB."""
    subtest = CampaignRow.subtests[subtest_id]
    rests = ~CampaignRow.status.is_in(*RUNNING)
    unused = subtest["trackers_made"] == 0
    transaction = intent.begin()
    transaction.update(
        at(account_id, campaign_id),
        [subtest.remove(), CampaignRow.version.add(1)],
        is_there() & subtest.exists() & (rests | unused),
        otherwise=lambda stored: _subtest_refusal(stored, subtest_id),
    )
    transaction.run()


def _id_of(place: Stored) -> str:
    campaign_id: str = place["SK"]
    return campaign_id


def _no_room(stored: CampaignRow) -> ActrailError | None:
    full = len(stored.subtests.as_dict()) >= MAX_SUBTESTS
    return TooManySubtests(MAX_SUBTESTS) if full else None


def _subtest_refusal(stored: CampaignRow | None, subtest_id: str) -> ActrailError:
    if stored is None or stored.going:
        return NotFound("campaign")
    if subtest_id not in stored.subtests.as_dict():
        return NotFound("sub-test")
    return SubtestHasTrackers()


def _there(campaign: Campaign | None) -> Campaign:
    if campaign is None or campaign.going:
        raise NotFound("campaign")
    return campaign
