"""How numbers are written for readers."""

from __future__ import annotations

import math


def number(value: float) -> str:
    """Three significant digits; nothing for NaN."""
    if value is None or math.isnan(value):
        return ""
    return f"{value:.0f}" if 999.5 <= abs(value) < 1e6 else f"{value:.3g}"


def three_digits(value: float) -> str:
    """Three significant digits, the last ones also where they are 0, and never an exponent: `0.915`, `1.10`, `12.0`, `1234`."""
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"
