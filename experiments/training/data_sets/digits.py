"""Handwritten digits of 8 x 8 pixels."""

from torch import Tensor

from experiments.training.drawing import from_scikit_learn

CLASSES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
FEATURES = 64
COUNTS = (178, 182, 177, 183, 181, 182, 181, 179, 174, 180)
SCALE = "center"
NEEDS = ("sklearn", "pip install 'minifw[data]'")
DIGEST = "f6d9e39f37dc45d327f6db33428ee589"


def table() -> tuple[Tensor, Tensor]:
    """All rows (samples, 64), divided by 16, and their labels, from scikit-learn."""
    inputs, labels = from_scikit_learn("load_digits", DIGEST)
    return inputs / 16, labels
