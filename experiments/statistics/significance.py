"""Tests of differences paired by seed, and what keeps many of them honest."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from scipy.special import bdtr, ndtri, stdtrit

from experiments.statistics.differences import independent, paired_difference

MAX_UNITS = 10_000_000


def better_share(differences: np.ndarray) -> float:
    """P(A better than B) from differences B - A of a quantity that is better when lower; ties count half.

    Infinite where one of the two diverged.
    """
    kept = differences[~np.isnan(differences)]
    return float(np.mean((kept > 0) + 0.5 * (kept == 0))) if len(kept) else math.nan


def p_of_mean(differences: np.ndarray, groups: np.ndarray | None = None) -> float:
    """Two-sided p-value of Student's t test against "the mean difference is 0"; NaN with fewer than two independent values.

    t = m / (s / sqrt(k)) with k - 1 degrees of freedom, where m and s are mean and standard deviation of the k differences,
    or of the k means of groups, for runs that share a data set are not independent. Unlike a share of resamples it can be
    as small as it likes, so that it can be adjusted for many tests.
    """
    return paired_difference(differences, groups).p()


def p_above(values: np.ndarray, point: float = 0.0, groups: np.ndarray | None = None) -> float:
    """One-sided p-value of Student's t against "the mean is no larger than `point`"; 1 with fewer than two independent values.

    With groups, of the groups' means. A share of resamples would have a floor, 1 / (resamples + 1), below which nothing can be
    shown, and an adjustment for several tests multiplies the floor.
    """
    p = paired_difference(-values, groups).p_below(-point)
    return 1.0 if math.isnan(p) else p


def p_below(values: np.ndarray, point: float = 0.0, groups: np.ndarray | None = None) -> float:
    """One-sided p-value against "the mean is no smaller than `point`"; see `p_above`."""
    return p_above(-values, -point, groups)


def p_mostly_above(values: np.ndarray, groups: np.ndarray | None = None) -> float:
    """One-sided p-value of the sign test against "values above 0 are no likelier than those below"; 1 where all are 0.

    P(B >= those above), B binomial (k, 1/2), of the k values, or means of groups' signs, that are not 0. Infinite values are
    ranks as any other: the sign is all that counts.
    """
    signs = np.sign(independent(np.sign(values), groups))
    above, below = int((signs > 0).sum()), int((signs < 0).sum())
    return float(bdtr(below, above + below, 0.5)) if above + below else 1.0


def p_of_sign(differences: np.ndarray, groups: np.ndarray | None = None) -> float:
    """Two-sided p-value of the sign test against "as many differences are above 0 as below"; NaN where none is either.

    2 P(B <= the rarer sign), B binomial (k, 1/2), of the k differences, or means of groups' signs, that are not 0. For values
    of which single ones are so large that a mean says nothing.
    """
    signs = np.sign(differences)
    if not np.any(np.sign(independent(signs, groups))):
        return math.nan
    return min(1.0, 2 * min(p_mostly_above(signs, groups), p_mostly_above(-signs, groups)))


def interval_of_median(values: np.ndarray, groups: np.ndarray | None, level: float) -> tuple[float, float]:
    """From the smallest to the largest value that the sign test at 1 - level lets the median be; ends may be infinite.

    A median m is let be where neither "values above m are no likelier than those below" nor its reverse has a one-sided p
    below (1 - level) / 2, see `p_mostly_above`; so 0 lies outside just where the two-sided test decides. Infinite values are
    ranks as any other, so that an end is infinite where too many are. Where ties rule out every value, the two are returned
    between which the test changes its side.
    """
    finite = np.unique(values[np.isfinite(values)])
    if not len(finite):
        return -math.inf, math.inf
    tail = (1 - level) / 2

    def least(signed: np.ndarray, points: np.ndarray) -> float:
        """The smallest of the ordered points that is let be; minus infinity where one below them all is."""
        candidates = [points[0] - 1, *points]
        found = bisect_left(candidates, True, key=lambda point: p_mostly_above(_above(signed, point), groups) > tail)
        return -math.inf if found == 0 else float(candidates[found]) if found < len(candidates) else math.inf

    low, high = least(values, finite), -least(-values, -finite[::-1])
    return min(low, high), max(low, high)


def _above(values: np.ndarray, point: float) -> np.ndarray:
    """The signs of values - point, also where both are infinite."""
    return (values > point).astype(float) - (values < point)


def p_within(differences: np.ndarray, margin: float, groups: np.ndarray | None = None) -> float:
    """p-value of two one-sided tests for equivalence: small when the mean difference is surely within +-margin.

    Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987: below 0.05 where the 90 % interval is inside.
    """
    return max(p_above(differences, -margin, groups), p_below(differences, margin, groups))


def p_beyond(differences: np.ndarray, margin: float, groups: np.ndarray | None = None) -> float:
    """p-value against "the mean difference is within +-margin": below 0.05 where the 90 % interval is outside."""
    return min(p_above(differences, margin, groups), p_below(differences, -margin, groups))


def holm(p_values: Sequence[float]) -> np.ndarray:
    """The p-values adjusted for their number, in the same order (Holm, Scandinavian Journal of Statistics 6, 1979)."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    return adjusted


def at_least_p(p_values: Sequence[float], count: int) -> float:
    """p-value of "at least `count` of these statements hold" from one p-value a statement, however they depend on each other.

    (n - count + 1) times the count-th smallest (Benjamini and Heller, Biometrics 64, 2008): the largest for all of them, n
    times the smallest for any.
    """
    return float(min(1, (len(p_values) - count + 1) * sorted(p_values)[count - 1]))


def units_needed(deviation: float, distance: float, alpha: float, power: float = 0.5) -> int | None:
    """The fewest independent differences that show a mean so far from an edge with that probability; None above ten million.

    The smallest n with (t + z) s / sqrt(n) <= distance: t the quantile of Student's t with n - 1 degrees of freedom at
    1 - alpha, z that of the normal distribution at `power`, 0 for half of all cases.
    """
    if not (deviation >= 0 and distance > 0):
        return None

    def enough(n: int) -> bool:
        return bool((stdtrit(n - 1, 1 - alpha) + ndtri(power)) * deviation <= distance * math.sqrt(n))

    few, many = 1, 2
    while not enough(many):
        few, many = many, 2 * many
        if few >= MAX_UNITS:
            return None
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if enough(middle) else (middle, many)
    return many if many <= MAX_UNITS else None
