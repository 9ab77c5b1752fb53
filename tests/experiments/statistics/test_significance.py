"""Tests of a difference and of equality: how often they err, by simulation, and Holm by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from experiments.statistics.significance import (
    at_least_p,
    better_share,
    holm,
    p_above,
    p_below,
    p_beyond,
    p_mostly_above,
    p_of_mean,
    p_of_sign,
    p_within,
    units_needed,
)
from tests.experiments.statistics.populations import POPULATIONS, draw


def test_equivalence_is_rarely_found_at_the_margin_and_usually_at_zero() -> None:
    differences = draw("stuck runs", (200, 200), 15) - draw("stuck runs", (200, 200), 16)
    margin = 6.0
    assert np.mean([p_within(row + margin, margin) <= 0.05 for row in differences]) <= 0.08
    assert np.mean([p_beyond(row + margin, margin) <= 0.05 for row in differences]) <= 0.08
    assert np.mean([p_within(row, margin) <= 0.05 for row in differences]) >= 0.9
    assert np.mean([p_beyond(row + 2 * margin, margin) <= 0.05 for row in differences]) >= 0.9


def test_holm_by_hand() -> None:
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(holm([0.9, 0.8]), [1, 1])
    assert len(holm([])) == 0


def test_holm_keeps_a_report_from_false_findings() -> None:
    differences = np.random.default_rng(17).normal(size=(200, 12, 150))
    found = [holm([2 * min(p_above(row), p_below(row)) for row in report]).min() <= 0.05 for report in differences]
    assert np.mean(found) <= 0.08


def test_at_least_by_hand() -> None:
    p = [0.001, 0.02, 0.2]
    assert at_least_p(p, 3) == 0.2
    assert at_least_p(p, 2) == pytest.approx(0.04)
    assert at_least_p(p, 1) == pytest.approx(0.003)
    assert at_least_p([0.9, 0.9], 1) == 1


def test_most_pairs_are_not_claimed_when_only_half_are_true() -> None:
    generator = np.random.default_rng(18)
    true = np.array([1, 1, 0, 0])[:, None] * 2.0
    p = [[p_above(row) for row in generator.normal(size=(4, 60)) + true] for _ in range(400)]
    assert np.mean([at_least_p(row, 3) <= 0.05 for row in p]) <= 0.06
    assert np.mean([at_least_p(row, 2) <= 0.05 for row in p]) == 1


def test_ties_count_half() -> None:
    assert better_share(np.array([1.0, 0.0, 0.0, -1.0, 2.0])) == pytest.approx(3 / 5)


@pytest.mark.parametrize("power", [0.5, 0.9])
@pytest.mark.parametrize("distance", [0.3, 0.6])
def test_as_many_differences_as_advised_show_it_as_often_as_stated(power: float, distance: float) -> None:
    count = units_needed(1.0, distance, 0.025, power)
    assert count is not None
    samples = np.random.default_rng(4).normal(distance, 1.0, (3000, count))
    assert np.mean([p_above(row) <= 0.025 for row in samples]) == pytest.approx(power, abs=0.06)


def test_advice_is_the_first_number_that_does() -> None:
    for count in (units_needed(2.0, 0.5, 0.01, 0.9),):
        assert count is not None
        reach = [(stats.t.ppf(0.99, n - 1) + stats.norm.ppf(0.9)) * 2.0 / math.sqrt(n) for n in (count - 1, count)]
        assert reach[1] <= 0.5 < reach[0]
    assert units_needed(0.0, 0.1, 0.025) == 2
    assert units_needed(1.0, 0.0, 0.025) is units_needed(math.nan, 1.0, 0.025) is units_needed(1.0, 1e-5, 0.025) is None


def test_the_p_of_twenty_data_sets_has_no_floor() -> None:
    """Thirty points apart on each of twenty data sets: two sides, four pairs and eleven claims beside it leave it sure.

    A share of 2000 resamples cannot be smaller than 1/2001, which made of these .13 whatever the difference.
    """
    groups = np.repeat(np.arange(20), 15)
    differences = 30 + np.random.default_rng(0).normal(0, 3, 20)[groups]
    assert 12 * 4 * 2 * p_above(differences, 0.0, groups) < 1e-12
    assert p_above(differences, 0.0, groups) == pytest.approx(p_of_mean(differences, groups) / 2)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("point", [0.0, 0.7])
def test_one_sided_p_values_are_students(sign: int, point: float) -> None:
    values, groups = np.random.default_rng(3).exponential(size=30), np.arange(30) // 3
    means = values.reshape(10, 3).mean(1)
    for found, sample in ((None, values), (groups, means)):
        above = stats.ttest_1samp(sign * sample, point, alternative="greater").pvalue
        assert p_above(sign * values, point, found) == pytest.approx(above)
        assert p_below(-sign * values, -point, found) == pytest.approx(above)


def test_one_sided_p_values_leave_nan_out_and_need_two_values() -> None:
    values, groups = np.array([1.0, 2.0, np.nan, 0.5, 1.5, np.nan]), np.array([0, 0, 1, 2, 2, 1])
    kept = np.isfinite(values)
    assert p_above(values, 0.9, groups) == p_above(values[kept], 0.9, groups[kept]) < 1
    assert p_above(values[:3], 0.0, groups[:3]) == p_above(np.array([3.0])) == 1.0
    assert p_above(np.full(9, 5.0)) == 0 and p_above(np.zeros(9)) == p_below(np.zeros(9)) == 0.5


@pytest.mark.parametrize("population", POPULATIONS)
def test_two_arms_that_do_not_differ_are_told_apart_as_rarely_as_stated(population: str) -> None:
    differences = draw(population, (500, 200), 13) - draw(population, (500, 200), 14)
    found = [2 * min(p_above(row), p_below(row)) <= 0.05 for row in differences]
    assert np.mean(found) <= 0.08


def test_signs_rank_what_is_infinite() -> None:
    """16 of 17 above: P(B >= 16) = 18 / 2^17; ties don't count, and of groups only the sign of their mean sign does."""
    values = np.array([np.inf] * 10 + [1e-9] * 6 + [-np.inf, 0.0, 0.0])
    assert p_mostly_above(values) == pytest.approx(18 / 2**17)
    assert p_mostly_above(-values) == pytest.approx(1 - 1 / 2**17)
    groups = np.array([0] * 10 + [1] * 6 + [2, 2, 2])
    assert p_mostly_above(values, groups) == pytest.approx(4 / 8)
    assert p_mostly_above(np.zeros(5)) == 1.0


def test_the_p_of_a_mean_is_students():
    """Two-sided tails of Student's t: 1 - 2 atan(t) / pi for one degree of freedom, 1 - t / sqrt(t^2 + 2) for two."""
    pair = np.array([1.0, 4.0])
    t = 2.5 / (math.sqrt(4.5) / math.sqrt(2))
    assert p_of_mean(pair) == pytest.approx(1 - 2 * math.atan(t) / math.pi)
    three = np.array([-1.0, -2.0, -6.0])
    t = 3 / (math.sqrt(7) / math.sqrt(3))
    assert p_of_mean(three) == pytest.approx(1 - t / math.sqrt(t * t + 2))
    assert p_of_mean(-three) == p_of_mean(three)


def test_the_p_of_a_mean_leaves_out_what_diverged():
    assert p_of_mean(np.array([1.0, np.nan, 4.0])) == p_of_mean(np.array([1.0, 4.0]))


def test_runs_of_one_data_set_count_once():
    """Means of the groups: 2, 3 and 10."""
    values, groups = np.array([1.0, 3.0, 3.0, 9.0, 10.0, 11.0, np.nan]), np.array([0, 0, 4, 7, 7, 7, 7])
    assert p_of_mean(values, groups) == p_of_mean(np.array([2.0, 3.0, 10.0]))


def test_without_a_spread_a_difference_is_sure_and_none_is_none():
    assert p_of_mean(np.full(6, 0.25)) == 0
    assert p_of_mean(np.zeros(6)) == 1


def test_too_few_values_have_no_p():
    assert math.isnan(p_of_mean(np.array([1.0]))) and math.isnan(p_of_mean(np.array([])))
    assert math.isnan(p_of_mean(np.array([1.0, 2.0]), np.array([3, 3])))


def test_a_p_may_be_smaller_than_any_share_of_resamples():
    assert p_of_mean(np.linspace(1, 1.1, 50)) < 1e-30


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([1, 2, 3, 1e200, 4, 5], 2 / 2**6),
        ([-1, 2, 3, 1e200, 4, 5], 2 * (1 + 6) / 2**6),
        ([-1, -1, -1, 1, 1, -1], 2 * (1 + 6 + 15) / 2**6),
        ([0, 0, 5, -7], 1.0),
        ([0, np.nan, 5, 7], 2 / 2**2),
    ],
)
def test_the_sign_test_counts_the_rarer_sign(differences, p):
    assert p_of_sign(np.array(differences, dtype=float)) == pytest.approx(p)


def test_a_data_set_has_the_sign_of_most_of_its_runs():
    values, groups = np.array([1, 1, -1e9, 2, 3, -1, -1, 1.0]), np.array([0, 0, 0, 1, 2, 3, 3, 3])
    assert p_of_sign(values, groups) == pytest.approx(2 * (1 + 4) / 2**4)
    assert math.isnan(p_of_sign(np.zeros(5)))


def test_holm_multiplies_by_how_many_are_left():
    """0.01 * 3, then 0.02 * 2, then the largest so far."""
    assert holm([0.04, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert holm([0.5, 0.6]) == pytest.approx([1, 1])
    assert len(holm([])) == 0
