"""How numbers are written for readers."""

from __future__ import annotations

import math
from collections.abc import Sequence

SPLIT_NAMES = {"train": "training", "validation": "validation", "test": "test"}


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


def signed(value: float, digits: int = 2) -> str:
    """With its sign and so many digits after the point; what rounds to nothing has no sign: `+0.10`, `-1.25`, `0.00`."""
    text = f"{value:+.{digits}f}"
    return text if any(digit in "123456789" for digit in text) or not math.isfinite(value) else text[1:]


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
