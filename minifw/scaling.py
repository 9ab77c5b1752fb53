"""Scaling inputs before training.

A network learns faster when its inputs lie around zero and are of size one. What is subtracted and divided by is measured
on the training points alone: numbers taken from the test points would tell the network something about them.
"""

from __future__ import annotations

import torch
from torch import Tensor


class Scaler:
    """x -> (x - shift) / divisor, feature by feature, with numbers taken from the training points of each trial.

    `none` leaves points as they are, `center` subtracts their mean, `standardize` also divides by their standard
    deviation (n - 1 in the denominator); `symmetric` is 2x - 1 whatever the points.

    Args:
        kind: one of these four names.
        training_points: (..., samples, features).

    Raises ValueError for another name, and to standardise a feature that is constant.
    """

    KINDS = ("none", "center", "standardize", "symmetric")

    kind: str
    shift: Tensor  # (..., 1, features)
    divisor: Tensor  # (..., 1, features)

    def __init__(self, kind: str, training_points: Tensor) -> None:
        if kind not in self.KINDS:
            raise ValueError(f"scale is one of {', '.join(self.KINDS)}, not {kind!r}")
        self.kind = kind
        self.shift = training_points.mean(-2, keepdim=True)
        self.divisor = torch.ones_like(self.shift)
        if kind == "standardize":
            self.divisor = _spread(training_points)
        elif kind == "symmetric":
            self.shift, self.divisor = 0.5 * self.divisor, 0.5 * self.divisor

    def __call__(self, points: Tensor) -> Tensor:
        return points if self.kind == "none" else (points - self.shift) / self.divisor


def _spread(points: Tensor) -> Tensor:
    """The standard deviation of each feature: (..., 1, features)."""
    constant = (points == points[..., :1, :]).all(-2)
    if bool(constant.any()):
        place = constant.nonzero()[0].tolist()
        where = f"feature {place[-1]}" + (f" of trial {place[0]}" if len(place) > 1 else "")
        raise ValueError(f"{where} is constant over the training points and cannot be standardised; leave it out")
    return points.std(-2, keepdim=True)
