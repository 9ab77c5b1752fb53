"""The error that a stored trial would have on endless test points, and the part of a measured error that its test set owns."""

from __future__ import annotations

import numpy as np

from experiments.analysis.stored_networks import predict
from experiments.config.data_sets import DEFAULT
from experiments.config.trial import TrialConfig
from minifw.compiled.points import DISC_CENTRE, DISC_RADIUS

# Points along each side; the error of the integral is a tenth of what a test set of 1000 points adds.
GRID = 120


def can_integrate(config: TrialConfig) -> bool:
    """Whether the true error of these settings is known: on the disc, whose points are uniform in the unit square."""
    return config.data.label == DEFAULT


def grid(size: int = GRID) -> tuple[np.ndarray, np.ndarray]:
    """The midpoints (size^2, 2) of equal cells of the unit square, and their labels on the disc."""
    middle = (np.arange(size) + 0.5) / size
    points = np.stack(np.meshgrid(middle, middle), -1).reshape(-1, 2)
    return points, (((points - np.array(DISC_CENTRE)) ** 2).sum(-1) < DISC_RADIUS**2).astype(np.int64)


def true_error(config: TrialConfig, seed: int, parameters: dict[str, np.ndarray], size: int = GRID) -> float:
    """The share of the unit square that a stored trial classifies wrongly, by the midpoint rule."""
    points, labels = grid(size)
    return float((predict(config, seed, parameters, points) != labels).mean())


def variance_of_test_set(errors: np.ndarray, points: int, *, measured: bool) -> np.ndarray:
    """The variance p (1 - p) / n that a test set of n points adds to an error of p.

    measured: whether the errors are such shares themselves; n - 1 then takes the place of n, which makes it unbiased.
    """
    return errors * (1 - errors) / (max(1, points - 1) if measured else points)
