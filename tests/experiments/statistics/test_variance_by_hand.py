"""Where there is nothing to part, and where the groups differ less than their runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.statistics.variance import spreads


def test_groups_that_differ_less_than_their_runs_have_no_spread_of_their_own() -> None:
    found = spreads(np.array([0.0, 10, 1, 9]), np.array([0, 0, 1, 1]))
    assert (found.within, found.between) == (pytest.approx(math.sqrt((50 + 32) / 2)), 0)


@pytest.mark.parametrize(("values", "groups"), [([1.0, 2, 3], [0, 0, 0]), ([1.0, 2, 3], [0, 1, 2]), ([1.0], [0])])
def test_one_group_or_groups_of_one_have_no_components(values: list[float], groups: list[int]) -> None:
    found = spreads(np.array(values), np.array(groups))
    assert math.isnan(found.within) and math.isnan(found.between)


def test_three_groups_of_unequal_size() -> None:
    """n = 6 in groups of 3, 2 and 1 around 2, 10 and 20, mean 46/6."""
    found = spreads(np.array([1.0, 2, 3, 9, 11, 20]), np.array([5, 5, 5, 1, 1, 8]))
    within = (1 + 0 + 1 + 1 + 1) / (6 - 3)
    mean = 46 / 6
    between = (3 * (2 - mean) ** 2 + 2 * (10 - mean) ** 2 + (20 - mean) ** 2) / (3 - 1)
    size = (6 - (9 + 4 + 1) / 6) / (3 - 1)
    assert (found.within, found.between) == pytest.approx((math.sqrt(within), math.sqrt((between - within) / size)))
