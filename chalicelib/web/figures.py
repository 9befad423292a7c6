"""How results are written: rates and uplifts in percent, chances and p-values no more exact than they are."""

from __future__ import annotations

NO_DATA = "no data"
Interval = tuple[float, float]


def percent(fraction: float | None) -> str:
    """A rate such as 12.34%."""
    return NO_DATA if fraction is None else f"{100 * fraction:.2f}%"


def signed_percent(fraction: float | None) -> str:
    """An uplift such as +12.3% or −4.0%."""
    if fraction is None:
        return NO_DATA
    return f"{_sign(fraction)}{abs(100 * fraction):,.1f}%"


def percent_interval(interval: Interval | None) -> str:
    """A rate's interval such as 11.2% to 13.5%."""
    return NO_DATA if interval is None else f"{percent(interval[0])} to {percent(interval[1])}"


def signed_interval(interval: Interval | None) -> str:
    """An uplift's interval such as −1.0% to +8.2%."""
    return NO_DATA if interval is None else f"{signed_percent(interval[0])} to {signed_percent(interval[1])}"


def chance(fraction: float | None) -> str:
    """A chance such as 97.3%: never 0% or 100%, which no data can show."""
    if fraction is None:
        return NO_DATA
    if fraction > 0.999:
        return "over 99.9%"
    return "under 0.1%" if fraction < 0.001 else f"{100 * fraction:.1f}%"


def p_value(value: float | None) -> str:
    """A p-value such as 0.035."""
    if value is None:
        return NO_DATA
    return "under 0.001" if value < 0.001 else f"{value:.3f}"


def _sign(fraction: float) -> str:
    """Nothing that is written as 0.0 has a sign."""
    if round(1000 * fraction) == 0:
        return ""
    return "+" if fraction > 0 else "−"
