"""Two half circles that reach into each other."""

import torch
from torch import Generator, Tensor

from experiments.training.drawing import bell, on_circle

CLASSES = ("upper", "lower")
FEATURES = ("first coordinate", "second coordinate")
NOISE = 0.1


def draw(samples: int, generator: Generator, noise: float) -> tuple[Tensor, Tensor]:
    """Points of the upper half of the unit circle, and of the lower half moved by (1, 0.5), with noise; classes in turn."""
    labels = torch.arange(samples) % 2
    first, second = on_circle(samples, generator).unbind(-1)
    upper = torch.stack([first, second.abs()], -1)
    lower = torch.stack([1 - first, 0.5 - second.abs()], -1)
    points = torch.where(labels.bool().unsqueeze(-1), lower, upper)
    return points + noise * bell((samples, 2), generator), labels
