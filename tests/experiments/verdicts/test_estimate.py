"""The mean over the trials that did not diverge, its interval, and how many seeds would decide."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.statistics.bootstrap import interval_of_mean, resampled_means
from experiments.verdicts.estimate import measure
from experiments.verdicts.evidence import Sample

VALUES = pd.Series(np.random.default_rng(0).normal(3, 1, 60))
VALUES.iloc[[4, 9]] = np.nan


@pytest.mark.parametrize("size", [1, 6])
def test_diverged_trials_are_counted_and_left_out(size: int) -> None:
    data_sets = pd.Series(VALUES.index // size, index=VALUES.index)
    ours, kept = measure(Sample(VALUES, data_sets), 0.90), VALUES.dropna()
    groups = None if size == 1 else (kept.index // size).to_numpy()
    assert (len(ours.values), ours.diverged, ours.mean) == (58, 2, pytest.approx(kept.mean()))
    assert (ours.low, ours.high) == interval_of_mean(kept.to_numpy(), groups, 0.90)
    np.testing.assert_allclose(ours.shifts(), resampled_means(kept.to_numpy(), groups) - kept.mean())


def test_nothing_left_has_no_mean() -> None:
    ours = measure(Sample(VALUES * np.nan, pd.Series(VALUES.index)), 0.90)
    assert (len(ours.values), ours.diverged) == (0, 60) and np.isnan([ours.mean, ours.low, ours.high]).all()


@pytest.mark.parametrize(("edges", "edge"), [((2.5, 9), 2.5), ((2, 3.4), 3.4), ((-9, 2.5), 2.5), ((3.4,), 3.4)])
def test_seeds_needed_are_those_that_keep_the_interval_off_the_nearest_edge(edges: tuple[float, ...], edge: float) -> None:
    """58 (half width / distance)^2, the half width being that on the side of the edge; twice as wide, four times as many."""
    kept = pd.Series(np.random.default_rng(1).exponential(3, 58))
    ours = measure(Sample(kept, pd.Series(kept.index)), 0.95)
    half = ours.mean - ours.low if edge < ours.mean else ours.high - ours.mean
    for widening in (1.0, 2.0):
        wanted = max(1.0, 58 * (widening * half / abs(ours.mean - edge)) ** 2)
        assert wanted <= ours.needed(edges, widening) <= 1.1 * wanted + 1
    assert ours.mean - ours.low != pytest.approx(ours.high - ours.mean, rel=0.05), "else the sides could be swapped"
