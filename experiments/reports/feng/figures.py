"""Which figures and tables feng's report shows, and which of our files answer them."""

from __future__ import annotations

from experiments.reports.report import PublishedFigure

FIGURES: tuple[PublishedFigure, ...] = (
    PublishedFigure("Figure 1", "training loss by epoch, ten rounds and their mean", ("train_loss.png",)),
    PublishedFigure(
        "Figure 2", "mean training and test error by epoch", ("train_error.png", "train_boundary.png"), ("F1", "F1-close", "F2")
    ),
    PublishedFigure(
        "Table I",
        "errors and running time, ours and PyTorch",
        ("compare-torch_error.png", "compare-torch_errors.png", "compare-torch_time.png"),
        ("F4-train", "F4-test"),
    ),
    PublishedFigure(
        "Figure 2 against Table I", "two numbers from one training", ("contradiction-feng.png",), ("F6-train", "F6-test")
    ),
)
