"""Tests of paired differences, against formulas written out here."""

import math

import numpy as np
import pytest

from experiments.statistics.significance import holm, p_of_mean, p_of_sign


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
