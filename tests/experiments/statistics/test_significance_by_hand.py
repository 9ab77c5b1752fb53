"""Tests of differences and advice on seeds, on numbers that can be counted."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.statistics.significance import (
    at_least_p,
    better_share,
    holm,
    interval_of_median,
    p_above,
    p_below,
    p_beyond,
    p_of_sign,
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


def let_be(values: np.ndarray, groups: np.ndarray | None, level: float) -> np.ndarray:
    """Every value that the sign test does not rule out as the median, one by one."""
    points = np.unique(values[np.isfinite(values)])
    p = [p_of_sign(np.sign(values - point), groups) for point in points]
    return points[~(np.array(p) <= 1 - level)]


@pytest.mark.parametrize("level", [0.5, 0.9, 0.985])
@pytest.mark.parametrize("kind", ["plain", "ties", "grouped", "diverged above", "diverged below"])
def test_the_interval_of_a_median_is_what_the_sign_test_lets_be(kind: str, level: float) -> None:
    values, groups = VALUES.copy(), GROUPS if kind == "grouped" else None
    if kind == "ties":
        values = values.round(1)
    if kind.startswith("diverged"):
        values[:14] = np.inf if kind.endswith("above") else -np.inf
    found, expected = interval_of_median(values, groups, level), let_be(values, groups, level)
    assert found == (expected.min(), expected.max())
    assert interval_of_median(-values, groups, level) == (-found[1], -found[0])


def test_where_most_are_the_same_the_ends_are_where_the_sign_test_changes_its_side() -> None:
    """At 0 twenty lie above and none below, at 1 eighty below."""
    values = np.concatenate([np.zeros(80), np.arange(1.0, 21.0)])
    assert interval_of_median(values, None, 0.9) == (0, 1)


def test_the_median_of_what_mostly_diverged_may_lie_anywhere_beyond() -> None:
    values = np.concatenate([np.arange(8.0), np.full(8, np.inf)])
    low, high = interval_of_median(values, None, 0.9)
    assert high == math.inf and low in values[:8]
    assert interval_of_median(np.array([1.0, math.inf]), None, 0.9) == (-math.inf, math.inf)
    assert interval_of_median(np.full(9, np.inf), None, 0.9) == (-math.inf, math.inf)
