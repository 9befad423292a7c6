"""Whether a campaign's visitors are split as its weights asked, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from chalicelib.domain import counts
from chalicelib.domain.campaign import Campaign, weights_of
from chalicelib.domain.statistics import SampleRatio, sample_ratio


@dataclass(frozen=True, slots=True)
class Split:
    """The sample ratio, and the days with visitors that it could not test, since their weights are mixed."""

    ratio: SampleRatio
    untested: tuple[str, ...]


def split_of(campaign: Campaign, zone: tzinfo, days: Mapping[str, Counter[str]]) -> Split:
    """Test the visitors of the days (ISO date in the account's zone to its counts) against the weights.

    What is expected of a day is its visitors times the weights in force on it, so that a change of weights
    is no mismatch. The day of a change has visitors of both splits and is left out. Only the weights'
    proportions count: the untracked rest of the traffic has no visitors.
    """
    names = {variation.id: counts.visitors(variation.id) for variation in campaign.variations}
    seen = dict.fromkeys(names, 0)
    expected = dict.fromkeys(names, 0.0)
    untested: list[str] = []
    for day, counted in sorted(days.items()):
        visitors = sum(counted[name] for name in names.values())
        weights = _in_force(campaign, zone, day)
        if weights is None:
            untested += [day] if visitors else []
            continue
        whole = sum(weights.values())
        for variation_id, name in names.items():
            seen[variation_id] += counted[name]
            expected[variation_id] += visitors * weights[variation_id] / whole if whole else 0.0
    return Split(sample_ratio([*seen.values()], [*expected.values()]), tuple(untested))


def day_of(moment: datetime, zone: tzinfo) -> str:
    """The day of a moment where the account is, as an ISO date."""
    return moment.astimezone(zone).date().isoformat()


def _in_force(campaign: Campaign, zone: tzinfo, day: str) -> Mapping[str, int] | None:
    """The weights of a whole day, by variation; None when they changed on it or are not remembered."""
    if not campaign.weights_since:
        return weights_of(campaign.variations)
    first, *changes = campaign.weights_since
    change_days = [day_of(change.since, zone) for change in changes]
    before = [change for change, changed in zip(changes, change_days, strict=True) if changed < day]
    if day in change_days:
        return None
    if before:
        return before[-1].weights
    # Events may be sent with times before the campaign was made.
    known = first.since == campaign.created_at or day_of(first.since, zone) < day
    return first.weights if known else None
