"""Campaigns: tests and personalizations, their variations, sub-tests and statuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.errors import FieldError, Invalid, WasLive

MAX_SUBTESTS = 50
MAX_VARIATIONS = 50
MAX_WEIGHT_CHANGES = 100
"""How many changes of the weights a campaign remembers; the oldest go first."""

FULL_TRAFFIC = 100


class CampaignType(StrEnum):
    """What the campaign is."""

    AB = "ab"
    SPLIT = "split"
    MULTIPAGE = "multipage"
    MULTIVARIATE = "multivariate"
    AA = "aa"
    PERSONALIZATION = "personalization"


class Status(StrEnum):
    """Where the campaign is in its life. Never back to draft once it was live."""

    DRAFT = "draft"
    QA = "qa"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Variation:
    """One version of the page. ``weight`` is its share of the traffic in percent.

    Its id is a small number, unique in the campaign.
    """

    id: str
    name: str
    weight: int
    baseline: bool = False


@dataclass(frozen=True, slots=True)
class Subtest:
    """One page of a multipage campaign. ``trackers_made`` counts trackers ever made in it."""

    id: str
    name: str
    url: str | None
    created_at: datetime
    trackers_made: int = 0


@dataclass(frozen=True, slots=True)
class WeightsSince:
    """Weights in percent by variation id, and from when on they were in force."""

    since: datetime
    weights: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign with its variations and sub-tests.

    Attributes:
        number: small integer, unique in the account; what the tag calls it.
        version: grows by one with every change; its ETag.
        goal_count: how many goals it has, at most 30.
        foreign_uses: in how many other, non-archived campaigns' goals its AATs are.
        primary_id: tracker of the primary goal.
        first_live_at: when it first went live.
        live_since: when the present stretch of being live began, None when it is not live.
        live_seconds: seconds it was live before the present stretch.
        weights_since: the weights from its creation to now, once they were changed after it first went live;
            empty while those of ``variations`` are the only ones there ever were.
        going: it is being deleted and cannot come back.
    """

    id: str
    number: int
    name: str
    type: CampaignType
    status: Status
    created_at: datetime
    updated_at: datetime
    variations: tuple[Variation, ...]
    subtests: tuple[Subtest, ...] = ()
    site_id: str | None = None
    url: str | None = None
    version: int = 1
    goal_count: int = 0
    foreign_uses: int = 0
    primary_id: str | None = None
    first_live_at: datetime | None = None
    live_since: datetime | None = None
    live_seconds: int = 0
    weights_since: tuple[WeightsSince, ...] = ()
    going: bool = False

    @property
    def archived(self) -> bool:
        """Whether it rests; an archived campaign uses no tracker."""
        return self.status is Status.ARCHIVED

    def moved_to(self, status: Status, now: datetime) -> Campaign:
        """The campaign in another status. Raises WasLive for a way back to draft."""
        if status is Status.DRAFT and self.first_live_at is not None:
            raise WasLive("A campaign that was live never becomes a draft again.")
        live = status is Status.LIVE
        return replace(
            self,
            status=status,
            version=self.version + 1,
            updated_at=now,
            first_live_at=self.first_live_at or (now if live else None),
            live_since=now if live else None,
            live_seconds=self.seconds_live(now),
        )

    def seconds_live(self, now: datetime) -> int:
        """How long it was live, all stretches together."""
        present = (now - self.live_since).total_seconds() if self.live_since else 0
        return self.live_seconds + max(0, int(present))

    def with_variations(self, variations: tuple[Variation, ...], now: datetime) -> Campaign:
        """The campaign with other variations; once it was live, only names and weights may differ.

        From then on it remembers the weights it had.
        """
        same_set = [v.id for v in variations] == [v.id for v in self.variations]
        same_baseline = baseline_of(variations).id == baseline_of(self.variations).id
        if self.first_live_at is not None and not (same_set and same_baseline):
            raise WasLive("Once a campaign was live, its variations change in name and weight only.")
        before, after = weights_of(self.variations), weights_of(variations)
        if self.first_live_at is None or before == after:
            return replace(self, variations=variations)
        history = self.weights_since or (WeightsSince(self.created_at, before),)
        changes = (*history, WeightsSince(now, after))[-MAX_WEIGHT_CHANGES:]
        return replace(self, variations=variations, weights_since=changes)


def weights_of(variations: Sequence[Variation]) -> dict[str, int]:
    """Weights in percent by variation id."""
    return {variation.id: variation.weight for variation in variations}


def baseline_of(variations: Sequence[Variation]) -> Variation:
    """The variation the others are compared with."""
    return next(variation for variation in variations if variation.baseline)


def checked_variations(variations: Sequence[Variation]) -> tuple[Variation, ...]:
    """The variations with exactly one baseline: the first unless another is marked.

    Raises Invalid when there are none or too many, when two are baselines, or when the weights add up to
    more than 100.
    """
    errors = []
    if not 1 <= len(variations) <= MAX_VARIATIONS:
        errors.append(FieldError("variations", f"must be 1 to {MAX_VARIATIONS}"))
    if sum(variation.weight for variation in variations) > FULL_TRAFFIC:
        errors.append(FieldError("variations", f"weights must add up to at most {FULL_TRAFFIC}"))
    if sum(variation.baseline for variation in variations) > 1:
        errors.append(FieldError("variations", "must have one baseline"))
    if errors:
        raise Invalid(*errors)
    if any(variation.baseline for variation in variations):
        return tuple(variations)
    first, *others = variations
    return (replace(first, baseline=True), *others)


def even_split() -> tuple[Variation, ...]:
    """What a campaign gets that names no variations: an original and one variation, half each."""
    return (
        Variation("0", "Original", FULL_TRAFFIC // 2, baseline=True),
        Variation("1", "Variation 1", FULL_TRAFFIC // 2),
    )
