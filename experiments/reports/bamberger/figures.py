"""Which figures and tables bamberger's report shows, and which of our files answer them."""

from __future__ import annotations

from experiments.reports.bamberger.claims import NETWORKS
from experiments.reports.report import PublishedFigure

FIGURES: tuple[PublishedFigure, ...] = (
    PublishedFigure(
        "Table 1",
        "three activations, two initialisations: time and errors",
        (
            "sweep-activations_finals.png",
            "sweep-activations_loss.png",
            "sweep-activations_error.png",
            "sweep-activations_spread.png",
            "sweep-activations_time.png",
        ),
        ("D1-train-error", "D1-test-error", "D2", "D4-train-error", "D4-test-error"),
    ),
    PublishedFigure("Section 3.4", "time of an epoch by the size of the mini-batches", ("sweep-batch_time.png",), ("D6",)),
    PublishedFigure(
        "Section 4",
        "each network with five learning rates from 0.001 to 0.1",
        ("sweep-activations-lr_error.png",),
        tuple(f"D5-{network}" for network in NETWORKS),
    ),
)
