"""Wines of three growers by thirteen measurements."""

from torch import Tensor

from experiments.training.drawing import from_scikit_learn

CLASSES = ("grower 1", "grower 2", "grower 3")
FEATURES = (
    "alcohol",
    "malic acid",
    "ash",
    "alcalinity of ash",
    "magnesium",
    "total phenols",
    "flavanoids",
    "nonflavanoid phenols",
    "proanthocyanins",
    "color intensity",
    "hue",
    "od280/od315",
    "proline",
)
COUNTS = (59, 71, 48)
SCALE = "standardize"
NEEDS = ("sklearn", "pip install 'minifw[data]'")
DIGEST = "3a28849ef2366c4b9d4e382b3fa5624a"


def table() -> tuple[Tensor, Tensor]:
    """All rows (samples, 13), and their labels, from scikit-learn."""
    return from_scikit_learn("load_wine", DIGEST)
