"""The posterior of variation / baseline: the chance to win and the uplift's interval."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chalicelib.domain.statistics.posterior import Posterior
from chalicelib.domain.statistics.proportion import Interval

_LOGIT_TOLERANCE: Final = 1e-7
_MOST_STEPS: Final = 60

_LOGIT_RISE: Final = 4.7
"""z d logit(Phi(z)) / dz for the normal at z = 1.96: only the first step's size hangs on it."""


@dataclass(frozen=True, slots=True)
class RatioPosterior:
    """variation / baseline, the two rates' posteriors being independent."""

    variation: Posterior
    baseline: Posterior

    def exceeds(self, ratio: float) -> float:
        """P(variation / baseline > ratio), for a ratio above 0."""
        variation, baseline = self.variation, self.baseline
        # Integrate over the narrower density: the other's distribution function is smooth there.
        if variation.upper - variation.lower < ratio * (baseline.upper - baseline.lower):
            return 1.0 - variation.expected_survival(baseline, 1 / ratio)
        return baseline.expected_survival(variation, ratio)

    def chance_to_win(self) -> float:
        """P(variation > baseline)."""
        return min(max(self.exceeds(1.0), 0.0), 1.0)

    def uplift_interval(self) -> Interval:
        """The central 95% of variation / baseline - 1."""
        return math.expm1(self._log_quantile(0.025)), math.expm1(self._log_quantile(0.975))

    def _log_quantile(self, probability: float) -> float:
        """The logarithm of the ratio that variation / baseline is below with this probability."""
        target = math.log(probability / (1 - probability))

        def excess(log_ratio: float) -> float:
            above = min(max(self.exceeds(math.exp(log_ratio)), 1e-300), 1 - 1e-16)
            return math.log((1 - above) / above) - target

        low = math.log(self.variation.lower / self.baseline.upper)
        high = math.log(self.variation.upper / self.baseline.lower)
        median, reach = self._near_log_quantile(probability)
        slope = _LOGIT_RISE / abs(reach)
        return _root(excess, median + reach, slope, low, high)

    def _near_log_quantile(self, probability: float) -> tuple[float, float]:
        """About the ratio's log median, and about how far its quantile is from there.

        The distances of the two rates add in squares: the method of variance estimates recovery,
        Zou & Donner (2008), Statistics in Medicine 27, 1693-1702, of the logarithms.
        """
        variation, baseline = self.variation.near_quantile, self.baseline.near_quantile
        up = math.log(variation(probability) / variation(0.5))
        down = math.log(baseline(0.5) / baseline(1 - probability))
        reach = math.copysign(math.hypot(up, down), probability - 0.5)
        return math.log(variation(0.5) / baseline(0.5)), reach


def _root(function: Callable[[float], float], guess: float, slope: float, low: float, high: float) -> float:
    """The root of an increasing function between low and high: secants, kept inside by bisection.

    Dahlquist & Björck (2008), Numerical Methods in Scientific Computing I, section 6.2.2.
    """
    at = min(max(guess, low), high)
    value = function(at)
    for _ in range(_MOST_STEPS):
        if abs(value) < _LOGIT_TOLERANCE:
            break
        low, high = (at, high) if value < 0 else (low, at)
        following = at - value / slope
        if not low < following < high:
            following = (low + high) / 2
        if following in (low, high):
            break
        reached = function(following)
        slope = (reached - value) / (following - at) or slope
        at, value = following, reached
    return at
