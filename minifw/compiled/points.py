"""The disc's points, their targets and their scaling without torch, for many seeds at once: torch's bits before scaling.

Means and deviations are sums in the order of the samples, so that they have the same bits on every machine.
"""

from __future__ import annotations

import math

import numpy as np

from minifw.compiled.draws import Generators
from minifw.compiled.errors import UnsupportedError

DISC_CENTRE = (0.5, 0.5)
DISC_RADIUS = 1 / math.sqrt(2 * math.pi)


def draw_disc(generators: Generators, samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (generators, samples, 2) uniform in [0, 1]^2, and labels (generators, samples): 1 in the disc of half the area."""
    points = generators.uniform(2 * samples).reshape(len(generators), samples, 2)
    offset = points - np.array(DISC_CENTRE)
    squares = offset * offset
    return points, (squares[..., 0] + squares[..., 1] < DISC_RADIUS**2).astype(np.int64)


def encode(decision: str, labels: np.ndarray, classes: int = 2) -> np.ndarray:
    """Targets (..., samples, outputs) for labels 0 and 1: two of +-1 (pm1), the label itself (binary), or onehot of classes."""
    if decision == "pm1":
        return np.repeat(2.0 * labels[..., None] - 1, 2, axis=-1)
    if decision == "binary":
        return labels[..., None].astype(np.float64)
    if decision == "onehot":
        return np.eye(classes)[labels]
    raise UnsupportedError(f"the compiled engine knows no targets {decision!r}; it knows pm1, binary, onehot")


def decide(decision: str, outputs: np.ndarray) -> np.ndarray:
    """The labels (...) in int64 that outputs (..., outputs) stand for; see `settings.Settings`."""
    if decision == "pm1":
        return (outputs.sum(-1) > 0).astype(np.int64)
    if decision == "binary":
        return (outputs[..., 0] > 0.5).astype(np.int64)
    return outputs.argmax(-1)


def scale_points(kind: str, training: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(points - shift) / divisor with the numbers of each trial's training points, see `find_scaling`."""
    shift, divisor = find_scaling(kind, training)
    return (points - shift) / divisor


def find_scaling(kind: str, training: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shift and divisor (..., 1, features) for training points (..., samples, features), as `minifw.scaling` has them.

    Raises UnsupportedError for another kind, and ValueError to standardise a feature that is constant.
    """
    same = np.zeros_like(training[..., :1, :])
    if kind == "none":
        return same, same + 1
    if kind == "symmetric":
        return same + 0.5, same + 0.5
    if kind not in ("center", "standardize"):
        raise UnsupportedError(f"the compiled engine knows no scale {kind!r}; it knows none, center, standardize, symmetric")
    mean = _sum(training) / training.shape[-2]
    return mean, (same + 1 if kind == "center" else _deviation(training, mean))


def _deviation(training: np.ndarray, mean: np.ndarray) -> np.ndarray:
    constant = (training == training[..., :1, :]).all(-2)
    if constant.any():
        place = np.argwhere(constant)[0].tolist()
        where = f"feature {place[-1]}" + (f" of trial {place[0]}" if len(place) > 1 else "")
        raise ValueError(f"{where} is constant over the training points and cannot be standardised; leave it out")
    offset = training - mean
    return np.sqrt(_sum(offset * offset) / (training.shape[-2] - 1))


def _sum(values: np.ndarray) -> np.ndarray:
    """The sum over the samples, one after another: a running sum has no other order, while numpy's own sum may choose one."""
    return np.cumsum(values, axis=-2)[..., -1:, :]
