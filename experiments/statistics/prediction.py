"""What a study of n runs would have printed, had it been run as ours: simulated from our runs, without assuming a shape.

A future study draws its runs from a resample of ours, so the scatter of its mean and the uncertainty of ours both show.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.special import ndtri, stdtr

from experiments.statistics.bootstrap import SEED, expanded_level

STUDIES = 10_000
# Means that differ by no more than this are the same number.
ROUNDING = 1e-9
# So many units are needed for a 95 % prediction of one more: 2 / (units + 1) is 0.05.
UNITS_TO_PREDICT = 39


def study_means(values: np.ndarray, n: int, groups: np.ndarray | None = None, series: int = 0) -> np.ndarray:
    """Means of STUDIES simulated studies of n runs each, for values (k,); NaN are left out.

    With `groups`, one label per value, a study has a single data set: a group is drawn, then n of its runs without
    replacement, or all where it has fewer. Another `series` draws other studies.
    """
    valid = np.isfinite(values)
    kept = values[valid]
    if groups is None:
        return kept[_drawn(len(kept), n, series)].mean(1)
    rows = _rows_by_group(kept, groups[valid])
    chosen = rows[_drawn(len(rows), 1, series)[:, 0]]
    generator = np.random.Generator(np.random.Philox([SEED, *chosen.shape, n, series]))
    order = np.where(np.isfinite(chosen), generator.random(chosen.shape), np.inf).argsort(1)
    return np.nanmean(np.take_along_axis(chosen, order[:, :n], 1), axis=1)


def prediction_interval(
    values: np.ndarray, n: int, groups: np.ndarray | None = None, level: float = 0.95
) -> tuple[float, float]:
    """Where the mean of a future study of n runs falls with probability `level`, see `share_as_far_out`.

    NaN with fewer than two values or groups, and where these are too few to know, see `finest_share`.
    """
    valid = np.isfinite(values)
    units = int(valid.sum()) if groups is None else len(np.unique(groups[valid]))
    if units < 2 or finest_share(units, n, groups) > 1 - level:
        return np.nan, np.nan
    return middle_of(study_means(values, n, groups), expanded_level(level, units))


def middle_of(means: np.ndarray, level: float) -> tuple[float, float]:
    """The least and the largest of the simulated means that are not `share_as_far_out` with less than 1 - level."""
    ordered, count = np.sort(means), len(means)
    cut = max(1, math.ceil((1 - level) / 2 * (count + 1) - 1e-9) - 1)
    return float(ordered[cut - 1]), float(ordered[count - cut])


def finest_share(units: int, n: int, groups: np.ndarray | None = None) -> float:
    """The least that `share_as_far_out` can be known to be from so many units: 2 / (units + 1) where a study is one of them.

    A study of one run, or on one data set where seeds share them, is one more unit like ours: with probability 1 / (units + 1)
    it lies below them all. Means of several runs can lie beyond what single runs show; for them there is no such floor.
    """
    return 2 / (units + 1) if n == 1 or groups is not None else 0.0


def share_as_far_out(means: np.ndarray, published: float, units: int | None = None, finest: float = 0.0) -> float:
    """How often a study would have printed a number at least as far out: below 0.05 just outside the 95 % prediction interval.

    Twice the smaller tail, the published number itself in both, (r + 1) / (R + 1) for r of R simulated studies, and at most 1.
    With `units` the tail is Student's t's where resamples of so few give the normal one's; see `expanded_level`. No less than
    `finest`, see `finest_share`.
    """
    below, above = (means <= published + ROUNDING).sum(), (means >= published - ROUNDING).sum()
    tail = float(min(below, above) + 1) / (len(means) + 1)
    if units is not None:
        tail = float(stdtr(units - 1, math.sqrt((units - 1) / units) * ndtri(min(tail, 0.5))))
    return min(1.0, max(2 * tail, finest))


@lru_cache(maxsize=16)
def _drawn(size: int, n: int, series: int) -> np.ndarray:
    """Which of `size` items each study draws: (STUDIES, n). All n come from one resample of the items."""
    generator = np.random.Generator(np.random.Philox([SEED, size, n, series]))
    resample = generator.integers(size, size=(STUDIES, size), dtype=np.int32)
    drawn = np.take_along_axis(resample, generator.integers(size, size=(STUDIES, n)), 1)
    drawn.flags.writeable = False
    return drawn


def _rows_by_group(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """One row a group, filled up with NaN."""
    _, index, counts = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.argsort(index, kind="stable")
    rows = np.full((len(counts), counts.max()), np.nan)
    rows[index[order], np.concatenate([np.arange(count) for count in counts])] = values[order]
    return rows
