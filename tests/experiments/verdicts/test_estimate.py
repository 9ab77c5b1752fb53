"""The number over the trials that did not diverge, its interval, and how many seeds would decide."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.statistics.bootstrap import interval_of_mean, resampled_means
from experiments.verdicts.estimate import measure, measure_difference, measure_median, summary_only
from experiments.verdicts.evidence import Sample
from tests.experiments.verdicts.samples import seeds_that_tell

VALUES = pd.Series(np.random.default_rng(0).normal(3, 1, 60))
VALUES.iloc[[4, 9]] = np.nan


@pytest.mark.parametrize("size", [1, 6])
def test_diverged_trials_are_counted_and_left_out(size: int) -> None:
    data_sets = pd.Series(VALUES.index // size, index=VALUES.index)
    ours, kept = measure(Sample(VALUES, data_sets), 0.90), VALUES.dropna()
    groups = None if size == 1 else (kept.index // size).to_numpy()
    assert (len(ours.values), ours.diverged, ours.number) == (58, 2, pytest.approx(kept.mean()))
    assert (ours.low, ours.high) == interval_of_mean(kept.to_numpy(), groups, 0.90)
    moved = resampled_means(kept.to_numpy(), groups) - kept.mean()
    np.testing.assert_allclose(ours.shifts(), np.sqrt(2) * moved)
    assert ours.units == (58 if size == 1 else 10)


def test_nothing_left_has_no_mean() -> None:
    ours = measure(Sample(VALUES * np.nan, pd.Series(VALUES.index)), 0.90)
    assert (len(ours.values), ours.diverged) == (0, 60) and np.isnan([ours.number, ours.low, ours.high]).all()


@pytest.mark.parametrize(("edges", "edge"), [((2.5, 9), 2.5), ((2, 3.4), 3.4), ((-9, 2.5), 2.5), ((3.4,), 3.4)])
@pytest.mark.parametrize(("size", "tests"), [(1, 1), (2, 1), (1, 8)])
def test_seeds_needed_are_those_that_tell_the_mean_from_the_nearest_edge(edges, edge: float, size: int, tests: int) -> None:
    """Of whole data sets where seeds share them; for each of eight tests an eighth of the tail."""
    kept = pd.Series(np.random.default_rng(1).exponential(3, 58))
    ours = measure(Sample(kept, pd.Series(kept.index // size)), 0.95)
    deviation = kept.groupby(kept.index // size).mean().std()
    wanted = [seeds_that_tell(deviation, abs(ours.number - edge), 0.025 / tests, power, size) for power in (0.5, 0.9)]
    assert ours.needed(edges, tests) == tuple(wanted)
    assert ours.needed(edges, tests).half < ours.needed(edges, tests).nine_in_ten


def test_what_lies_on_an_edge_is_never_told_from_it() -> None:
    ours = measure(Sample(pd.Series([1.0, 2.0, 3.0]), pd.Series([0, 1, 2])), 0.95)
    assert ours.needed((2.0, 5.0)) == (None, None)


def test_seeds_are_counted_in_the_runs_that_each_value_is_made_of() -> None:
    """Seven values of 15 runs are 105 seeds; the same values need 15 times as many seeds as of one run, within a look."""
    values = pd.Series(np.random.default_rng(1).normal(0, 1, 7))
    ours = measure(Sample(values, pd.Series(range(7))), 0.9)
    edge = ours.number + values.std()
    expected = tuple(seeds_that_tell(values.std(), values.std(), 0.05, power, 15) for power in (0.5, 0.9))
    assert ours.needed((edge,), runs=15) == expected


def test_a_number_without_values_lost_none() -> None:
    ours = summary_only(1.5, 1.0, 2.0, 0.95)
    assert (len(ours.values), ours.groups, ours.diverged) == (0, None, 0)
    assert (ours.number, ours.low, ours.high, ours.level) == (1.5, 1.0, 2.0, 0.95)


@pytest.mark.parametrize("size", [1, 6])
def test_a_difference_has_students_interval_over_its_units(size: int) -> None:
    """Of 58 seeds, or of the means of ten data sets, which lost a seed each in two of them."""
    ours, kept = measure_difference(Sample(VALUES, pd.Series(VALUES.index // size, VALUES.index)), 0.9), VALUES.dropna()
    units = kept.groupby(kept.index // size).mean()
    expected = stats.t.interval(0.9, len(units) - 1, units.mean(), stats.sem(units))
    assert (ours.number, ours.low, ours.high) == pytest.approx((units.mean(), *expected))
    assert (len(ours.values), ours.diverged, ours.units, ours.level) == (58, 2, len(units), 0.9)


def test_where_runs_diverged_the_median_ranks_them_and_counts_only_what_is_there() -> None:
    ranked = VALUES.fillna(np.inf)
    data_sets = pd.Series(VALUES.index)
    ours = measure_median(Sample(VALUES, data_sets), Sample(ranked, data_sets), 0.9)
    ordered = np.sort(ranked.to_numpy())
    # 2 P(B <= 23) = 0.092 < 0.1 <= 2 P(B <= 24) for B binomial (60, 1/2): 23 values lie outside on each side. A value itself
    # is a tie, so that the ends are the outermost ones with 59 others of which more than 22 lie beyond: P(B <= 22) = 0.034.
    outside = int(stats.binom.ppf(0.05, 59, 0.5))
    assert stats.binom.cdf(outside, 59, 0.5) > 0.05 >= stats.binom.cdf(outside - 1, 59, 0.5)
    assert (ours.low, ours.high) == (ordered[outside], ordered[-1 - outside])
    assert ours.number == np.median(ranked) == (ordered[29] + ordered[30]) / 2
    assert (len(ours.values), ours.diverged) == (58, 2)
