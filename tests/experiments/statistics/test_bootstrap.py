"""Intervals of means by the bootstrap: coverage and error rates by simulation, on data as awkward as error rates are."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.statistics.bootstrap import interval_of_mean, resampled_means, summarise
from experiments.statistics.prediction import prediction_interval
from experiments.statistics.significance import better_share
from tests.experiments.statistics.populations import POPULATIONS, draw, population_mean, shared_data_sets


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("level", [0.90, 0.95])
def test_an_interval_covers_the_mean_as_often_as_it_says(population: str, level: float) -> None:
    low, high = interval_of_mean(draw(population, (100, 1000), 1), level=level)
    mean = population_mean(population)
    covered = np.mean((low <= mean) & (mean <= high))
    assert level - 0.045 <= covered <= level + 0.025


def test_few_values_are_covered_too() -> None:
    low, high = interval_of_mean(draw("normal", (10, 2000), 2))
    assert 0.93 <= np.mean((low <= 4) & (high >= 4)) <= 0.97


def test_whole_data_sets_are_resampled_where_seeds_share_them() -> None:
    values, groups = shared_data_sets(600)
    low, high = interval_of_mean(values, groups)
    assert 0.92 <= np.mean((low <= 0) & (high >= 0)) <= 0.98
    low, high = interval_of_mean(values)
    assert np.mean((low <= 0) & (high >= 0)) < 0.6


@pytest.mark.parametrize("groups", [None, np.arange(12) // 3])
def test_columns_have_the_interval_they_have_alone_whether_or_not_others_have_diverged(groups) -> None:
    values = np.random.default_rng(4).normal(size=(12, 3))
    alone = [interval_of_mean(column, groups) for column in values.T]
    np.testing.assert_allclose(np.transpose(interval_of_mean(values, groups)), alone, rtol=1e-12)
    values[5, 1] = np.nan
    alone[1] = interval_of_mean(values[:, 1], groups)
    np.testing.assert_allclose(np.transpose(interval_of_mean(values, groups)), alone, rtol=1e-12)


def test_resamples_are_the_same_every_time_and_for_both_arms() -> None:
    values = draw("near zero", 50, 4)
    np.testing.assert_array_equal(resampled_means(values), resampled_means(values))
    np.testing.assert_allclose(resampled_means(values + 1), resampled_means(values) + 1)


def test_diverged_values_are_left_out_and_counted() -> None:
    values = np.array([1.0, np.nan, 3.0, np.nan])
    summary = summarise(values)
    assert (summary.n, summary.diverged, summary.mean) == (2, 2, 2.0)
    assert prediction_interval(values, 5) == prediction_interval(np.array([1.0, 3.0]), 5)
    assert better_share(np.array([1.0, np.nan])) == 1.0


def test_the_deviation_of_losses_near_divergence_is_a_number():
    values = np.array([1.0, 3e200, 2e200])
    found = summarise(values)
    assert found.std == pytest.approx(1e200 * np.array([0, 3, 2]).std(ddof=1))
    assert summarise(values[:1]).std != found.std and summarise(np.array([1.0, 3.0])).std == np.array([1.0, 3.0]).std(ddof=1)
