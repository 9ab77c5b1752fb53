"""The error on endless points against areas that a formula gives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.analysis.true_error import can_integrate, grid, true_error, variance_of_test_set
from experiments.config.trial import TrialConfig

CONFIG = TrialConfig(hidden=(1,), act=("tanh",), out="none", targets="onehot", train_size=16, test_size=8)
R = 1 / math.sqrt(2 * math.pi)


def half_plane(left: float) -> dict[str, np.ndarray]:
    """A network that puts points with x below `left` outside the disc, and the others inside: outputs +-tanh(x - left)."""
    weight = np.array([[-1.0, 1.0]])
    return {
        "weight0": np.array([[1.0], [0.0]]),
        "bias0": np.array([[-left]]),
        "weight1": weight,
        "bias1": np.zeros((1, 2)),
    }


def segment(distance: float) -> float:
    """The area of the disc beyond a line at this distance from its centre."""
    return R**2 * math.acos(distance / R) - distance * math.sqrt(R**2 - distance**2)


def test_the_grid_is_the_midpoints_of_equal_cells_and_the_disc_takes_half_the_square():
    points, labels = grid(4)
    middle = [0.125, 0.375, 0.625, 0.875]
    assert sorted(map(tuple, points)) == [(x, y) for x in middle for y in middle]
    # 0.375^2 + 0.125^2 < 1 / (2 pi) < 0.375^2 + 0.375^2: all but the corners.
    assert [tuple(point) for point in points[labels == 0]] == [(0.125, 0.125), (0.875, 0.125), (0.125, 0.875), (0.875, 0.875)]
    points, labels = grid()
    assert len(points) == 120**2 and labels.mean() == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("left", [0.3, 0.45])
def test_the_error_of_a_line_is_the_area_that_it_gets_wrong(left):
    beyond = segment(0.5 - left)
    # Of the left part what lies in the disc, of the right part what lies outside it.
    wrong = beyond + (1 - left) - (0.5 - beyond)
    assert true_error(CONFIG, 0, half_plane(left)) == pytest.approx(wrong, abs=2e-3)
    assert true_error(CONFIG, 0, half_plane(left), size=200) == pytest.approx(wrong, abs=1e-3)


def test_the_true_error_is_known_of_the_disc_alone():
    assert can_integrate(CONFIG) and not can_integrate(CONFIG.replace(data="moons"))


def test_the_variance_of_a_share_of_n_points():
    errors = np.array([0.0, 0.1, 0.5])
    assert variance_of_test_set(errors, 10, measured=False) == pytest.approx([0, 0.009, 0.025])
    assert variance_of_test_set(errors, 10, measured=True) == pytest.approx([0, 0.01, 0.25 / 9])
    assert variance_of_test_set(errors, 1, measured=True) == pytest.approx([0, 0.09, 0.25])
