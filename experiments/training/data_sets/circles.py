"""Two circles, one within the other."""

import torch
from torch import Generator, Tensor

from experiments.training.drawing import bell, on_circle

CLASSES = ("outer", "inner")
FEATURES = ("first coordinate", "second coordinate")
NOISE = 0.1
INNER_RADIUS = 0.5


def draw(samples: int, generator: Generator, noise: float) -> tuple[Tensor, Tensor]:
    """Points on circles of radius 1 and 0.5 around the origin, each moved by noise of that deviation; classes in turn."""
    labels = torch.arange(samples) % 2
    radius = 1 - (1 - INNER_RADIUS) * labels.double()
    points = on_circle(samples, generator) * radius.unsqueeze(-1)
    return points + noise * bell((samples, 2), generator), labels
