"""Honest numbers for a goal: rate, uplift, chance to win, significance and sample ratio.

Standard library only. `Proportion` is the input, `compare` gives one variation's row, and
`sample_ratio` the warning above all rows.
"""

from chalicelib.domain.statistics.comparison import Comparison, compare, uplift
from chalicelib.domain.statistics.proportion import Interval, Proportion, wilson_interval
from chalicelib.domain.statistics.ratio import RatioPosterior
from chalicelib.domain.statistics.significance import (
    MISMATCH_BELOW,
    SampleRatio,
    sample_ratio,
    welch_p_value,
)

__all__ = [
    "MISMATCH_BELOW",
    "Comparison",
    "Interval",
    "Proportion",
    "RatioPosterior",
    "SampleRatio",
    "compare",
    "sample_ratio",
    "uplift",
    "welch_p_value",
    "wilson_interval",
]
