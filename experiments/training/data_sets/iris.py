"""Flowers of three species by four lengths."""

from torch import Tensor

from experiments.training.drawing import from_scikit_learn

CLASSES = ("setosa", "versicolor", "virginica")
FEATURES = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
COUNTS = (50, 50, 50)
SCALE = "standardize"
NEEDS = ("sklearn", "pip install 'minifw[data]'")
DIGEST = "aa06b8008ceba42efc654be0f83fdafc"


def table() -> tuple[Tensor, Tensor]:
    """All rows (samples, 4), and their labels, from scikit-learn."""
    return from_scikit_learn("load_iris", DIGEST)
