"""What must be true of the whole table whatever was asked of it at the same time.

The checker reads raw items with a client of its own and counts anew, from the items alone, everything that
the table layer counts as it goes. It shares no code with that layer but two pure rules: where a
name's words start, and which id goes with a number.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from chalicelib.domain.ids import numbered_id
from chalicelib.domain.names import word_starts
from tests import clients

Item = dict[str, Any]
_PLAIN = TypeDeserializer()
_INDEX_KEY = ("GSI1PK", "GSI1SK")


def read(table: str) -> list[Item]:
    """Every item of the table, as plain values."""
    pages = clients.dynamodb().get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [
        {name: _PLAIN.deserialize(value) for name, value in item.items()}
        for page in pages
        for item in page["Items"]
    ]


def violations(items: Iterable[Item], *, going: bool = False) -> list[str]:
    """What is wrong with these items, the whole content of a table; nothing, if all is well.

    ``going`` says that deletions may be under way, so that what they have yet to remove may be there.
    """
    by_account: dict[str, _Account] = defaultdict(_Account)
    found = []
    for item in items:
        key = f"{item['PK']} {item['SK']}"
        if item["type"] not in _KEYS:
            found.append(f"{key}: unknown type {item['type']}")
            continue
        account_id = item["PK"].split("#")[0]
        if problem := _misplaced(account_id, item):
            found.append(f"{key}: {problem}")
        by_account[account_id].add(item)
    for account in by_account.values():
        found += [problem for check in _CHECKS for problem in check(account)]
        found += [] if going else _left_going(account)
    return sorted(found)


@dataclass
class _Account:
    """The items of an account by their types."""

    items: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))
    campaigns: dict[str, Item] = field(default_factory=dict)
    trackers: dict[str, Item] = field(default_factory=dict)

    def add(self, item: Item) -> None:
        self.items[item["type"]].append(item)
        if item["type"] == "campaign":
            self.campaigns[item["id"]] = item
        elif item["type"] == "tracker":
            self.trackers[item["id"]] = item

    def goals_by(self, name: str) -> dict[str, list[Item]]:
        grouped = defaultdict(list)
        for goal in self.items["goal"]:
            grouped[goal[name]].append(goal)
        return grouped


_KEYS = {
    "account": ("{a}", "ACCOUNT", "ACCOUNTS", "{a}"),
    "api_key": ("{a}#KEYS", "{id}"),
    "site": ("{a}#SITES", "{id}"),
    "once": ("{a}#ONCE#{*}", "ONCE"),
    "listed_campaign": ("{a}#CAMPAIGNS", "{*}"),
    "campaign": ("{a}#CAMPAIGN#{id}", "CAMPAIGN", "{a}#CAMPAIGNS#{status}", "{id}"),
    "goal": (
        "{a}#CAMPAIGN#{campaign_id}", "GOAL#{tracker_id}", "{a}#TRACKER#{tracker_id}", "USE#{campaign_id}",
    ),
    "tracker": ("{a}#TRACKER#{id}", "TRACKER"),
    "aat_name": ("{a}#AAT_NAME#{*}", "AAT_NAME"),
    "tracker_name": ("{a}#CAMPAIGN#{*}", "{*}", "{a}#TRACKERS", "{*}"),
    "job": ("{a}#JOBS", "{*}", "{a}#JOBS", "{status}#{*}"),
}  # fmt: skip
"""Partition and sort key of each type of item, then those in the index. {a} is the account, {*} anything."""


def _misplaced(account_id: str, item: Item) -> str | None:
    wanted = list(_KEYS[item["type"]])
    if item.get("going"):
        wanted[2:] = "{a}#GOING", f"{item['type'].upper()}#{{id}}"
    for name, pattern in zip(("PK", "SK", *_INDEX_KEY), [*wanted, "", ""], strict=False):
        prefix, free, _ = pattern.partition("{*}")
        text = prefix.replace("{a}", "{0}").format(account_id, **item)
        value = item.get(name, "")
        if value != text and not (free and value.startswith(text)):
            return f"{name} is {value!r} and not {text!r}"
    return None


def _orphans(account: _Account) -> Iterator[str]:
    if len(account.items["account"]) != 1:
        yield "items of an account that does not exist"
    for tracker in account.trackers.values():
        if not tracker.get("going") and tracker["campaign_id"] not in account.campaigns:
            yield f"tracker {tracker['id']}: its campaign does not exist"
    for goal in account.items["goal"]:
        if goal["campaign_id"] not in account.campaigns:
            yield f"goal {goal['SK']}: its campaign {goal['campaign_id']} does not exist"


def _numbers(account: _Account) -> Iterator[str]:
    numbered = (*account.campaigns.values(), *account.trackers.values())
    numbers = Counter(item["number"] for item in numbered)
    yield from (f"number {number} is given {n} times" for number, n in numbers.items() if n > 1)
    for item in numbered:
        if item["id"] != numbered_id(item["PK"].split("#")[0], int(item["number"])):
            yield f"{item['type']} {item['id']}: its number is {item['number']}"


def _aat_names(account: _Account) -> Iterator[str]:
    aats = [t for t in account.trackers.values() if t["kind"] == "aat" and not t.get("going")]
    for key, count in Counter(_comparable(aat["name"]) for aat in aats).items():
        if count > 1:
            yield f"{count} account trackers are named {key!r}"
    guards = [(g["PK"].split("#", 2)[2], g["tracker_id"]) for g in account.items["aat_name"]]
    named = [(_comparable(aat["name"]), aat["id"]) for aat in aats]
    yield from _difference("name guards", guards, named)


def _tracker_names(account: _Account) -> Iterator[str]:
    stored = [
        (row["PK"], row["SK"], row["GSI1SK"], row["tracker_id"], row["name_key"], row["word"])
        for row in account.items["tracker_name"]
    ]
    there = [tracker for tracker in account.trackers.values() if not tracker.get("going")]
    yield from _difference("names", stored, [row for tracker in there for row in _names_of(tracker)])
    for tracker in there:
        if tracker["name_key"] != _comparable(tracker["name"]):
            yield f"tracker {tracker['id']}: name_key is {tracker['name_key']!r}"


def _names_of(tracker: Item) -> Iterator[tuple[Any, ...]]:
    partition = f"{tracker['PK'].split('#')[0]}#CAMPAIGN#{tracker['campaign_id']}"
    key = _comparable(tracker["name"])
    visibility = "unshown" if tracker["hidden"] else "shown"
    for word, start in enumerate(word_starts(key)):
        family = "WORD" if word else "NAME"
        sort = f"{family}#{visibility}#{tracker['kind']}#{key[start:]}#{tracker['id']}"
        yield partition, sort, sort, tracker["id"], key, word


def _campaign_list(account: _Account) -> Iterator[str]:
    places = [place["SK"] for place in account.items["listed_campaign"]]
    there = [campaign["id"] for campaign in account.campaigns.values() if not campaign.get("going")]
    yield from _difference("places in the list of campaigns", places, there)


def _goals(account: _Account) -> Iterator[str]:
    for goal in account.items["goal"]:
        campaign = account.campaigns.get(goal["campaign_id"])
        tracker = account.trackers.get(goal["tracker_id"])
        name = f"goal {goal['SK']} of campaign {goal['campaign_id']}"
        if campaign is not None and goal["counted"] == (campaign["status"] == "archived"):
            yield f"{name}: counted is {goal['counted']} and the campaign {campaign['status']}"
        if tracker is None:
            if goal["counted"]:
                yield f"{name}: it counts and its tracker does not exist"
        elif goal["origin_id"] != tracker["campaign_id"]:
            yield f"{name}: origin is {goal['origin_id']} and not {tracker['campaign_id']}"
        elif tracker["kind"] != "aat" and tracker["campaign_id"] != goal["campaign_id"]:
            yield f"{name}: {tracker['kind']} of another campaign"


def _tracker_counts(account: _Account) -> Iterator[str]:
    goals = account.goals_by("tracker_id")
    for tracker in account.trackers.values():
        its = goals.get(tracker["id"], [])
        name = f"tracker {tracker['id']}"
        yield from _wrong(name, tracker, uses=len(its), active_uses=sum(goal["counted"] for goal in its))


def _campaign_counts(account: _Account) -> Iterator[str]:
    own, made = account.goals_by("campaign_id"), account.goals_by("origin_id")
    for campaign in account.campaigns.values():
        goals = own.get(campaign["id"], [])
        foreign = sum(
            g["counted"] and g["campaign_id"] != campaign["id"] for g in made.get(campaign["id"], [])
        )
        primary = [goal["tracker_id"] for goal in goals if goal["role"] == "primary"]
        name = f"campaign {campaign['id']}"
        yield from _wrong(name, campaign, goal_count=len(goals), foreign_uses=foreign)
        if primary != [tracker_id for tracker_id in (campaign.get("primary_id"),) if tracker_id]:
            yield f"{name}: primary_id is {campaign.get('primary_id')} and the primary goals {primary}"


def _subtests(account: _Account) -> Iterator[str]:
    made = Counter((t["campaign_id"], t.get("subtest_id")) for t in account.trackers.values())
    for campaign in account.campaigns.values():
        for subtest_id, subtest in campaign["subtests"].items():
            if subtest["trackers_made"] < made[campaign["id"], subtest_id]:
                yield f"sub-test {subtest_id}: more trackers than {subtest['trackers_made']} were made in it"


def _left_going(account: _Account) -> list[str]:
    everything = (*account.campaigns.values(), *account.trackers.values())
    return [f"{item['type']} {item['id']} is still going" for item in everything if item.get("going")]


_CHECKS = (
    _orphans, _numbers, _aat_names, _tracker_names, _campaign_list, _goals, _tracker_counts, _campaign_counts,
    _subtests,
)  # fmt: skip


def _comparable(name: str) -> str:
    def composed(text: str) -> str:
        return unicodedata.normalize("NFC", text)

    return composed(composed(name).strip().casefold())


def _difference(what: str, stored: Sequence[object], wanted: Sequence[object]) -> Iterator[str]:
    yield from (f"{what}: {row} is too many" for row in (Counter(stored) - Counter(wanted)).elements())
    yield from (f"{what}: {row} is missing" for row in (Counter(wanted) - Counter(stored)).elements())


def _wrong(name: str, item: Item, **counted: int) -> Iterator[str]:
    for attribute, number in counted.items():
        if item[attribute] != number:
            yield f"{name}: {attribute} is {item[attribute]} and not {number}"
