"""Rolled up or not, whenever, by however many and cut off wherever: the counts stay what they are."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.errors import Unavailable
from chalicelib.jobs import roll_up as job
from chalicelib.table import counters, histories, keys, roll_up, wire
from chalicelib.table.counters import Addition
from infra.bench.tally import requests_sent
from tests.counting.network import Network
from tests.jobs.meanwhile import just_before

NOW = datetime(2026, 3, 10, 3, tzinfo=UTC)
ACCOUNT = "acct"
DAYS = ("2026-01-30", "2026-01-31", "2026-02-01", "2026-03-09")
"""The last of them is open: it is never rolled up."""

NAMES = ("v.0", "v.1", "c.7.0", "a.7.0", "a.8.0", "m")
RECORDS = (*((name,) for name in NAMES), ("a.7.0", "f.7.0"))
"""What a record may count, and what it may take away: an action by a fallback counts twice."""
SHARDS = ("shard-1", "shard-2")
_CAMPAIGNS = itertools.count()

DO = st.sampled_from(["count"] * 4 + ["again"] * 2 + ["roll up"] * 2 + ["correct", "a week passes"])


@pytest.fixture
def network() -> Iterator[Network]:
    with Network().in_place() as unreliable:
        yield unreliable


@dataclass
class Model:
    """A campaign whose stream is delivered as Lambda delivers it, and what plain Python counts of it."""

    chaos: Random
    campaign_id: str = field(default_factory=lambda: f"campaign{next(_CAMPAIGNS)}")
    now: datetime = NOW
    records: dict[str, list[Addition]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: Counter[str] = field(default_factory=Counter)
    trimmed: Counter[str] = field(default_factory=Counter)
    expected: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def do(self, what: str) -> None:
        """Do it until it is done, whatever of it gets lost."""
        step = {
            "count": self._count,
            "again": self._count_again,
            "roll up": self._roll_up,
            "correct": self._correct,
            "a week passes": self._pass_a_week,
        }[what]
        step()

    def _count(self) -> None:
        shard = self.chaos.choice(SHARDS)
        for _ in range(self.chaos.randint(1, 4)):
            day = self.chaos.choice(DAYS)
            names, lost = self.chaos.choice((*RECORDS, ())), self.chaos.choice((*RECORDS, (), ()))
            sequence = str(len(self.records[shard]) * 7 + 5)
            self.records[shard].append(Addition(ACCOUNT, self.campaign_id, day, names, sequence, lost))
            self.expected[day].update(names)
            self.expected[day].subtract(lost)
        self._delivered(shard, self.acknowledged[shard], len(self.records[shard]))
        self.acknowledged[shard] = len(self.records[shard])

    def _count_again(self) -> None:
        """Deliver anew what the stream still has, cut otherwise."""
        shard = self.chaos.choice(SHARDS)
        if self.acknowledged[shard] > self.trimmed[shard]:
            start = self.chaos.randrange(self.trimmed[shard], self.acknowledged[shard])
            self._delivered(shard, start, self.chaos.randint(start + 1, self.acknowledged[shard]))

    def _delivered(self, shard: str, start: int, end: int) -> None:
        _until_done(lambda: counters.add(shard, self.records[shard][start:end]))

    def _roll_up(self) -> None:
        """Some of it, or all; an outage may cut it off anywhere, and then it is left as it is.

        Others count, count again or roll up as well after it has read and before it writes.
        """
        meanwhile = self.chaos.choice((None, self._count, self._count_again, self._roll_up_some))
        try:
            with just_before("TransactWriteItems", meanwhile):
                if self.chaos.random() < 0.5:
                    self._roll_up_some()
                else:
                    job.campaign(ACCOUNT, self.campaign_id, DAYS[-1], self.now)
        except Unavailable:
            pass

    def _roll_up_some(self) -> None:
        roll_up.merge_some(ACCOUNT, self.campaign_id, DAYS[-1], self.now)

    def _correct(self) -> None:
        """A recount's repair, decided by what was read before somebody else rolled up, or not."""
        day, name, number = self.chaos.choice(DAYS), self.chaos.choice(NAMES), self.chaos.choice((-1, 2))
        known = _until_done(lambda: counters.counted(ACCOUNT, self.campaign_id)).corrections
        if self.chaos.random() < 0.5:
            self._roll_up()
        token = f"repair{self.chaos.random()}"
        try:
            counters.correct(ACCOUNT, self.campaign_id, {day: Counter({name: number})}, known, token)
        except Unavailable:
            # Refused, or lost on its way or on its way back: what is stored says which.
            key = keys.counts(ACCOUNT, self.campaign_id, day, counters.CORRECTION)
            stored = _until_done(lambda: wire.read_all([{"PK": {"S": key.partition}, "SK": {"S": key.sort}}]))
            if not stored or stored[0]["last"]["S"] != token:
                return
        self.expected[day][name] += number

    def _pass_a_week(self) -> None:
        """Streams keep records for a day: what was acknowledged does not come again."""
        self.now += roll_up.REMEMBERED + timedelta(hours=1)
        self.trimmed = Counter(self.acknowledged)


@pytest.mark.slow
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(DO, min_size=3, max_size=14), st.integers(0, 2**32).map(Random))
def test_counts_stay_exact_whatever_is_rolled_up_cut_off_delivered_again_or_comes_late(
    module_table: str, network: Network, happened: list[str], chaos: Random
):
    model = Model(chaos)

    with network.failing(chaos):
        for what in happened:
            model.do(what)
    before = counters.days_of(ACCOUNT, model.campaign_id)
    job.campaign(ACCOUNT, model.campaign_id, DAYS[-1], model.now)
    after = counters.days_of(ACCOUNT, model.campaign_id)

    assert _without_zeros(before) == _without_zeros(model.expected)
    assert after == before
    assert not [item for item in _counters(model.campaign_id, *DAYS[:-1]) if counters.counts_of(item)]


def test_a_counter_that_has_counted_to_nothing_is_forgotten_once_no_record_of_it_comes_again(
    module_table: str,
):
    records = [
        Addition(ACCOUNT, "none", DAYS[0], NAMES, "1"),
        Addition(ACCOUNT, "none", DAYS[0], (), "2", lost=NAMES),
    ]

    def roll_up_on(day: datetime) -> bool:
        job.campaign(ACCOUNT, "none", DAYS[-1], day)
        return bool(_counters("none", DAYS[0]))

    counters.add("shard", records)
    there = [roll_up_on(NOW)]
    counters.add("shard", [record._replace(sequence=f"1{record.sequence}") for record in records])
    a_week = roll_up.REMEMBERED + timedelta(hours=1)
    there += [roll_up_on(NOW + weeks * a_week) for weeks in (1, 2)]

    assert there == [True, True, False]
    assert not counters.days_of(ACCOUNT, "none")


@given(
    st.lists(
        st.tuples(st.sampled_from(DAYS[:3]), st.sampled_from(["a.7.0", "a.8.0"]), st.sampled_from((-1, 1)))
    ),
    st.sets(st.integers(0, 20)),
)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_tracker_acted_last_on_the_day_of_its_last_count_wherever_parts_of_it_are(
    module_table: str, counted: list[tuple[str, str, int]], rolled_up_after: set[int]
):
    campaign_id = f"last{next(_CAMPAIGNS)}"
    by_day: dict[str, Counter[str]] = defaultdict(Counter)

    for sequence, (day, name, number) in enumerate(counted):
        won, lost = ((name,), ()) if number > 0 else ((), (name,))
        counters.add("s", [Addition(ACCOUNT, campaign_id, day, won, str(sequence + 1), lost)])
        by_day[name][day] += number
        if sequence in rolled_up_after:
            job.campaign(ACCOUNT, campaign_id, DAYS[2], NOW)
    last, lately = counters.actions_in(ACCOUNT, campaign_id, DAYS[1])

    assert last == {
        name.split(".")[1]: max(acted)
        for name, days in by_day.items()
        if (acted := [day for day, number in days.items() if number])
    }
    assert _without_zeros({"": lately}) == _without_zeros(
        {"": Counter({name: days.total() - days[DAYS[0]] for name, days in by_day.items()})}
    )


def test_a_report_reads_one_item_a_month_and_one_page_however_many_shards_counted(module_table: str):
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    for number, day in enumerate(days):
        counters.add(f"shard-{number % 6}", [Addition(ACCOUNT, "long", day, NAMES, "9")])
    before = counters.days_of(ACCOUNT, "long")

    job.campaign(ACCOUNT, "long", "2026-01-01", NOW)
    job.campaign(ACCOUNT, "long", "2026-01-01", NOW + roll_up.REMEMBERED + timedelta(hours=1))

    with requests_sent() as sent:
        after = counters.days_of(ACCOUNT, "long")
    items = wire.query_all(keys.counts(ACCOUNT, "long").partition, *keys.COUNTS)
    assert after == before
    assert sent == {"Query": 1}
    assert [item["SK"]["S"] for item in items] == [f"HISTORY#2025-{month:02}" for month in range(1, 13)]


def test_a_month_that_has_grown_too_large_goes_on_in_another_item(
    module_table: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(histories, "MOST_BYTES", 100)
    names = tuple(f"a.{number}.0" for number in range(40))
    for sequence, day in enumerate(("2026-01-01", "2026-01-02", "2026-01-03")):
        counters.add("s", [Addition(ACCOUNT, "wide", day, names, str(sequence + 1))])
        job.campaign(ACCOUNT, "wide", "2026-02-01", NOW)

    histories_there = wire.query_all(
        keys.counts(ACCOUNT, "wide").partition, "HISTORY#", f"HISTORY#{keys.LAST}"
    )
    assert len(histories_there) == 3
    days = counters.days_of(ACCOUNT, "wide")
    assert sorted(days) == ["2026-01-01", "2026-01-02", "2026-01-03"]
    assert all(counts == Counter(names) for counts in days.values())


def _until_done(call):
    while True:
        try:
            return call()
        except Unavailable:
            continue


def _without_zeros(days):
    return {
        day: dict(left)
        for day, counts in sorted(days.items())
        if (left := {n: c for n, c in counts.items() if c})
    }


def _counters(campaign_id, *days):
    items = wire.query_all(keys.counts(ACCOUNT, campaign_id).partition, "DAY#", f"DAY#{keys.LAST}")
    return [item for item in items if item["SK"]["S"].split("#")[1] in days]
