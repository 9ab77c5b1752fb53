"""One seeded bootstrap that feeds the intervals in plots, tables and verdicts.

Values that are NaN belong to trials that have diverged: they are left out, and whoever shows a figure says how many.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr, stdtrit

RESAMPLES = 2000
SEED = 20180517
# Values of more than this have squares that may overflow.
LARGEST_SQUARED = 1e140


@dataclass(frozen=True)
class Summary:
    """Of n values: mean, standard deviation (n - 1), interval of the mean, minimum, maximum, and how many were NaN."""

    n: int
    diverged: int
    mean: float
    std: float
    low: float
    high: float
    minimum: float
    maximum: float


def resampled_means(values: np.ndarray, groups: np.ndarray | None = None, resamples: int = RESAMPLES) -> np.ndarray:
    """Means of `resamples` samples drawn with replacement: (resamples,) for values (n,), (resamples, k) for (n, k).

    With `groups`, one label per row, whole groups are drawn: trials that share a data set stay together. The draws depend
    on the number of rows or groups alone, so that two arms with the same seeds are resampled alike.
    """
    rows = values.reshape(len(values), -1)
    valid = np.isfinite(rows)
    # Where no trial has diverged, one column of counts serves all.
    sums, counts = np.where(valid, rows, 0.0), (valid[:, :1] if valid.all() else valid).astype(float)
    if groups is not None:
        _, index = np.unique(groups, return_inverse=True)
        sums, counts = (_sum_by_group(part, index) for part in (sums, counts))
    drawn = _draw_counts(len(sums), resamples)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (drawn @ sums) / (drawn @ counts)
    return means.reshape(resamples, *values.shape[1:])


def _sum_by_group(rows: np.ndarray, index: np.ndarray) -> np.ndarray:
    totals = np.zeros((index.max() + 1, rows.shape[1]))
    np.add.at(totals, index, rows)
    return totals


@lru_cache(maxsize=4)
def _draw_counts(size: int, resamples: int) -> np.ndarray:
    """How often each of `size` items is drawn in each resample: (resamples, size), read-only."""
    generator = np.random.Generator(np.random.Philox([SEED, size]))
    counts = generator.multinomial(size, np.full(size, 1 / size), resamples).astype(float)
    counts.flags.writeable = False
    return counts


def expanded_level(level: float, n: int) -> float:
    """The level at which percentiles of n resampled values give an interval of about the wanted coverage.

    The percentile bootstrap is too narrow for small n, as if it used the normal quantile and n where Student's t and
    n - 1 belong. Taking wider percentiles mends both (Hesterberg, The American Statistician 69, 2015, section 4.5).
    """
    if n < 2:
        return level
    quantile = stdtrit(n - 1, (1 - level) / 2)
    return float(1 - 2 * ndtr(math.sqrt(n / (n - 1)) * quantile))


def interval_of_mean(
    values: np.ndarray, groups: np.ndarray | None = None, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Low and high ends of the bootstrap interval of the mean, column by column: scalars for (n,), (k,) for (n, k).

    NaN where fewer than two values (or groups) are left.
    """
    n = len(values) if groups is None else len(np.unique(groups))
    if n < 2:
        empty = np.full(values.shape[1:], np.nan)
        return empty, empty.copy()
    tail = (1 - expanded_level(level, n)) / 2
    means = resampled_means(values, groups).reshape(RESAMPLES, -1)
    finite = np.isfinite(means)
    ends = np.full((2, means.shape[1]), np.nan)
    # nanquantile goes column by column, forty times slower: it is for columns where some resample drew diverged trials only.
    whole = finite.all(0)
    ends[:, whole] = np.quantile(means[:, whole].T.copy(), [tail, 1 - tail], axis=1)
    for column in np.flatnonzero(finite.any(0) & ~whole):
        ends[:, column] = np.nanquantile(means[:, column], [tail, 1 - tail])
    low, high = ends.reshape(2, *values.shape[1:])
    return low, high


def summarise(values: np.ndarray, groups: np.ndarray | None = None, level: float = 0.95) -> Summary:
    """The summary of values (n,)."""
    valid = np.isfinite(values)
    kept = values[valid]
    nothing = math.nan
    if not len(kept):
        return Summary(0, len(values), nothing, nothing, nothing, nothing, nothing, nothing)
    low, high = interval_of_mean(kept, None if groups is None else groups[valid], level)
    return Summary(
        n=len(kept),
        diverged=int((~valid).sum()),
        mean=float(kept.mean()),
        std=_deviation(kept) if len(kept) > 1 else nothing,
        low=float(low),
        high=float(high),
        minimum=float(kept.min()),
        maximum=float(kept.max()),
    )


def _deviation(values: np.ndarray) -> float:
    """The standard deviation (n - 1), also where squares are too large for a float.

    On its way to divergence a trial may lose by 1e200.
    """
    largest = float(np.abs(values).max())
    scale = largest if largest > LARGEST_SQUARED else 1.0
    return scale * float((values / scale).std(ddof=1))
