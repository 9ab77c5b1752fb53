"""Which figures and tables fernandez's report shows, and which of our files answer them."""

from __future__ import annotations

from experiments.reports.report import PublishedFigure

FIGURES: tuple[PublishedFigure, ...] = (
    PublishedFigure("Figure 3", "1000 uniform points and their labels", ("train-fernandez_points.png",)),
    PublishedFigure(
        "Figure 4",
        "loss by iteration and by epoch, and error",
        ("train-fernandez_steps.png", "train-fernandez_loss.png", "train-fernandez_error.png"),
        ("C2", "C3", "C6"),
    ),
    PublishedFigure(
        "Figure 5",
        "predicted labels of the test set",
        ("train-fernandez_labels.png", "train-fernandez_boundary.png"),
        ("C7",),
    ),
    PublishedFigure(
        "Section III-B",
        "mini-batches against full batches",
        ("fernandez-batches_loss.png", "fernandez-batches_error.png"),
        ("C4-loss", "C4-error", "C5-train-loss", "C5-test-error"),
    ),
)
