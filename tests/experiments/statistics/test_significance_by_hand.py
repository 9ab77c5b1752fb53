"""Tests of differences and advice on seeds, on numbers that can be counted."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.statistics.significance import (
    at_least_p,
    better_share,
    holm,
    p_above,
    p_below,
    p_beyond,
    p_within,
    units_needed,
)

VALUES = np.random.default_rng(5).normal(0, 1, 60)
VALUES += 0.4 - VALUES.mean()
GROUPS = np.arange(60) // 4


@pytest.mark.parametrize("groups", [None, GROUPS])
@pytest.mark.parametrize("sign", [1, -1])
def test_equivalence_is_the_larger_tail_and_its_opposite_the_smaller(groups: np.ndarray | None, sign: int) -> None:
    values, margin = sign * VALUES, 0.35
    assert p_within(values, margin, groups) == max(p_above(values, -margin, groups), p_below(values, margin, groups))
    assert p_beyond(values, margin, groups) == min(p_above(values, margin, groups), p_below(values, -margin, groups))
    assert p_within(values, margin, groups) > 0.4 > p_beyond(values, margin, groups) > 0.1
    assert p_within(values, 2.0, groups) < 0.01 and p_beyond(values, 0.01, groups) < 0.01


def test_a_difference_on_either_side_is_beyond() -> None:
    assert p_beyond(VALUES + 3, 1) == p_beyond(-VALUES - 3, 1) < 0.001
    assert p_within(VALUES + 3, 1) == p_within(-VALUES - 3, 1) == 1


def test_holms_steps_never_fall() -> None:
    np.testing.assert_allclose(holm([0.02, 0.011, 0.5]), [0.04, 0.033, 0.5])
    np.testing.assert_allclose(holm([0.02, 0.019]), [0.038, 0.038])
    np.testing.assert_allclose(holm([0.6]), [0.6])


@pytest.mark.parametrize(("count", "expected"), [(1, 0.004), (2, 0.06), (3, 0.08), (4, 0.3)])
def test_at_least_so_many_of_four(count: int, expected: float) -> None:
    """(4 - count + 1) times the count-th smallest."""
    assert at_least_p([0.3, 0.001, 0.04, 0.02], count) == pytest.approx(expected)
    assert at_least_p([0.6, 0.7], 1) == 1


def test_the_better_share_of_nothing_is_none() -> None:
    assert math.isnan(better_share(np.array([np.nan, np.nan]))) and math.isnan(better_share(np.empty(0)))
    assert better_share(np.array([np.nan, np.inf, np.inf, -np.inf, 0.0])) == 2.5 / 4, "who diverged ranks worst"
    assert better_share(np.array([np.nan, -1.0])) == 0 and better_share(np.array([0.0])) == 0.5


@pytest.mark.parametrize(
    ("deviation", "distance", "units"),
    [(0.0, 0.1, 2), (0.0, 0.0, None), (1.0, 0.0, None), (1.0, -0.5, None), (math.nan, 0.5, None), (1.0, math.nan, None)],
)
def test_no_number_of_seeds_shows_a_mean_on_an_edge_and_two_show_one_without_a_spread(deviation, distance, units) -> None:
    assert units_needed(deviation, distance, 0.05) == units
