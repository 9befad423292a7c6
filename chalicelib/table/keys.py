"""Every partition and sort key of the table. Each partition starts with its account.

The one exception is the list of accounts itself, which only the operator's tools read.
"""

from __future__ import annotations

from typing import NamedTuple

ACCOUNTS = "ACCOUNTS"
LAST = "\U0010ffff"
"""Sorts behind everything that shares its prefix."""


class Key(NamedTuple):
    """Primary key of an item, or of its entry in the index."""

    partition: str
    sort: str


def account(account_id: str) -> Key:
    return Key(account_id, "ACCOUNT")


def listed_account(account_id: str) -> Key:
    return Key(ACCOUNTS, account_id)


def api_key(account_id: str, key_id: str) -> Key:
    return Key(f"{account_id}#KEYS", key_id)


def site(account_id: str, site_id: str) -> Key:
    return Key(f"{account_id}#SITES", site_id)


def once(account_id: str, digest: str) -> Key:
    return Key(f"{account_id}#ONCE#{digest}", "ONCE")


def listed_campaign(account_id: str, campaign_id: str) -> Key:
    return Key(f"{account_id}#CAMPAIGNS", campaign_id)


def campaign(account_id: str, campaign_id: str) -> Key:
    return Key(f"{account_id}#CAMPAIGN#{campaign_id}", "CAMPAIGN")


def campaign_by_status(account_id: str, status: str, campaign_id: str) -> Key:
    return Key(f"{account_id}#CAMPAIGNS#{status}", campaign_id)


def goal(account_id: str, campaign_id: str, tracker_id: str) -> Key:
    return Key(campaign(account_id, campaign_id).partition, f"GOAL#{tracker_id}")


def use(account_id: str, tracker_id: str, campaign_id: str) -> Key:
    return Key(f"{account_id}#TRACKER#{tracker_id}", f"USE#{campaign_id}")


def tracker(account_id: str, tracker_id: str) -> Key:
    return Key(f"{account_id}#TRACKER#{tracker_id}", "TRACKER")


def aat_name(account_id: str, name_key: str) -> Key:
    return Key(f"{account_id}#AAT_NAME#{name_key}", "AAT_NAME")


def tracker_names(kind: str = "", visibility: str = "", *, later_words: bool = False) -> str:
    """Sort key prefix of names: of all, of one kind, or of the hidden or shown ones of a kind."""
    family = "WORD" if later_words else "NAME"
    parts = [family, *([kind] if kind else []), *([visibility] if visibility else [])]
    return "#".join([*parts, ""])


def campaign_tracker_name(account_id: str, campaign_id: str, sort: str) -> Key:
    return Key(campaign(account_id, campaign_id).partition, sort)


def account_tracker_name(account_id: str, sort: str) -> Key:
    return Key(f"{account_id}#TRACKERS", sort)


def going(account_id: str, what: str, item_id: str) -> Key:
    return Key(f"{account_id}#GOING", f"{what}#{item_id}")
