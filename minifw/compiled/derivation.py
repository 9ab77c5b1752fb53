"""Where the coefficients of the elementary functions come from: `python -m minifw.compiled.derivation` writes the header.

Each function is reduced to a short interval, on which the polynomial through its exact values at Chebyshev's nodes is within a
small factor of the best one of its degree. Values have 60 digits (the standard library's `decimal`), so only the last step, the
rounding of the coefficients, loses anything.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist

HEADER = Path(__file__).parent / "source" / "coefficients.h"
DIGITS = 60
LN2 = "0.693147180559945309417232121458176568075500134360255254120680"
PI = "3.14159265358979323846264338327950288419716939937510582097494"
Function = Callable[[Decimal], Decimal]

# Where the middle of the normal quantile ends, as a probability, and where each piece of its tail does, in sqrt(-2 log p).
MIDDLE_LOWEST = 0.125
TAIL_BOUNDS = (2.0375, 3.0, 4.4, 6.2, 8.75)


def chebyshev_nodes(count: int) -> list[Decimal]:
    """cos((2k + 1) pi / 2n): float64 is enough for where the nodes are, since values are exact there."""
    with localcontext(prec=DIGITS):
        pi = Decimal(PI)
        return [_cosine(pi * (2 * k + 1) / (2 * count)) for k in range(count)]


def _cosine(angle: Decimal) -> Decimal:
    term = total = Decimal(1)
    for k in range(2, 90, 2):
        term = -term * angle * angle / (k * (k - 1))
        total += term
    return total


def interpolate(function: Function, low: Decimal, high: Decimal, degree: int) -> list[Decimal]:
    """The coefficients, from the constant up, of the polynomial through the function at Chebyshev's nodes of [low, high]."""
    centre, half = (high + low) / 2, (high - low) / 2
    places = [centre + half * node for node in chebyshev_nodes(degree + 1)]
    differences = [function(place) for place in places]
    for order in range(1, degree + 1):
        for k in range(degree, order - 1, -1):
            differences[k] = (differences[k] - differences[k - 1]) / (places[k] - places[k - order])
    coefficients = [differences[degree]]
    for k in range(degree - 1, -1, -1):
        coefficients = _times_x_minus(coefficients, places[k])
        coefficients[0] += differences[k]
    return coefficients


def _times_x_minus(coefficients: list[Decimal], root: Decimal) -> list[Decimal]:
    shifted = [Decimal(0), *coefficients]
    return [shifted[k] - root * (coefficients[k] if k < len(coefficients) else 0) for k in range(len(shifted))]


def exp_rest(r: Decimal) -> Decimal:
    """(e^r - 1 - r) / r^2."""
    return (r.exp() - 1 - r) / (r * r) if abs(r) > Decimal("1e-15") else Decimal("0.5") + r / 6


def log_rest(square: Decimal) -> Decimal:
    """(log((1 + s) / (1 - s)) - 2 s) / s^3 for s = sqrt(square)."""
    s = square.sqrt()
    return (((1 + s) / (1 - s)).ln() - 2 * s) / (s * square)


def upper_tail(z: Decimal) -> Decimal:
    """P(Z > z) for a standard normal Z: 1/2 - phi(z) (z + z^3/3 + z^5/15 + ...)."""
    term = total = z
    for k in range(1, 600):
        term = term * z * z / (2 * k + 1)
        total += term
    return Decimal("0.5") - density(z) * total


def density(z: Decimal) -> Decimal:
    """e^(-z^2/2) / sqrt(2 pi)."""
    return (-z * z / 2).exp() / (2 * Decimal(PI)).sqrt()


def quantile(p: Decimal) -> Decimal:
    """z with P(Z > z) = p, for p in (0, 1/2]: Newton's method from the standard library's value."""
    z = Decimal(-NormalDist().inv_cdf(float(p)))
    for _ in range(3):
        z += (upper_tail(z) - p) / density(z)
    return z


def middle_ratio(x: Decimal) -> Decimal:
    """quantile(1/2 - q) / q, with q^2 = (x + 1) / scale."""
    q = ((x + 1) / middle_scale()).sqrt()
    return quantile(Decimal("0.5") - q) / q


def middle_scale() -> Decimal:
    """What takes q^2, which is at most (1/2 - lowest)^2, to [0, 2]."""
    return 2 / (Decimal("0.5") - Decimal(MIDDLE_LOWEST)) ** 2


def tail_piece(low: float, high: float, degree: int) -> list[Decimal]:
    """The quantile by x in [-1, 1], which stands for r = sqrt(-2 log p) in [low, high]."""
    centre, half = Decimal(low + high) / 2, Decimal(high - low) / 2
    return interpolate(lambda x: quantile((-((centre + half * x) ** 2) / 2).exp()), Decimal(-1), Decimal(1), degree)


def hexadecimal(value: Decimal | float, width: int) -> str:
    """The nearest float of 32 or 64 bits, as C writes it."""
    exact = float(value)
    return f"{struct.unpack('f', struct.pack('f', exact))[0].hex()}f" if width == 32 else exact.hex()


def split_ln2(width: int) -> tuple[float, Decimal]:
    """ln 2 as a number of few bits, whose products with an exponent are exact, and the rest."""
    kept = 2.0 ** (15 if width == 32 else 41)
    high = int(Decimal(LN2) * Decimal(kept)) / kept
    return high, Decimal(LN2) - Decimal(high)


def array(name: str, values: Sequence[Decimal], width: int) -> str:
    """One C array of coefficients, with its degree."""
    numbers = ",\n    ".join(hexadecimal(value, width) for value in values)
    return f"#define {name}_DEGREE {len(values) - 1}\nstatic const real {name}[] = {{\n    {numbers},\n}};\n"


def precision(width: int, exp_degree: int, log_degree: int) -> str:
    """What one precision needs."""
    half_ln2 = Decimal(LN2) / 2 * Decimal("1.0001")
    widest_s = (Decimal(2).sqrt() - 1) / (Decimal(2).sqrt() + 1)
    high, low = split_ln2(width)
    return (
        f"#define LOG2_E {hexadecimal(1 / Decimal(LN2), width)}\n"
        f"#define LN2_HIGH {hexadecimal(high, width)}\n"
        f"#define LN2_LOW {hexadecimal(low, width)}\n"
        + array("EXP", interpolate(exp_rest, -half_ln2, half_ln2, exp_degree), width)
        + array("LOG", interpolate(log_rest, Decimal(0), widest_s**2 * Decimal("1.0001"), log_degree), width)
    )


def quantile_tables() -> str:
    """The normal quantile's middle and the pieces of its tail."""
    bounds = list(pairwise(TAIL_BOUNDS))
    pieces = [tail_piece(low, high, 15) for low, high in bounds]
    rows = ",\n".join("    {" + ", ".join(hexadecimal(value, 64) for value in piece) + "}" for piece in pieces)

    def numbers(name: str, values: Sequence[float]) -> str:
        return f"static const double {name}[] = {{{', '.join(value.hex() for value in values)}}};\n"

    return (
        array("MIDDLE", interpolate(middle_ratio, Decimal(-1), Decimal(1), 21), 64)
        + f"#define MIDDLE_LOWEST {MIDDLE_LOWEST}\n#define MIDDLE_SCALE {hexadecimal(middle_scale(), 64)}\n"
        + f"#define TAIL_PIECES {len(pieces)}\n#define TAIL_DEGREE {len(pieces[0]) - 1}\n"
        + numbers("TAIL_ENDS", TAIL_BOUNDS[1:])
        + numbers("TAIL_CENTRES", [(low + high) / 2 for low, high in bounds])
        + numbers("TAIL_SCALES", [2 / (high - low) for low, high in bounds])
        + f"static const double TAIL[TAIL_PIECES][TAIL_DEGREE + 1] = {{\n{rows},\n}};\n"
    )


def header() -> str:
    """The whole of coefficients.h."""
    with localcontext(prec=DIGITS):
        return (
            "/* Made by `python -m minifw.compiled.derivation`, which explains the numbers. */\n"
            f"#if REAL_BITS == 32\n{precision(32, 4, 3)}#else\n{precision(64, 10, 7)}{quantile_tables()}#endif\n"
        )


if __name__ == "__main__":
    HEADER.write_text(header())
