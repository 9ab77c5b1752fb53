"""A square of four quarters, those across from each other of one class."""

from torch import Generator, Tensor

from experiments.training.drawing import bell, uniform

CLASSES = ("same signs", "different signs")
FEATURES = ("first coordinate", "second coordinate")
NOISE = 0.1


def draw(samples: int, generator: Generator, noise: float) -> tuple[Tensor, Tensor]:
    """Points uniform in [-1, 1]^2, of class 1 where the signs of their coordinates differ; then noise moves them."""
    points = 2 * uniform((samples, 2), generator) - 1
    labels = (points[:, 0] * points[:, 1] < 0).long()
    return points + noise * bell((samples, 2), generator), labels
