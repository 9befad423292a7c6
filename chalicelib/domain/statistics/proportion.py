"""Converters out of visitors: the sufficient statistic of everything a report says about a goal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

Interval: TypeAlias = tuple[float, float]
"""Lower and upper end, in the unit of what is estimated; the lower never exceeds the upper."""

Z_95: Final = 1.959963984540054
"""The standard normal's 97.5% quantile: two-sided 95% (Abramowitz & Stegun, table 26.6)."""


@dataclass(frozen=True, slots=True)
class Proportion:
    """Unique converters among the visitors of one variation; two disjoint groups merge with `+`.

    Raises ValueError when the counts are impossible: negative, or more converters than visitors.
    """

    visitors: int
    converters: int

    def __post_init__(self) -> None:
        if self.converters < 0 or self.visitors < 0:
            raise ValueError(f"counts cannot be negative: {self.converters} of {self.visitors}")
        if self.converters > self.visitors:
            raise ValueError(f"more converters than visitors: {self.converters} of {self.visitors}")

    def __add__(self, other: Proportion) -> Proportion:
        return Proportion(self.visitors + other.visitors, self.converters + other.converters)

    @property
    def rate(self) -> float | None:
        """Converters per visitor, from 0 to 1; None without visitors."""
        return self.converters / self.visitors if self.visitors else None

    @property
    def rate_interval(self) -> Interval | None:
        """Wilson's 95% score interval of the rate; None without visitors."""
        return wilson_interval(self.visitors, self.converters) if self.visitors else None


def wilson_interval(trials: int, successes: int) -> Interval:
    """The 95% score interval: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.

    Its ends solve (n + z^2) p^2 - (2x + z^2) p + x^2 / n = 0 for x successes of n trials.
    """
    z_squared = Z_95 * Z_95
    spread = Z_95 * math.sqrt(z_squared + 4 * successes * (trials - successes) / trials)
    upper = (2 * successes + z_squared + spread) / (2 * (trials + z_squared))
    # The smaller root from the product of the roots (Vieta): it does not cancel, and is 0 at x = 0.
    lower = successes * (successes / trials) / ((trials + z_squared) * upper)
    return lower, upper if successes < trials else 1.0
