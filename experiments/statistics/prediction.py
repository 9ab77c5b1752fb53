"""What a study of n runs would have printed, had it been run as ours: simulated from our runs, without assuming a shape.

A future study draws its runs from a resample of ours, so the scatter of its mean and the uncertainty of ours both show.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from experiments.statistics.bootstrap import SEED, expanded_level

STUDIES = 10_000


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
    """Where the mean of a future study of n runs falls with probability `level`; NaN with fewer than two values or groups.

    It never leaves the range of what was seen, so one run or group is predicted too narrowly from fewer than 40 of them.
    """
    valid = np.isfinite(values)
    units = int(valid.sum()) if groups is None else len(np.unique(groups[valid]))
    if units < 2:
        return np.nan, np.nan
    tail = (1 - expanded_level(level, units)) / 2
    low, high = np.quantile(study_means(values, n, groups), [tail, 1 - tail])
    return float(low), float(high)


def share_as_far_out(means: np.ndarray, centre: float, published: float) -> float:
    """Share of simulated studies at least as far from the centre, on either side, as the published number."""
    return float(np.mean(np.abs(means - centre) >= abs(published - centre) - 1e-9))


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
