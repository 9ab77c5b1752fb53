"""Which figures and tables bordignon's report shows, and which of our files answer them."""

from __future__ import annotations

from experiments.reports.report import PublishedFigure

FIGURES: tuple[PublishedFigure, ...] = (
    PublishedFigure(
        "Table II",
        "activations and derivatives; the sigmoid's is s (1 - s), misprinted as (s - 1) / s",
        ("activations_sigmoid.png",),
    ),
    PublishedFigure(
        "Figure 1",
        "squared error against cross-entropy, loss and accuracy",
        ("sweep-losses_loss.png", "sweep-losses_error.png"),
        ("B1", "B2-above-mse", "B2-above-minimum"),
    ),
    PublishedFigure(
        "Figure 2",
        "Xavier normal against uniform, loss and accuracy",
        ("sweep-init_loss.png", "sweep-init_error.png"),
        ("B3-train-loss", "B3-validation-loss", "B4-train-loss", "B4-validation-loss", "B4-validation-error"),
    ),
    PublishedFigure(
        "Figure 3",
        "five optimisers, loss and accuracy",
        ("sweep-optimizers_loss.png", "sweep-optimizers_error.png"),
        ("B5", "B6", "B7-loss", "B7-error", "B7-gap"),
    ),
)
