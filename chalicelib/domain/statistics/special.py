"""The two distribution functions that the report's tests of significance need."""

from __future__ import annotations

import math
from itertools import count
from typing import Final

_CONVERGED: Final = 1e-15
_SERIES_FROM: Final = 100.0


def student_t_two_sided(statistic: float, degrees: float) -> float:
    """P(|T| >= |statistic|) of Student's t: I_x(degrees / 2, 1/2) at x = degrees / (degrees + t^2).

    Abramowitz & Stegun 26.7.1; degrees need not be whole. Below 1e-308 it is 0.
    """
    square, half = statistic * statistic, degrees / 2
    if square == 0.0:
        return 1.0
    x, complement = degrees / (degrees + square), square / (degrees + square)
    # x^a (1 - x)^(1/2) / B(a, 1/2), with B(a, 1/2) = sqrt(pi) gamma(a) / gamma(a + 1/2).
    front = math.exp(_log_gamma_step(half) - half * math.log1p(square / degrees))
    front *= math.sqrt(complement / math.pi)
    # The continued fraction is quick on this side of the mean, its mirror image on the other:
    # I_x(a, b) = 1 - I_{1-x}(b, a), DLMF 8.17.4.
    if x < (half + 1) / (half + 2.5):
        return front / half * _beta_fraction(x, half, 0.5)
    return max(0.0, 1.0 - front / 0.5 * _beta_fraction(complement, 0.5, half))


def chi_square_survival(statistic: float, degrees: int) -> float:
    """P(X >= statistic) of chi-square with whole degrees of freedom: Q(degrees / 2, statistic / 2).

    A finite sum of positive terms: Abramowitz & Stegun 26.4.4 (odd) and 26.4.5 (even degrees).
    """
    half = statistic / 2
    if half == 0.0:
        return 1.0
    odd = degrees % 2
    tail = math.erfc(math.sqrt(half)) if odd else math.exp(-half)
    order = 0.5 if odd else 1.0
    while order < degrees / 2:
        # Q(a + 1, z) = Q(a, z) + z^a exp(-z) / gamma(a + 1), DLMF 8.8.6.
        tail += math.exp(order * math.log(half) - half - math.lgamma(order + 1))
        order += 1
    return min(tail, 1.0)


def _log_gamma_step(x: float) -> float:
    """log(gamma(x + 1/2) / gamma(x)) to 1e-13, where the difference of two logarithms would cancel.

    The ratio's expansion: DLMF 5.11.13 with a = 1/2 and b = 0.
    """
    if x < _SERIES_FROM:
        return math.lgamma(x + 0.5) - math.lgamma(x)
    y = 1 / x
    series = y * (-1 / 8 + y * (1 / 128 + y * (5 / 1024 - y * 21 / 32768)))
    return math.log(x) / 2 + math.log1p(series)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """I_x(a, b) a B(a, b) / (x^a (1 - x)^b): the continued fraction DLMF 8.17.22.

    Lentz's method, both recurrences from Press et al. (2007), Numerical Recipes, 3rd ed., section
    5.2. Meant for x below (a + 1) / (a + b + 2), where it converges in a few dozen terms.
    """
    above, below = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1))
    value = below
    for m in count(1):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for coefficient in (even, odd):
            below = 1.0 / (1.0 + coefficient * below)
            above = 1.0 + coefficient / above
            value *= above * below
        if abs(above * below - 1.0) < _CONVERGED:
            break
    return value
