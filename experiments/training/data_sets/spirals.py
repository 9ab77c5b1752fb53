"""Two arms of a spiral, wound around each other."""

import torch
from torch import Generator, Tensor

from experiments.training.drawing import bell, turn, uniform

CLASSES = ("first arm", "second arm")
FEATURES = ("first coordinate", "second coordinate")
NOISE = 0.02
TURNS = 1.5


def draw(samples: int, generator: Generator, noise: float) -> tuple[Tensor, Tensor]:
    """Points at radius r and angle 2 pi TURNS r, half a turn further for the second arm, with noise; classes in turn.

    r^2 is uniform in [0.01, 1], so that points lie about as densely everywhere on an arm.
    """
    labels = torch.arange(samples) % 2
    radius = (0.01 + 0.99 * uniform((samples,), generator)).sqrt()
    points = turn(TURNS * radius + 0.5 * labels) * radius.unsqueeze(-1)
    return points + noise * bell((samples, 2), generator), labels
