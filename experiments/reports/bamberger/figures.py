"""Which figures and tables bamberger's report shows, and which of our files answer them."""

from __future__ import annotations

from experiments.reports.report import PublishedFigure

FIGURES: tuple[PublishedFigure, ...] = (
    PublishedFigure(
        "Table 1",
        "three activations, two initialisations: time and errors",
        (
            "sweep-activations_loss.png",
            "sweep-activations_error.png",
            "sweep-activations_spread.png",
            "sweep-activations_time.png",
        ),
    ),
    PublishedFigure("Section 3.4", "mini-batches sixty times faster than a loop", ("sweep-batch_time.png",)),
    PublishedFigure(
        "Section 4",
        "the rate 0.01 quasi-optimal for each network",
        ("sweep-activations-lr_error.png",),
    ),
)
