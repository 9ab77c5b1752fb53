"""Simulated studies against a second simulation written out, and predictions at their ends."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from experiments.statistics.prediction import finest_share, middle_of, prediction_interval, share_as_far_out, study_means


def simulated(values: np.ndarray, n: int, series: int) -> np.ndarray:
    """Each study draws its n runs from its own resample of ours."""
    generator = np.random.Generator(np.random.Philox([20180517, len(values), n, series]))
    resamples = generator.integers(len(values), size=(10_000, len(values)), dtype=np.int32)
    places = generator.integers(len(values), size=(10_000, n))
    return np.array([values[resample[place]].mean() for resample, place in zip(resamples, places, strict=True)])


@pytest.mark.parametrize(("n", "series"), [(1, 0), (4, 0), (4, 1)])
def test_studies_one_by_one(n: int, series: int) -> None:
    values = np.array([1.0, 2.0, np.nan, 4.0, 8.0, 16.0, np.inf])
    np.testing.assert_allclose(study_means(values, n, series=series), simulated(values[[0, 1, 3, 4, 5]], n, series))


def test_the_scatter_of_studies_has_the_uncertainty_of_ours_in_it() -> None:
    """Var = s^2 (1 / n + 1 / k - 1 / (n k)), s the population deviation of our k values."""
    values = np.random.default_rng(0).normal(size=20)
    expected = values.var() * (1 / 5 + 1 / 20 - 1 / 100)
    assert study_means(values, 5).var() == pytest.approx(expected, rel=0.06)
    assert study_means(values, 5).mean() == pytest.approx(values.mean(), abs=0.02)


@pytest.mark.parametrize(("n", "possible"), [(1, {1.0, 3.0, 8.0, 10.0}), (2, {2.0, 9.0}), (3, {2.0, 9.0})])
def test_a_study_stays_within_one_group(n: int, possible: set[float]) -> None:
    """Runs of the group are drawn without replacement, all of them where it has fewer."""
    values, groups = np.array([1.0, 8.0, np.nan, 3.0, 10.0]), np.array([4, 2, 4, 4, 2])
    means = study_means(values, n, groups)
    assert set(means) == possible and len(means) == 10_000
    low = np.isin(means, [1.0, 3.0, 2.0]).mean()
    assert low == pytest.approx(0.5, abs=0.02)
    if n == 1:
        assert [(means == x).mean() for x in sorted(possible)] == pytest.approx([0.25] * 4, abs=0.02)


def test_groups_of_unequal_size_keep_their_own_runs() -> None:
    values, groups = np.array([1.0, 2.0, 3.0, 10.0]), np.array([0, 0, 0, 1])
    assert set(study_means(values, 2, groups)) == {1.5, 2.0, 2.5, 10.0}


def test_another_series_draws_other_studies_of_a_group_too() -> None:
    values, groups = np.arange(12.0), np.arange(12) // 4
    assert not np.array_equal(study_means(values, 2, groups), study_means(values, 2, groups, 1))
    assert np.array_equal(study_means(values, 2, groups), study_means(values, 2, groups))


@pytest.mark.parametrize("level", [0.5, 0.95])
@pytest.mark.parametrize("groups", [None, np.arange(80) // 2])
def test_a_prediction_is_two_percentiles_of_the_studies(level: float, groups: np.ndarray | None) -> None:
    values = np.random.default_rng(1).exponential(size=40 if groups is None else 80)
    units = 40
    end = stats.norm.cdf(math.sqrt(units / (units - 1)) * stats.t.ppf((1 - level) / 2, units - 1))
    means = np.sort(study_means(values, 3, groups))
    low, high = prediction_interval(values, 3, groups, level)
    assert [low, high] == pytest.approx(np.quantile(means, [end, 1 - end]), rel=0.01)
    within, without = (
        [share_as_far_out(means, x, units) for x in (low, high)],
        [share_as_far_out(means, x, units) for x in (np.nextafter(low - 1e-8, -9), high + 1e-8)],
    )
    assert min(within) >= 1 - level - 1e-12 > max(without) - 2e-3, "one measure for both"


def test_two_values_or_groups_are_the_fewest() -> None:
    assert np.isnan(prediction_interval(np.array([1.0, np.nan]), 3)).all()
    assert np.isnan(prediction_interval(np.array([1.0, 2.0, np.nan]), 3, np.array([5, 5, 6]))).all()
    assert prediction_interval(np.array([1.0, 3.0]), 1, level=0.3) == (1, 3)
    assert prediction_interval(np.array([1.0, 1.0, 3.0]), 1, np.array([5, 5, 6]), level=0.3) == (1, 3)


@pytest.mark.parametrize("units", [5, 38, 39, 67])
@pytest.mark.parametrize("grouped", [False, True])
def test_one_more_unit_is_known_no_better_than_by_counting_ours(units: int, grouped: bool) -> None:
    """Below all of k lies one more with probability 1 / (k + 1): at 95 % nothing can be left out before k is 39."""
    values = np.random.default_rng(3).normal(size=5 * units if grouped else units)
    groups = np.arange(5 * units) // 5 if grouped else None
    n = 5 if grouped else 1
    assert finest_share(units, n, groups) == 2 / (units + 1)
    assert np.isnan(prediction_interval(values, n, groups)).all() == (units < 39)
    assert finest_share(units, 2) == 0, "a mean of several runs may lie beyond what each shows"
    finest = finest_share(units, n, groups)
    means = study_means(values, n, groups)
    assert share_as_far_out(means, -9.0, units, finest) == finest > share_as_far_out(means, -9.0)
    assert share_as_far_out(means, float(np.median(means)), units, finest) > 0.9


def test_shares_are_twice_the_smaller_tail_with_ties_in_both() -> None:
    """(r + 1) / (R + 1) of five studies: at 2 two lie as low, at 4.5 one as high."""
    means = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert [share_as_far_out(means, x) for x in (3, 2, 4.5, 1, 0.5)] == pytest.approx([1, 1, 4 / 6, 4 / 6, 2 / 6])
    assert share_as_far_out(means, 1 - 1e-10) == pytest.approx(4 / 6), "rounding does not count"
    assert share_as_far_out(means, 1 - 1e-8) == pytest.approx(2 / 6)
    assert share_as_far_out(np.zeros(9), 0.0) == 1


def test_a_number_that_a_study_of_ours_printed_is_as_far_out_as_the_prediction_says() -> None:
    """Skewed to the right: the least of our means is near the centre, where distances would have called it common."""
    means = np.concatenate([np.full(100, 0.48), np.random.default_rng(0).exponential(1.0, 9900) + 0.6])
    low, _ = middle_of(means, 0.95)
    assert share_as_far_out(means, 0.48) == pytest.approx(2 * 101 / 10001)
    assert low > 0.48 and np.mean(np.abs(means - means.mean()) >= means.mean() - 0.48) > 0.1


@pytest.mark.parametrize("units", [6, 40, 1000])
def test_with_few_units_the_tail_is_students(units: int) -> None:
    means = np.arange(10_000.0)
    plain, found = share_as_far_out(means, 99.0), share_as_far_out(means, 99.0, units)
    z = stats.norm.ppf(plain / 2)
    assert found == pytest.approx(2 * stats.t.cdf(z * math.sqrt((units - 1) / units), units - 1)) and found > plain
