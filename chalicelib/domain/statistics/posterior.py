"""The Beta posterior of a conversion rate, as its distribution function and as quadrature.

Nothing here is sampled or approximated by a normal: the distribution function is a table of Taylor
polynomials of the exact density, expectations are Gauss-Legendre sums. Together they are right to
1e-9 up to 1e7 visitors. At 1e8 who all convert a double next to 1 resolves no more than 1e-8 of the
posterior's width, and that is the error then.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from chalicelib.domain.statistics.proportion import Proportion

_DROP: Final = 24.0
"""How far the log density may fall below its mode inside the bulk.

A log-concave density has at most exp(-24) = 4e-11 of its mass beyond the point where it has
fallen so far: compare it with the exponential through its mode and that point.
"""

# Chosen together: each is the least that leaves 1e-10 for shapes whose bulk is well resolved.
_CELLS: Final = 28
_DEGREE: Final = 12
_NODES: Final = 32


@dataclass(frozen=True, slots=True)
class Shape:
    """Beta(alpha, beta), both at least 1: its density, up to a constant, and its bulk."""

    alpha: int
    beta: int

    def densities(self, rates: Iterable[float]) -> list[float]:
        """The density at rates in (0, 1), relative to the density at the mean.

        Written with the distance to the mean, since a power of 1e8 times a rounded logarithm would
        cost eight digits.
        """
        wins, losses, total = self.alpha - 1, self.beta - 1, self.alpha + self.beta
        mean, up, down = self.alpha / total, total / self.alpha, -total / self.beta
        exp, log1p = math.exp, math.log1p
        return [
            exp(wins * log1p((rate - mean) * up) + losses * log1p((rate - mean) * down)) for rate in rates
        ]

    def bulk(self) -> tuple[float, float]:
        """The rates between which all but 2e-10 of the mass lies."""
        reach = math.sqrt(2 * _DROP * (1 / self.alpha + 1 / self.beta))
        return _expit(self._fallen(-reach)), _expit(self._fallen(reach))

    def _fallen(self, step: float) -> float:
        """The log-odds at which the density of the log-odds fell by _DROP, give or take 1.

        Newton's method from a step away from the mode, right for a normal.

        The density, proportional to rate^alpha (1 - rate)^beta, is log-concave with unbounded
        support whatever the shape, so the method converges from either side.
        """
        mode = math.log(self.alpha / self.beta)
        total = self.alpha + self.beta
        log_odds, peak = mode + step, self._log_kernel(mode)
        while abs(excess := peak - self._log_kernel(log_odds) - _DROP) > 1.0:
            log_odds += excess / (self.alpha - total * _expit(log_odds))
        return log_odds

    def _log_kernel(self, log_odds: float) -> float:
        softplus = max(log_odds, 0.0) + math.log1p(math.exp(-abs(log_odds)))
        return self.alpha * log_odds - (self.alpha + self.beta) * softplus


class Posterior:
    """The posterior of a conversion rate, ready to be evaluated and integrated over."""

    __slots__ = ("_cells", "_ends", "_mass", "_per_cell", "_points", "lower", "shape", "upper")

    def __init__(self, alpha: int, beta: int) -> None:
        self.shape = Shape(alpha, beta)
        self.lower, self.upper = self.shape.bulk()
        self._per_cell = _CELLS / (self.upper - self.lower)
        self._cells, self._mass = _tabulate(self.shape, self.lower, self.upper)
        self._ends = [0.0, *map(sum, self._cells)]
        self._points = self._quadrature(self.upper)

    @classmethod
    def of(cls, observed: Proportion) -> Posterior:
        """Beta(1 + converters, 1 + the others): the uniform prior Beta(1, 1) after the data.

        Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.1.
        """
        return cls(1 + observed.converters, 1 + observed.visitors - observed.converters)

    def survival(self, rate: float) -> float:
        """P(the rate is above this one)."""
        return self.mean_survival(((rate, 1.0),), 1.0)

    def near_quantile(self, probability: float) -> float:
        """About the rate below which this probability lies, by interpolation between the cells."""
        ends, mass = self._ends, probability * self._mass
        cell = bisect(ends, mass, 1, _CELLS) - 1
        inside = (mass - ends[cell]) / (ends[cell + 1] - ends[cell])
        return self.lower + (cell + inside) / self._per_cell

    def mean_survival(self, points: Iterable[tuple[float, float]], scale: float) -> float:
        """The sum of weight * P(the rate is above scale * point) over points of (point, weight)."""
        cells, stretch, shift = self._cells, scale * self._per_cell, self.lower * self._per_cell
        above = 0.0
        for point, weight in points:
            position = point * stretch - shift
            if position <= 0.0:
                above += weight * self._mass
            elif position < _CELLS:
                index = int(position)
                offset, below = 2.0 * (position - index) - 1.0, 0.0
                for coefficient in cells[index]:
                    below = below * offset + coefficient
                above += weight * (self._mass - below)
        return above / self._mass

    def expected_survival(self, other: Posterior, scale: float) -> float:
        """P(other > scale * self): the expectation of other's survival at scale times this rate.

        The sum resolves this density, so it needs the other's, divided by scale, to be as wide.
        """
        # Beyond the other's support its survival is 0, with a kink that quadrature must not cross.
        upper = other.upper / scale
        if upper <= self.lower:
            return 0.0
        points = self._points if upper >= self.upper else self._quadrature(upper)
        return other.mean_survival(points, scale)

    def _quadrature(self, upper: float) -> list[tuple[float, float]]:
        """Rates from lower to upper, with the mass of the posterior that each stands for."""
        centre, half = (upper + self.lower) / 2, (upper - self.lower) / 2
        scale = half / self._mass
        rates = [centre + half * node for node, _ in _gauss_legendre()]
        densities = self.shape.densities(rates)
        return [
            (rate, weight * scale * density)
            for rate, (_, weight), density in zip(rates, _gauss_legendre(), densities, strict=True)
        ]


def _tabulate(shape: Shape, lower: float, upper: float) -> tuple[list[list[float]], float]:
    """The distribution function's polynomial in each cell of the bulk, and the mass of the bulk.

    Both in the unit of Shape.densities. A polynomial's coefficients go from the highest power down,
    its variable from -1 to 1.
    """
    half = (upper - lower) / (2 * _CELLS)
    centres = [lower + half * (2 * cell + 1) for cell in range(_CELLS)]
    cells, below = [], 0.0
    for centre, density in zip(centres, shape.densities(centres), strict=True):
        polynomial = _integrated_series(shape, centre, half, density)
        odd, even = sum(polynomial[::-2]), sum(polynomial[-2::-2])
        polynomial.append(below + odd - even)
        cells.append(polynomial)
        below += 2 * odd
    return cells, below


def _integrated_series(shape: Shape, centre: float, half: float, density: float) -> list[float]:
    """The integral of the density's Taylor series in (x - centre) / half, down to the first power.

    The density obeys Pearson's equation x(1 - x) f' = (p - (p + q) x) f with p = alpha - 1 and
    q = beta - 1 (Pearson 1895, Phil. Trans. R. Soc. A 186, 343-414). By powers of x - c:
    c(1 - c) (k + 1) f[k+1] = (p - (p + q) c - (1 - 2c) k) f[k] + (k - 1 - p - q) f[k-1].
    """
    order, step = shape.alpha + shape.beta - 2, half / (centre * (1 - centre))
    slope, skew = (shape.alpha - 1 - order * centre) * step, (1 - 2 * centre) * step
    bend = half * step
    curve = -bend * (order + 1)
    before, term = 0.0, density * half
    terms = [term]
    for power in range(1, _DEGREE + 1):
        before, term = term, (slope * term + curve * before) / power
        slope -= skew
        curve += bend
        terms.append(term / (power + 1))
    return terms[::-1]


@cache
def _gauss_legendre() -> tuple[tuple[float, float], ...]:
    """Nodes and weights on [-1, 1]: Abramowitz & Stegun 25.4.29, roots by Newton's method."""
    nodes = []
    for index in range(_NODES):
        # Abramowitz & Stegun 22.16.6: the roots' first approximation.
        node = math.cos(math.pi * (index + 0.75) / (_NODES + 0.5))
        for _ in range(5):
            value, slope = _legendre(node)
            node -= value / slope
        nodes.append((node, 2 / ((1 - node * node) * _legendre(node)[1] ** 2)))
    return tuple(nodes)


def _legendre(x: float) -> tuple[float, float]:
    """The Legendre polynomial of degree _NODES and its derivative (A&S 22.7.10 and 22.8.5)."""
    before, value = 1.0, x
    for degree in range(2, _NODES + 1):
        before, value = value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree
    return value, _NODES * (before - x * value) / (1 - x * x)


def _expit(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
