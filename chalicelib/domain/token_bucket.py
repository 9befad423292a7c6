"""A token bucket: so many at once, and as many again as time brings."""

from __future__ import annotations

from dataclasses import dataclass

ROUNDING = 1e-6
"""Of a token: whoever waits as long as they were told is let through."""


@dataclass(slots=True)
class TokenBucket:
    """What one sender may still do. Full at first.

    Attributes:
        rate: tokens that come each second, more than 0.
        burst: the most there are at a time, at least 1.
        tokens: those that are left, as of ``at``.
        at: seconds of a clock that never goes back.
    """

    rate: float
    burst: float
    tokens: float
    at: float

    @classmethod
    def full(cls, rate: float, burst: float, at: float) -> TokenBucket:
        """One that nothing was taken from yet."""
        return cls(rate, burst, burst, at)

    def take(self, at: float) -> float:
        """Take a token: 0, or where there is none the seconds until one comes; then nothing is taken."""
        self.tokens = min(self.burst, self.tokens + max(0.0, at - self.at) * self.rate)
        self.at = max(self.at, at)
        if self.tokens < 1 - ROUNDING:
            return (1 - self.tokens) / self.rate
        self.tokens = max(0.0, self.tokens - 1)
        return 0.0
