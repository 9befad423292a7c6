"""Trackers: making, reading, listing and editing them. Deleting them is in ``removal``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.names import Name, comparable, first_matching_word
from chalicelib.domain.tracker import Kind, Tracker, edited
from chalicelib.errors import ActrailError, Invalid, NameTaken, NotFound, StaleVersion
from chalicelib.table import campaign_rows, keys, stored
from chalicelib.table.campaign_rows import CampaignRow
from chalicelib.table.once import FOR_REAL, Intent
from chalicelib.table.pages import Page, Range, page
from chalicelib.table.rows import differences
from chalicelib.table.stored import Stored
from chalicelib.table.tracker_rows import (
    AatNameRow,
    Place,
    TrackerNameRow,
    TrackerRow,
    at,
    is_there,
    name_guard,
    name_rows,
    place_of,
    row_of,
    tracker_of,
)
from chalicelib.table.transaction import Changed, Transaction, until_settled

MOST_SEARCHED = 1000
"""How many trackers are looked at for those that are picked; the rest comes with the next page."""


def create(account_id: str, tracker: Tracker, intent: Intent = FOR_REAL) -> None:
    """Store a new tracker. Raises NotFound, CampaignArchived, Invalid, NameTaken.

    6 write units: campaign, tracker and name; 2 more for an AAT and for each later word of the name.
    """
    transaction = intent.begin(tracker)
    _made_in_campaign(transaction, account_id, tracker)
    if tracker.kind is Kind.AAT:
        _take_name(transaction, account_id, tracker)
    transaction.put(row_of(account_id, tracker), TrackerRow.PK.does_not_exist(), otherwise=Changed())
    replace_names(transaction, {}, name_rows(account_id, tracker))
    transaction.run()


def find(account_id: str, tracker_id: str) -> Tracker | None:
    """The tracker, also while it is going. 1 read."""
    found = stored.find(keys.tracker(account_id, tracker_id))
    return None if found is None else tracker_of(found)


def get(account_id: str, tracker_id: str) -> Tracker:
    """Raises NotFound, also while it is going. 1 read."""
    tracker = find(account_id, tracker_id)
    if tracker is None or tracker.going:
        raise NotFound("tracker")
    return tracker


def name_holder(account_id: str, name: Name) -> str | None:
    """The id of the account tracker that has the name. 1 read."""
    found = stored.find(keys.aat_name(account_id, name.key))
    return None if found is None else found["tracker_id"]


def get_many(account_id: str, tracker_ids: Sequence[str]) -> dict[str, Tracker]:
    """Those of the trackers that are there, by id. 1 batch read a hundred."""
    found = stored.find_all(keys.tracker(account_id, tracker_id) for tracker_id in tracker_ids)
    return {each["id"]: tracker_of(each) for each in found if "going" not in each}


def made_in(account_id: str, campaign_id: str, limit: int, cursor: str | None) -> Page[Tracker]:
    """A campaign's own trackers by kind and name, hidden ones last. 1 query, 1 batch read."""
    partition = keys.campaign(account_id, campaign_id).partition
    return _listed(account_id, [Range(partition, keys.tracker_names())], "", limit, cursor)


def selectable_in(account_id: str, campaign_id: str, q: str, limit: int, cursor: str | None) -> Page[Tracker]:
    """What a campaign may select: its XATs, its widget trackers, the account's AATs, each by name.

    ``q`` keeps those with a word it starts, names that start with it first.
    Up to 3 queries (6 with a search), 1 batch read.
    """
    own = keys.campaign(account_id, campaign_id).partition
    account = keys.account_tracker_name(account_id, "").partition
    ranges = [
        *_searched(own, False, [(Kind.XAT, False), (Kind.WIDGET, False)], q),
        *_searched(account, True, [(Kind.AAT, False)], q),
    ]
    return _listed(account_id, ranges, q, limit, cursor)


def listed(
    account_id: str,
    kind: Kind | None,
    hidden: bool | None,
    q: str,
    limit: int,
    cursor: str | None,
    keep: Callable[[Place], bool] | None = None,
) -> Page[Tracker]:
    """The account's trackers by kind and name, hidden ones last.

    ``keep`` picks some, of the next thousand: a page may be shorter then, or empty, and yet have a next one.
    1 batch read and 1 query; more where a range ends.
    """
    partition = keys.account_tracker_name(account_id, "").partition
    visibilities = [False, True] if hidden is None else [hidden]
    if not q and kind is None:
        everything = Range(partition, keys.tracker_names(hidden), in_index=True)
        return _listed(account_id, [everything], q, limit, cursor, keep)
    groups = [(each, visibility) for visibility in visibilities for each in ([kind] if kind else Kind)]
    return _listed(account_id, _searched(partition, True, groups, q), q, limit, cursor, keep)


def change(
    account_id: str,
    tracker_id: str,
    changes: Mapping[str, Any],
    now: datetime,
    *,
    in_editor: bool,
    if_match: int | None,
    intent: Intent = FOR_REAL,
) -> Tracker:
    """The tracker with some fields changed.

    Raises NotFound, StaleVersion, AatImmutable, KindFixed, WidgetEditorOnly, NameTaken, Invalid.
    1 read, 2 write units; 4 more for each word of a name that changes, 2 more to become an AAT.
    """

    def attempt() -> Tracker:
        before = get(account_id, tracker_id)
        if if_match not in (None, before.version):
            raise StaleVersion(before.version)
        after = edited(before, changes, now, in_editor=in_editor)
        if after is before:
            return before
        transaction = intent.begin(after)
        _write_change(transaction, account_id, before, after)
        transaction.run()
        return after

    return until_settled(attempt)


def replace_names(
    transaction: Transaction,
    before: Mapping[str, TrackerNameRow],
    after: Mapping[str, TrackerNameRow],
) -> None:
    """Let a transaction write the items a name is found by in place of those of the old name."""
    for sort, row in before.items():
        if sort not in after:
            transaction.delete(row, TrackerNameRow.PK.exists(), otherwise=Changed())
    for sort, row in after.items():
        if sort not in before:
            transaction.put(row, TrackerNameRow.PK.does_not_exist(), otherwise=Changed())


def _write_change(transaction: Transaction, account_id: str, before: Tracker, after: Tracker) -> None:
    # The version pins the kind: an XAT that became an AAT meanwhile is no longer what was edited.
    unchanged = is_there() & (TrackerRow.version == before.version)
    actions = differences(row_of(account_id, before), row_of(account_id, after))
    transaction.update(at(account_id, before.id), actions, unchanged, otherwise=Changed())
    if after.kind is Kind.AAT and before.kind is not Kind.AAT:
        _take_name(transaction, account_id, after)
    if after.subtest_id not in (None, before.subtest_id):
        _made_in_campaign(transaction, account_id, after)
    replace_names(transaction, name_rows(account_id, before), name_rows(account_id, after))


def _made_in_campaign(transaction: Transaction, account_id: str, tracker: Tracker) -> None:
    """Let a transaction fail unless the campaign is open and has the sub-test, which learns of it."""
    row = campaign_rows.at(account_id, tracker.campaign_id)
    refusal = campaign_rows.unless_open(lambda _: _no_subtest(tracker))
    if tracker.subtest_id is None:
        return transaction.check(row, campaign_rows.is_open(), otherwise=refusal)
    made = CampaignRow.subtests[tracker.subtest_id]["trackers_made"]
    return transaction.update(
        row, [made.set(made + 1)], campaign_rows.is_open() & made.exists(), otherwise=refusal
    )


def _no_subtest(tracker: Tracker) -> ActrailError | None:
    if tracker.subtest_id is None:
        return None
    return Invalid.field("subtest_id", "must be a sub-test of the campaign")


def _take_name(transaction: Transaction, account_id: str, tracker: Tracker) -> None:
    """Let a transaction fail with NameTaken unless the name is free."""
    transaction.put(
        name_guard(account_id, tracker),
        AatNameRow.PK.does_not_exist(),
        otherwise=lambda guard: NameTaken(guard.tracker_id) if guard else Changed(),
    )


def _searched(partition: str, in_index: bool, groups: list[tuple[Kind, bool]], q: str) -> list[Range]:
    """The ranges of some kinds, shown or hidden; of a search, names before later words of names."""
    wanted = comparable(q)
    ranges = []
    for kind, hidden in groups:
        for later_words in (False, True) if wanted else (False,):
            prefix = keys.tracker_names(hidden, kind, later_words=later_words) + wanted
            ranges.append(Range(partition, prefix, in_index))
    return ranges


def _listed(
    account_id: str,
    ranges: Sequence[Range],
    q: str,
    limit: int,
    cursor: str | None,
    keep: Callable[[Place], bool] | None = None,
) -> Page[Tracker]:
    wanted = comparable(q)

    def is_kept(name: Stored) -> bool:
        first_of_its_name = not wanted or first_matching_word(name["name_key"], wanted) == name["word"]
        return first_of_its_name and (keep is None or keep(place_of(name)))

    names = page(ranges, limit, cursor, is_kept, MOST_SEARCHED if keep else None)
    # A tracker that changes its kind or name between two queries may be met twice.
    ids = list(dict.fromkeys(name["tracker_id"] for name in names.items))
    found = get_many(account_id, ids)
    return Page([found[each] for each in ids if each in found], names.next_cursor)
