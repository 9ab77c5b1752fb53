"""Tests of a difference and of equality: how often they err, by simulation, and Holm by hand."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.statistics.bootstrap import interval_of_mean, p_above, p_below
from experiments.statistics.significance import at_least_p, better_share, holm, p_beyond, p_within, seeds_needed
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
