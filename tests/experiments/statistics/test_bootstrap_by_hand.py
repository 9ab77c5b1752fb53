"""The bootstrap against a second one written with loops, and its expansion of the level against tabled t values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from experiments.statistics.bootstrap import (
    RESAMPLES,
    SEED,
    expanded_level,
    interval_of_mean,
    resampled_means,
    summarise,
)


def drawn_counts(size: int) -> np.ndarray:
    """How often each item is drawn in each resample; the number and the seed of the draws are part of every ledger."""
    assert (RESAMPLES, SEED) == (2000, 20180517)
    return np.random.Generator(np.random.Philox([20180517, size])).multinomial(size, [1 / size] * size, 2000)


def test_means_of_resamples_one_by_one() -> None:
    values = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    means = resampled_means(values)
    for k, counts in enumerate(drawn_counts(5)[:50]):
        assert means[k] == pytest.approx(np.repeat(values, counts).mean())
    assert means.shape == (2000,) and resampled_means(values, resamples=7).shape == (7,)


def test_whole_groups_are_drawn_with_all_their_rows() -> None:
    values, groups = np.array([[1.0], [2.0], [4.0], [8.0], [16.0]]), np.array([7, 7, 3, 3, 3])
    means = resampled_means(values, groups)
    rows = {0: [4.0, 8.0, 16.0], 1: [1.0, 2.0]}
    for k, counts in enumerate(drawn_counts(2)[:50]):
        assert means[k, 0] == pytest.approx(np.mean([x for group, count in enumerate(counts) for x in rows[group] * count]))


def test_nan_is_left_out_of_each_resample_in_each_column() -> None:
    values = np.array([[1.0, 5.0], [np.nan, 6.0], [4.0, np.inf]])
    means = resampled_means(values)
    for k, counts in enumerate(drawn_counts(3)[:200]):
        for column, kept in ((0, [0, 2]), (1, [0, 1])):
            rows = [values[row, column] for row in kept for _ in range(counts[row])]
            assert means[k, column] == pytest.approx(np.mean(rows)) if rows else math.isnan(means[k, column])


@pytest.mark.parametrize(
    ("level", "n", "t"), [(0.95, 2, 12.7062), (0.95, 3, 4.30265), (0.90, 10, 1.83311), (0.95, 100, 1.98422)]
)
def test_the_expanded_level_takes_students_t_to_the_normal(level: float, n: int, t: float) -> None:
    assert expanded_level(level, n) == pytest.approx(1 - 2 * stats.norm.cdf(-t * math.sqrt(n / (n - 1))), abs=1e-5)


@pytest.mark.parametrize("n", [0, 1])
def test_one_value_leaves_the_level_as_it_is(n: int) -> None:
    assert expanded_level(0.9, n) == 0.9


def test_two_values_have_an_interval_and_one_has_none() -> None:
    low, high = interval_of_mean(np.array([1.0, 3.0]))
    assert (low, high) == (1, 3)
    for values, groups in ((np.array([1.0]), None), (np.array([1.0, 2]), np.array([5, 5])), (np.empty(0), None)):
        assert np.isnan(interval_of_mean(values, groups)).all()
    low, high = interval_of_mean(np.ones((1, 3)))
    assert low.shape == high.shape == (3,) and np.isnan([low, high]).all()


@pytest.mark.parametrize("level", [0.90, 0.95])
@pytest.mark.parametrize("groups", [None, np.arange(24) // 3])
def test_an_interval_is_two_percentiles(level: float, groups: np.ndarray | None) -> None:
    values = np.random.default_rng(0).exponential(size=24)
    n = 24 if groups is None else 8
    end = stats.norm.cdf(math.sqrt(n / (n - 1)) * stats.t.ppf((1 - level) / 2, n - 1))
    expected = np.quantile(resampled_means(values, groups), [end, 1 - end])
    assert interval_of_mean(values, groups, level) == pytest.approx(tuple(expected))


def test_a_column_in_which_some_resamples_are_empty_is_read_from_the_others() -> None:
    values = np.array([[1.0, 2.0, np.nan], [np.nan, 3.0, np.nan], [4.0, 7.0, np.nan]])
    low, high = interval_of_mean(values, level=0.5)
    end = stats.norm.cdf(math.sqrt(3 / 2) * stats.t.ppf(0.25, 2))
    means = resampled_means(values[:, 0])
    assert np.isnan(means).any()
    assert (low[0], high[0]) == pytest.approx(tuple(np.nanquantile(means, [end, 1 - end])))
    assert (low[1], high[1]) == pytest.approx(tuple(np.quantile(resampled_means(values[:, 1]), [end, 1 - end])))
    assert np.isnan([low[2], high[2]]).all()


def test_a_summary() -> None:
    values = np.array([4.0, np.nan, 1.0, 7.0, 2.0])
    groups = np.array([0, 0, 0, 1, 1])
    summary = summarise(values, groups, 0.9)
    assert (summary.n, summary.diverged, summary.mean, summary.minimum, summary.maximum) == (4, 1, 3.5, 1, 7)
    assert summary.std == pytest.approx(math.sqrt((0.25 + 6.25 + 12.25 + 2.25) / 3))
    assert (summary.low, summary.high) == interval_of_mean(values[[0, 2, 3, 4]], groups[[0, 2, 3, 4]], 0.9)
    assert (summarise(values).low, summarise(values).high) == interval_of_mean(values[[0, 2, 3, 4]])


def test_a_summary_of_one_value_and_of_none() -> None:
    one = summarise(np.array([3.0, np.nan]))
    assert (one.n, one.diverged, one.mean, one.minimum, one.maximum) == (1, 1, 3, 3, 3)
    assert np.isnan([one.std, one.low, one.high]).all()
    none = summarise(np.array([np.nan, np.inf]))
    assert (none.n, none.diverged) == (0, 2)
    assert np.isnan([none.mean, none.std, none.low, none.high, none.minimum, none.maximum]).all()
    two = summarise(np.array([1.0, 3.0]))
    assert two.std == pytest.approx(math.sqrt(2))


def test_the_spread_of_huge_losses_is_a_number() -> None:
    assert summarise(np.array([1e200, -1e200])).std == pytest.approx(2**0.5 * 1e200)
