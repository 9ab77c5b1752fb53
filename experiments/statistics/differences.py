"""A mean difference by Student's t: of paired differences, of whole groups of them, or of two samples that have no pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

# Fewer independent differences than this say nothing: a t test of them rests on their being normal.
MIN_UNITS = 6


@dataclass(frozen=True)
class Difference:
    """A mean with what Student's t says of it.

    Attributes:
        mean: the mean difference.
        error: its standard error.
        freedom: degrees of freedom of the t distribution that (mean - truth) / error follows.
        units: independent differences, or the size of the smaller sample where there are no pairs.
    """

    mean: float
    error: float
    freedom: float
    units: int

    def p_below(self, point: float = 0.0) -> float:
        """P(T <= (mean - point) / error): small where the mean lies surely below the point. NaN with fewer than two units."""
        if math.isnan(self.error):
            return math.nan
        if self.error == 0:
            return 0.5 * (1 + np.sign(self.mean - point))
        return float(stdtr(self.freedom, (self.mean - point) / self.error))

    def p(self) -> float:
        """Two-sided p-value against "the mean difference is 0"; it can be as small as it likes."""
        return 2 * min(self.p_below(), Difference(-self.mean, self.error, self.freedom, self.units).p_below())

    def interval(self, level: float) -> tuple[float, float]:
        """mean -+ t error, t the quantile at (1 + level) / 2: it excludes 0 just where p is below 1 - level."""
        reach = self.reach(level)
        return self.mean - reach, self.mean + reach

    def reach(self, level: float) -> float:
        """Half the width of the interval."""
        if math.isnan(self.error):
            return math.nan
        return float(stdtrit(self.freedom, (1 + level) / 2)) * self.error


def independent(differences: np.ndarray, groups: np.ndarray | None = None) -> np.ndarray:
    """The differences that are numbers, or the mean of those of each group: runs that share a data set are not independent."""
    kept = np.isfinite(differences)
    if groups is None:
        return differences[kept]
    _, index = np.unique(groups[kept], return_inverse=True)
    return np.bincount(index, differences[kept]) / np.bincount(index)


def paired_difference(differences: np.ndarray, groups: np.ndarray | None = None) -> Difference:
    """Of k differences, or of the k means of groups: error s / sqrt(k) with k - 1 degrees of freedom."""
    values = independent(differences, groups)
    count = len(values)
    mean = float(values.mean()) if count else math.nan
    error = float(values.std(ddof=1)) / math.sqrt(count) if count > 1 else math.nan
    return Difference(mean, error, count - 1, count)


def welch_difference(values: np.ndarray, reference: np.ndarray) -> Difference:
    """The mean of one sample less that of another, whose deviations may differ.

    error^2 = a + b with a = s_1^2 / n_1 and b = s_2^2 / n_2; degrees of freedom (a + b)^2 / (a^2 / (n_1 - 1) + b^2 / (n_2 - 1))
    (Welch, Biometrika 34, 1947).
    """
    first, second = paired_difference(values), paired_difference(reference)
    mean, units = first.mean - second.mean, min(first.units, second.units)
    if units < 2:
        return Difference(mean, math.nan, math.nan, units)
    a, b = first.error**2, second.error**2
    freedom = (a + b) ** 2 / (a**2 / first.freedom + b**2 / second.freedom) if a + b else first.freedom + second.freedom
    return Difference(mean, math.sqrt(a + b), freedom, units)
