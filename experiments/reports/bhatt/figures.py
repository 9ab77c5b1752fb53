"""Which figures and tables bhatt's report shows, and which of our files answer them."""

from __future__ import annotations

from experiments.reports.report import PublishedFigure

FIGURES: tuple[PublishedFigure, ...] = (
    PublishedFigure("Figure 2", "tanh and its derivative", ("activations_tanh.png",)),
    PublishedFigure("Figure 3", "ReLU and its derivative", ("activations_relu.png",)),
    PublishedFigure("Figure 4", "time per epoch, ours and PyTorch", ("compare-torch-bhatt_time.png",), ("E4",)),
    PublishedFigure(
        "Figures 5 and 6",
        "the points as PyTorch and as ours classify them",
        ("compare-torch-bhatt_boundary.png",),
        ("E3-train", "E3-test", "E5"),
    ),
    PublishedFigure(
        "Figure 7",
        "errors on the test set",
        ("compare-torch-bhatt_error.png", "compare-torch-bhatt_errors.png"),
        ("E1-train", "E1-test", "E3-train", "E3-test"),
    ),
    PublishedFigure(
        "Section 3.3",
        "dropout at three rates and four places, against none",
        ("sweep-dropout_loss.png", "sweep-dropout_error.png"),
        ("E2-some", "E2-most", "E2-default-rate"),
    ),
)
