"""The five reports' own: points in a square, inside or outside a circle of half its area."""

from torch import Generator, Tensor

from minifw import disc

CLASSES = ("outside", "inside")
FEATURES = ("first coordinate", "second coordinate")


def draw(samples: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Points (samples, 2) uniform in [0, 1]^2 and labels (samples,), 1 inside the circle."""
    return disc(samples, generator)
