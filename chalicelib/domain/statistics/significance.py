"""Tests of significance: a variation against the baseline, and the traffic against its weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chalicelib.domain.statistics.proportion import Proportion
from chalicelib.domain.statistics.special import chi_square_survival, student_t_two_sided

MISMATCH_BELOW: Final = 0.001
"""The p-value under which the traffic split contradicts the weights."""


def welch_p_value(variation: Proportion, baseline: Proportion) -> float | None:
    """Welch's t-test on the visitors' 0/1 outcomes, two-sided.

    None where it is undefined: fewer than 2 visitors on a side, or no variance on either. Welch
    (1947), "The generalization of Student's problem", Biometrika 34, 28-35; the degrees of freedom
    are Satterthwaite's (1946), Biometrics Bulletin 2, 110-114, and need not be whole.
    The variance of an outcome is p(1 - p), that of a Bernoulli variable of the observed rate, as in
    gbstats. A t-test that divides by n - 1 has a t smaller by a fraction of about 1 / (2n).
    """
    sides = (variation, baseline)
    if min(side.visitors for side in sides) < 2:
        return None
    first, second = (_squared_error(side) for side in sides)
    variance = first + second
    if variance == 0.0:
        return None
    difference = variation.converters / variation.visitors - baseline.converters / baseline.visitors
    # Shares of the variance, since its square underflows for the largest counts.
    shares = first / variance, second / variance
    degrees = 1 / sum(share * share / (side.visitors - 1) for share, side in zip(shares, sides, strict=True))
    return student_t_two_sided(difference / math.sqrt(variance), degrees)


def _squared_error(side: Proportion) -> float:
    """The squared standard error of the mean outcome, p(1 - p) / n."""
    return side.converters * (side.visitors - side.converters) / side.visitors**3


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Whether the visitors are split as the weights ask; p_value is None without any visitors."""

    p_value: float | None

    @property
    def ok(self) -> bool:
        """No mismatch is shown; without visitors there is none to show."""
        return self.p_value is None or self.p_value >= MISMATCH_BELOW


def sample_ratio(visitors: Sequence[int], weights: Sequence[float]) -> SampleRatio:
    """Pearson's chi-square test of the visitors of each variation against its weight.

    Only the weights' proportions count. When they changed over time, pass the visitors that were
    expected of each variation, added up over the periods, in their place. A variation without
    weight takes no part unless it has visitors, which its weight makes impossible: p is 0.
    Raises ValueError on a negative number or on lists of different lengths. Pearson (1900),
    Philosophical Magazine 50, 157-175.
    """
    cells = [(seen, weight) for seen, weight in zip(visitors, weights, strict=True) if seen or weight]
    if any(seen < 0 or weight < 0 for seen, weight in cells):
        raise ValueError(f"visitors and weights cannot be negative: {cells}")
    total, whole = sum(visitors), sum(weights)
    if not total or len(cells) < 2:
        return SampleRatio(None)
    if not all(weight for _, weight in cells):
        return SampleRatio(0.0)
    expected = [total * weight / whole for _, weight in cells]
    statistic = math.fsum((seen - mean) ** 2 / mean for (seen, _), mean in zip(cells, expected, strict=True))
    return SampleRatio(chi_square_survival(statistic, len(cells) - 1))
