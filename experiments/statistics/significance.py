"""Tests of differences paired by seed, and what keeps many of them honest."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import bdtr, ndtri

from experiments.statistics.bootstrap import p_above, p_below
from experiments.statistics.differences import independent, paired_difference


def better_share(differences: np.ndarray) -> float:
    """P(A better than B) from differences B - A of a quantity that is better when lower; ties count half."""
    kept = differences[np.isfinite(differences)]
    return float(np.mean((kept > 0) + 0.5 * (kept == 0))) if len(kept) else math.nan


def p_of_mean(differences: np.ndarray, groups: np.ndarray | None = None) -> float:
    """Two-sided p-value of Student's t test against "the mean difference is 0"; NaN with fewer than two independent values.

    t = m / (s / sqrt(k)) with k - 1 degrees of freedom, where m and s are mean and standard deviation of the k differences,
    or of the k means of groups, for runs that share a data set are not independent. Unlike a share of resamples it can be
    as small as it likes, so that it can be adjusted for many tests.
    """
    return paired_difference(differences, groups).p()


def p_of_sign(differences: np.ndarray, groups: np.ndarray | None = None) -> float:
    """Two-sided p-value of the sign test against "as many differences are above 0 as below"; NaN where none is either.

    2 P(B <= the rarer sign), B binomial (k, 1/2), of the k differences, or means of groups' signs, that are not 0. For values
    of which single ones are so large that a mean says nothing.
    """
    signs = np.sign(independent(np.sign(differences), groups))
    above, below = int((signs > 0).sum()), int((signs < 0).sum())
    return min(1.0, 2 * float(bdtr(min(above, below), above + below, 0.5))) if above + below else math.nan


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


def stricter(alpha: float, tests: int) -> float:
    """By what factor an interval widens whose tail is alpha / tests in place of alpha, as for a normal distribution."""
    return float(ndtri(alpha / tests) / ndtri(alpha))


def seeds_needed(seeds: int, half_width: float, distance: float) -> int | None:
    """About how many seeds bring the half width of an interval down to the distance: two digits, rounded up.

    None where that is more than ten million.
    """
    if not (seeds > 0 and half_width >= 0 and distance > 0):
        return None
    wanted = max(1, seeds * (half_width / distance) ** 2)
    if wanted > 1e7:
        return None
    unit = 10 ** max(0, math.floor(math.log10(wanted)) - 1)
    return math.ceil(wanted / unit - 1e-9) * unit
