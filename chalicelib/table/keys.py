"""Every partition and sort key of the table. Each partition starts with its account.

The one exception is the list of accounts itself, which only the operator's tools read.
"""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

ACCOUNTS = "ACCOUNTS"
INDEX = "GSI1"
LAST = "\U0010ffff"
"""Sorts behind everything that shares its prefix."""


class Key(NamedTuple):
    """Primary key of an item, or of its entry in the index."""

    partition: str
    sort: str


def owned_by(account_id: str) -> str:
    """What every partition of an account's things starts with, but for the account itself."""
    return f"{account_id}#"


def account(account_id: str) -> Key:
    return Key(account_id, "ACCOUNT")


def listed_account(account_id: str) -> Key:
    return Key(ACCOUNTS, account_id)


def api_key(account_id: str, key_id: str) -> Key:
    return Key(f"{account_id}#KEYS", key_id)


def editor_session(account_id: str, campaign_id: str, session_id: str) -> Key:
    return Key(f"{account_id}#EDITOR#{campaign_id}", session_id)


def session(account_id: str, digest: str) -> Key:
    return Key(f"{account_id}#SESSION#{digest}", "SESSION")


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


def tracker_names(hidden: bool | None = None, kind: str = "", *, later_words: bool = False) -> str:
    """Sort key prefix of names: of all, of the hidden or shown ones, or of those of one kind.

    What is shown in goal set-up sorts before what is not.
    """
    family = "WORD" if later_words else "NAME"
    if hidden is None:
        return f"{family}#"
    visibility = "unshown" if hidden else "shown"
    return f"{family}#{visibility}#{kind}#" if kind else f"{family}#{visibility}#"


def kind_named(sort: str) -> str:
    """The kind of the tracker that a name is of, by its sort key."""
    return sort.split("#", 3)[2]


def campaign_tracker_name(account_id: str, campaign_id: str, sort: str) -> Key:
    return Key(campaign(account_id, campaign_id).partition, sort)


def account_tracker_name(account_id: str, sort: str) -> Key:
    return Key(f"{account_id}#TRACKERS", sort)


def going(account_id: str, what: str, item_id: str) -> Key:
    return Key(f"{account_id}#GOING", f"{what}#{item_id}")


EVENTS = ("EVENT#", f"EVENT#{LAST}")
FIRSTS = ("CONVERSION#", f"EXPOSURE#{LAST}")
"""Lowest and highest sort key of a visitor's events, and of a campaign's first conversions and exposures."""

MARKER_SHARDS = 8
"""Partitions that a campaign's markers are spread over, so that no one of them takes all writes."""


def profile(account_id: str, uuid: str) -> str:
    return f"{account_id}#PROFILE#{uuid}"


def event(account_id: str, uuid: str, timestamp: str, event_id: str) -> Key:
    return Key(profile(account_id, uuid), f"EVENT#{timestamp}#{event_id}")


def events_between(low: str, high: str) -> tuple[str, str]:
    """Lowest and highest sort key of a visitor's events from a time on, and before another."""
    return f"EVENT#{low}", f"EVENT#{high}"


SESSION_SHARDS = 8
"""Partitions of the index that sessions without an end are spread over, as markers are."""


def begun_session(of_profile: str, session_id: str) -> Key:
    """Of a visitor, whose partition is given; before their events."""
    return Key(of_profile, f"BEGUN#{session_id}")


def open_session(account_id: str, uuid: str, timestamp: str, session_id: str) -> Key:
    partition = open_sessions(account_id, crc32(uuid.encode()) % SESSION_SHARDS)
    return Key(partition, f"{timestamp}#{session_id}")


def open_sessions(account_id: str, shard: int) -> str:
    return f"{account_id}#SESSIONS#{shard}"


def identifier(account_id: str, uuid: str, kind: str, value: str) -> Key:
    return Key(profile(account_id, uuid), f"IDENTIFIER#{kind}#{value}")


def seen_variation(account_id: str, uuid: str, campaign_id: str, variation_id: str) -> Key:
    return Key(profile(account_id, uuid), f"VARIATION#{campaign_id}#{variation_id}")


def receipt(account_id: str, uuid: str, event_id: str) -> Key:
    """Of a visitor, before their events."""
    return Key(profile(account_id, uuid), f"DATED#{event_id}")


def markers(account_id: str, campaign_id: str, shard: int) -> str:
    return f"{account_id}#MARKERS#{campaign_id}#{shard}"


def exposure(account_id: str, campaign_id: str, variation_id: str, uuid: str) -> Key:
    shard = crc32(uuid.encode()) % MARKER_SHARDS
    return Key(markers(account_id, campaign_id, shard), f"EXPOSURE#{variation_id}#{uuid}")


def conversion(account_id: str, campaign_id: str, tracker: str, variation_id: str, uuid: str) -> Key:
    shard = crc32(uuid.encode()) % MARKER_SHARDS
    return Key(markers(account_id, campaign_id, shard), f"CONVERSION#{tracker}#{variation_id}#{uuid}")


def conversions(tracker: str) -> tuple[str, str]:
    """Lowest and highest sort key of the markers of a tracker's converters."""
    return f"CONVERSION#{tracker}#", f"CONVERSION#{tracker}#{LAST}"


def several_variations(account_id: str, campaign_id: str, uuid: str) -> Key:
    shard = crc32(uuid.encode()) % MARKER_SHARDS
    return Key(markers(account_id, campaign_id, shard), f"SEVERAL#{uuid}")


def counts(account_id: str, campaign_id: str, day: str = "", stream_shard: str = "") -> Key:
    return Key(f"{account_id}#COUNTS#{campaign_id}", f"DAY#{day}#{stream_shard}" if day else "DAY#")


COUNTS = ("DAY#", f"HISTORY#{LAST}")
"""Lowest and highest sort key of everything that says what was counted of a campaign."""


def history(account_id: str, campaign_id: str, first_day: str) -> Key:
    return Key(counts(account_id, campaign_id).partition, f"HISTORY#{first_day}")


def erased(account_id: str, campaign_id: str, day: str) -> Key:
    return Key(counts(account_id, campaign_id).partition, f"ERASED#{day}")


def gone(account_id: str, campaign_id: str, tracker: str) -> Key:
    return Key(counts(account_id, campaign_id).partition, f"GONE#{tracker}")


def removed_campaign(account_id: str, campaign_id: str) -> Key:
    return Key(f"{account_id}#REMOVED", campaign_id)


def rejections(account_id: str, day: str = "") -> Key:
    return Key(f"{account_id}#REJECTIONS", day)


def recent(account_id: str, slot: int = 0) -> Key:
    return Key(f"{account_id}#RECENT", f"{slot:02}")


def last_erasure(account_id: str) -> Key:
    return Key(f"{account_id}#ERASURES", "LAST")


def job(account_id: str, job_id: str) -> Key:
    return Key(f"{account_id}#JOBS", job_id)


def job_by_status(account_id: str, status: str, created_at: str = "", job_id: str = "") -> Key:
    return Key(f"{account_id}#JOBS", f"{status}#{created_at}#{job_id}" if created_at else f"{status}#")


def schedule(account_id: str, name: str) -> Key:
    return Key(f"{account_id}#SCHEDULES", name)


def alarming_trackers(account_id: str) -> Key:
    return Key(f"{account_id}#HEALTH", "ALARMING")


def subscription(account_id: str, subscription_id: str) -> Key:
    return Key(f"{account_id}#SUBSCRIPTIONS", subscription_id)
