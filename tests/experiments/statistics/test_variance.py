"""Variance within data sets and between them."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.statistics.variance import spreads


def test_two_components_of_variance_by_hand():
    """Groups (1, 3) and (6, 8): MS_w = 2, MS_b = 25, so between^2 = (25 - 2) / 2; unequal groups weigh by size."""
    found = spreads(np.array([1.0, 3, 6, 8]), np.array([7, 7, 9, 9]))
    assert (found.within, found.between) == pytest.approx((2**0.5, 11.5**0.5))
    unequal = spreads(np.array([0.0, 2, 4, 10, 12]), np.array([0, 0, 0, 1, 1]))
    within, size = (8 + 2) / 3, 5 - 13 / 5
    between = 3 * (2 - 5.6) ** 2 + 2 * (11 - 5.6) ** 2
    assert (unequal.within, unequal.between) == pytest.approx((within**0.5, ((between - within) / size) ** 0.5))


def test_components_of_variance_are_found_again():
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(4000), 15)
    found = spreads(random.normal(0, 2, 4000)[groups] + random.normal(0, 0.5, 60000), groups)
    assert (found.within, found.between) == pytest.approx((0.5, 2), rel=0.05)
    none = spreads(random.normal(0, 0.5, 60000), groups)
    assert none.between < 0.05
    assert np.isnan(spreads(np.arange(3.0), np.zeros(3)).between) and np.isnan(spreads(np.arange(3.0), np.arange(3)).within)
