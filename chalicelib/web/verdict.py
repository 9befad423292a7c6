"""What a report comes to, in words that say no more than its numbers do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.domain.campaign import CampaignType
from chalicelib.domain.goal_report import GoalReport, GoalRow
from chalicelib.domain.readiness import Missing, What
from chalicelib.domain.report import Report
from chalicelib.web.figures import chance, signed_interval, signed_percent


@dataclass(frozen=True, slots=True)
class Need:
    """One thing a report waits for, in words, and how far it is in percent."""

    text: str
    percent: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be concluded now. ``tone`` is good, warn, bad or plain; ``needs`` is what is missing."""

    tone: str
    headline: str
    text: str
    needs: tuple[Need, ...] = ()

    @property
    def line(self) -> str:
        """The verdict where there is room for a line: with the first thing that is missing, if any is."""
        return f"{self.headline}: {self.needs[0].text}" if self.needs else self.headline


def verdict_of(report: Report) -> Verdict:
    """The first of these that is so: no data, a split that is off, too little data, a result."""
    needs = tuple(_needs(report))
    if report.first is None or not any(each.visitors for each in report.variations):
        return Verdict("plain", "Nothing counted yet", _waiting_for(report), needs)
    if not report.sample_ratio.ok:
        return Verdict("bad", "These results cannot be trusted", _OFF, needs)
    if needs:
        return Verdict("warn", "Not ready to decide", _EARLY, needs)
    if report.primary is None:
        raise ValueError("a report without a primary goal is never ready")
    return _result(report, report.primary)


_OFF = (
    "The visitors are not split as the weights ask: something loses or adds visitors on one side, such as a "
    "redirect, a bot or an error in one variation. Find it first; until then the numbers below may mislead."
)
_EARLY = (
    "The numbers below are what there is so far. They still move, and stopping at the moment they look good "
    "finds differences that are not there."
)


def _waiting_for(report: Report) -> str:
    if report.campaign.first_live_at is None:
        return "It was never live. Put it live on the step “Launch”, and its visitors are counted here."
    return "No visitor was counted in these days. Is the tag on the page, and does it send exposures?"


def _result(report: Report, goal: GoalReport) -> Verdict:
    """What the primary goal's intervals say; the best variation is that with the greatest chance."""
    names = {each.id: each.name for each in report.variations}
    baseline = next(each.name for each in report.variations if each.baseline)
    compared = [row for row in goal.variations if row.comparison.uplift_interval is not None]
    if not compared:
        return Verdict("plain", "Nothing to compare", "No other variation has what a comparison takes.")
    best = max(compared, key=lambda row: row.comparison.chance_to_win or 0.0)
    low = [_interval(row)[0] for row in compared]
    high = [_interval(row)[1] for row in compared]
    if report.campaign.type is CampaignType.AA and (max(low) > 0 or min(high) < 0):
        return Verdict("bad", "A difference where there should be none", _sentence(best, names, goal) + _AA)
    if _interval(best)[0] > 0:
        text = _sentence(best, names, goal) + (_SEVERAL if len(compared) > 1 else "")
        return Verdict("good", f"“{names[best.id]}” does better than “{baseline}”", text)
    if max(high) < 0:
        return Verdict("good", f"“{baseline}” does better", _sentence(best, names, goal))
    return Verdict("plain", "No winner", _sentence(best, names, goal) + _OPEN)


_AA = " Both variations are the same, so look for what treats them differently before you trust any test."
_OPEN = " The interval includes no difference at all: the data does not tell which is better."
_SEVERAL = " With several variations compared, one of them looks good by chance more often."


def _sentence(row: GoalRow, names: Mapping[str, str], goal: GoalReport) -> str:
    compared = row.comparison
    return (
        f"On “{goal.tracker.name or 'the primary goal'}” “{names[row.id]}” has an uplift of "
        f"{signed_percent(compared.uplift)}, with 95% probability between "
        f"{signed_interval(compared.uplift_interval).replace(' to ', ' and ')}. "
        f"Its chance to win is {chance(compared.chance_to_win)}."
    )


def _interval(row: GoalRow) -> tuple[float, float]:
    return row.comparison.uplift_interval or (0.0, 0.0)


def _needs(report: Report) -> Iterator[Need]:
    names = {each.id: each.name for each in report.variations}
    for each in report.missing:
        percent = max(0, min(100, 100 * each.has // each.needs)) if each.needs else 100
        yield Need(_need(each, names), percent)


def _need(missing: Missing, names: Mapping[str, str]) -> str:
    of = f" of “{names[missing.variation_id]}”" if missing.variation_id else ""
    if missing.what is What.PRIMARY_GOAL:
        return "A primary goal is to be chosen"
    unit = {
        What.DAYS_LIVE: "days live",
        What.VISITORS: f"visitors{of}",
        What.CONVERTERS: f"converters{of} on the primary goal",
    }[missing.what]
    return f"{missing.has:,} of {missing.needs:,} {unit}"
