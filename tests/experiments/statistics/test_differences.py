"""Student's and Welch's t against scipy's, and where they have nothing to say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from experiments.statistics.differences import independent, paired_difference, welch_difference

RANDOM = np.random.default_rng(3)
FIRST, SECOND = RANDOM.normal(1.0, 1.0, 14), RANDOM.normal(0.4, 3.0, 9)


def test_a_paired_difference_is_scipys_t_test():
    ours, theirs = paired_difference(FIRST), stats.ttest_1samp(FIRST, 0.0)
    assert (ours.units, ours.freedom) == (14, 13)
    assert ours.p() == pytest.approx(theirs.pvalue)
    assert ours.interval(0.9) == pytest.approx(tuple(theirs.confidence_interval(0.9)))


def test_welch_is_scipys_with_its_degrees_of_freedom():
    ours, theirs = welch_difference(FIRST, SECOND), stats.ttest_ind(FIRST, SECOND, equal_var=False)
    assert (ours.units, ours.freedom) == (9, pytest.approx(theirs.df))
    assert ours.p() == pytest.approx(theirs.pvalue)
    assert ours.interval(0.95) == pytest.approx(tuple(theirs.confidence_interval(0.95)))


def test_groups_count_once():
    groups = np.array([1, 1, 1, 2, 2, 3])
    values = np.array([1.0, 2.0, 3.0, 5.0, math.nan, 9.0])
    assert independent(values, groups).tolist() == [2.0, 5.0, 9.0]
    ours = paired_difference(values, groups)
    assert (ours.mean, ours.units) == (pytest.approx(16 / 3), 3)
    assert ours.p() == pytest.approx(stats.ttest_1samp([2.0, 5.0, 9.0], 0.0).pvalue)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_the_interval_excludes_a_point_just_where_p_is_small(level):
    """At a point a hair within an end of the interval, p is a hair above 1 - level, and the other way round."""
    ours = paired_difference(FIRST)
    low, _ = ours.interval(level)
    assert paired_difference(FIRST - low).p() == pytest.approx(1 - level)
    assert ours.reach(level) == pytest.approx(ours.mean - low)
    assert ours.p_below(low) == pytest.approx(1 - (1 - level) / 2)


def test_equal_differences_are_certain_and_single_ones_say_nothing():
    assert paired_difference(np.full(6, 0.5)).p() == 0
    assert paired_difference(np.zeros(6)).p() == 1
    assert paired_difference(np.full(6, 0.5)).interval(0.95) == (0.5, 0.5)
    assert welch_difference(np.ones(3), np.ones(3)).p() == 1
    for nothing in (
        paired_difference(np.array([1.0])),
        welch_difference(np.ones(1), np.ones(5)),
        paired_difference(np.empty(0)),
    ):
        assert math.isnan(nothing.p()) and np.isnan(nothing.interval(0.95)).all()


@pytest.mark.parametrize(("point", "p"), [(-0.7, 1.0), (0.0, 1.0), (0.4, 1.0), (0.5, 0.5), (0.6, 0.0), (0.7, 0.0)])
def test_equal_differences_lie_surely_above_or_below_every_point_but_their_own(point: float, p: float) -> None:
    assert paired_difference(np.full(6, 0.5)).p_below(point) == p
    assert paired_difference(np.full(6, -0.5)).p_below(-point) == 1 - p
