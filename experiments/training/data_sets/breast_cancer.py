"""Tumours by thirty measurements of cell nuclei."""

from torch import Tensor

from experiments.training.drawing import from_scikit_learn

CLASSES = ("malignant", "benign")
FEATURES = (
    "mean radius",
    "mean texture",
    "mean perimeter",
    "mean area",
    "mean smoothness",
    "mean compactness",
    "mean concavity",
    "mean concave points",
    "mean symmetry",
    "mean fractal dimension",
    "radius error",
    "texture error",
    "perimeter error",
    "area error",
    "smoothness error",
    "compactness error",
    "concavity error",
    "concave points error",
    "symmetry error",
    "fractal dimension error",
    "worst radius",
    "worst texture",
    "worst perimeter",
    "worst area",
    "worst smoothness",
    "worst compactness",
    "worst concavity",
    "worst concave points",
    "worst symmetry",
    "worst fractal dimension",
)
COUNTS = (212, 357)
SCALE = "standardize"
NEEDS = ("sklearn", "pip install 'minifw[data]'")
DIGEST = "25e2eb7b7a8745b1bde5ba18bc496998"


def table() -> tuple[Tensor, Tensor]:
    """All rows (samples, 30), and their labels, from scikit-learn."""
    return from_scikit_learn("load_breast_cancer", DIGEST)
