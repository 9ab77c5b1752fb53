"""How numbers are written for readers: one number, an interval, and a number with its interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

Write = Callable[[float], str]
# From here on a number has too many digits to be read.
LARGE = 1e5
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


def short(value: float) -> str:
    """At most three significant digits: `0.915`, `1.1`, `12`; a dash for NaN."""
    return "-" if math.isnan(value) else f"{value:.3g}"


def fixed(value: float, digits: int, sign: str = "") -> str:
    """With that many digits after the point, or as a power of ten; a dash for NaN. With sign "+", positive ones have it too."""
    if math.isnan(value):
        return "-"
    return f"{value:{sign}.{digits}f}" if abs(value) < LARGE else f"{value:{sign}.2e}"


def interval(low: float, high: float, write: Write) -> str:
    """`LOW to HIGH`, or a dash where there is none."""
    return "-" if math.isnan(low) or math.isnan(high) else f"{write(low)} to {write(high)}"


def with_interval(value: float, low: float, high: float, write: Write, unit: str = "", brackets: str = "({} to {})") -> str:
    """`2.3 times (2.2 to 2.4)`: the number, its unit and its interval, which is left out where there is none."""
    ends = "" if math.isnan(low) or math.isnan(high) else " " + brackets.format(write(low), write(high))
    return f"{write(value)}{unit}{ends}"


def duration(seconds: float) -> str:
    """As one would say it, in the largest unit of which there is one: `40 s`, `2.5 hours`, `3e+09 years`."""
    for unit, size in (("years", 365.25 * 86400), ("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= size:
            return f"{seconds / size:.2g} {unit}" if seconds < 10 * size or unit == "years" else f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 1 else "less than 1 s"


def megabytes(count: float) -> str:
    """Bytes in the largest decimal unit of which there is one, from MB on: `40 MB`, `1.6 GB`, `80 GB`."""
    for unit, size in (("TB", 1e12), ("GB", 1e9)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count / 1e6:.0f} MB"


def two_digits_up(count: float) -> int:
    """The next number that has two digits that are not 0: `1234` becomes 1300."""
    unit = 10 ** max(0, math.floor(math.log10(count)) - 1)
    return math.ceil(count / unit - 1e-9) * unit
