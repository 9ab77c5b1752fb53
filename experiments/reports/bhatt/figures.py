"""Which figures and tables bhatt's report shows, and which of our files answer them."""

from __future__ import annotations

from experiments.reports.report import PublishedFigure

FIGURES: tuple[PublishedFigure, ...] = (
    PublishedFigure("Figure 2", "tanh and its derivative", ("activations_tanh.png",)),
    PublishedFigure("Figure 3", "ReLU and its derivative", ("activations_relu.png",)),
    PublishedFigure("Figure 4", "time per epoch, ours and PyTorch", ("compare-torch-bhatt_time.png",)),
    PublishedFigure(
        "Figures 5 and 6", "the points as PyTorch and as ours classify them", ("compare-torch-bhatt_boundary.png",)
    ),
    PublishedFigure("Figure 7", "errors on the test set", ("compare-torch-bhatt_error.png", "compare-torch-bhatt_errors.png")),
    PublishedFigure(
        "Section 3.3",
        "dropout improves performance",
        ("sweep-dropout_loss.png", "sweep-dropout_error.png"),
    ),
)
