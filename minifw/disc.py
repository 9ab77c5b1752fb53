"""The disc: points in a square, labelled by whether they lie in a circle.

It is the data set of the five reports. No straight line separates its two classes, so a network needs a hidden layer.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from minifw.compiled.points import DISC_CENTRE, DISC_RADIUS
from minifw.random import fresh_generator


def disc(samples: int, generator: Generator | None = None) -> tuple[Tensor, Tensor]:
    """Points uniform in [0, 1]^2, labelled 1 inside the circle of half the square's area and 0 outside.

    The circle has centre (0.5, 0.5) and radius 1/sqrt(2 pi).

    Args:
        samples: how many points.
        generator: where the draws come from; without one, a fresh seed from the operating system.

    Returns points (samples, 2) in float64 and labels (samples,) in int64. Raises ValueError for a negative number of samples.
    """
    if samples < 0:
        raise ValueError(f"the number of samples must not be negative, not {samples}")
    points = torch.rand(samples, 2, dtype=torch.float64, generator=generator or fresh_generator())
    offset = points - torch.tensor(DISC_CENTRE, dtype=torch.float64)
    labels = (offset.square().sum(-1) < DISC_RADIUS**2).to(torch.int64)
    return points, labels
