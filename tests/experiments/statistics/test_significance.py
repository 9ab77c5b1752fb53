"""Tests of a difference and of equality: how often they err, by simulation, and Holm by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.statistics.bootstrap import interval_of_mean, p_above, p_below
from experiments.statistics.significance import (
    at_least_p,
    better_share,
    holm,
    p_beyond,
    p_of_mean,
    p_of_sign,
    p_within,
    seeds_needed,
)
from tests.experiments.statistics.populations import draw


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


def test_advice_on_seeds() -> None:
    assert seeds_needed(100, 0.2, 0.1) == 400
    assert seeds_needed(1000, 0.1, 0.037) == 7400
    assert seeds_needed(100, 0.5, 0.0) is None
    assert seeds_needed(100, 5, 0.001) is None
    few = draw("near zero", 100, 19)
    low, high = interval_of_mean(few)
    needed = seeds_needed(100, float(high - low) / 2, 0.03)
    assert needed is not None
    low, high = interval_of_mean(draw("near zero", needed, 20))
    assert (high - low) / 2 == pytest.approx(0.03, rel=0.25)


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
