"""Three round clouds at the corners of a triangle."""

import torch
from torch import Generator, Tensor

from experiments.training.drawing import bell

CLASSES = ("left", "right", "top")
FEATURES = ("first coordinate", "second coordinate")
NOISE = 0.5
CENTRES = ((-1.0, -0.6), (1.0, -0.6), (0.0, 1.1))


def draw(samples: int, generator: Generator, noise: float) -> tuple[Tensor, Tensor]:
    """Points around three centres, of deviation `noise` in each coordinate; classes in turn."""
    labels = torch.arange(samples) % len(CENTRES)
    centres = torch.tensor(CENTRES, dtype=torch.float64)[labels]
    return centres + noise * bell((samples, 2), generator), labels
