"""What many seeds say about all reports together; `experiments.pages.findings` says when a finding may be told."""

from __future__ import annotations

from experiments.claims.finding import Finding, Section
from experiments.claims.outcome import Outcome

ACROSS: tuple[Finding, ...] = (
    Finding(
        Section.OVERALL,
        "Most printed numbers can only be compatible: too few runs stand behind them",
        "Of {counts[value][all]} printed errors, losses and accuracies {counts[value][compatible]} lie where studies of that "
        "size, run as ours, would have come out, but such studies scatter so widely that many other numbers would have been "
        "compatible too: one run of bordignon's SGD ends anywhere between {B9-sgd-loss.prediction_low:.2f} and "
        "{B9-sgd-loss.prediction_high:.2f} in test loss, fifteen of bamberger's ReLU network between "
        "{D8-test-relu-normal.prediction_low:.1f} and {D8-test-relu-normal.prediction_high:.1f} % in test error. "
        "{counts[value][reproduced]} are reproduced in the full sense, and {counts[value][not reproduced]} lie outside.",
        {
            "B9-sgd-loss": Outcome.COMPATIBLE,
            "B9-adam-loss": Outcome.COMPATIBLE,
            "C1-test": Outcome.COMPATIBLE,
            "D8-test-relu-normal": Outcome.COMPATIBLE,
        },
        "values-bamberger.png",
        "minifw reproduce --rounds 1000",
    ),
)
