"""What many seeds say about all reports together; `experiments.pages.findings` says when a finding may be told."""

from __future__ import annotations

from experiments.claims.finding import Finding, Section
from experiments.claims.outcome import Outcome
from experiments.config.luck_design import INTERACTIONS, TEST_SET

ACROSS: tuple[Finding, ...] = (
    Finding(
        Section.OVERALL,
        "Most printed numbers can only be compatible: too few runs stand behind them",
        "Of {counts[value][all]} printed errors, losses and accuracies {counts[value][compatible]} lie where studies of that "
        "size, run as ours, would have come out, but such studies scatter so widely that many other numbers would have been "
        "compatible too: one run of bordignon's SGD ends anywhere between {B9-sgd-loss.prediction_low:.2f} and "
        "{B9-sgd-loss.prediction_high:.2f} in test loss, fifteen of bamberger's ReLU network between "
        "{D8-test-relu-normal.prediction_low:.1f} and {D8-test-relu-normal.prediction_high:.1f} % in test error. "
        "Reproduced in the full sense: {counts[value][reproduced]}; outside: {counts[value][not reproduced]}.",
        {
            "B9-sgd-loss": Outcome.COMPATIBLE,
            "B9-adam-loss": Outcome.COMPATIBLE,
            "C1-test": Outcome.COMPATIBLE,
            "D8-test-relu-normal": Outcome.COMPATIBLE,
        },
        "values-bamberger.png",
        "minifw reproduce --rounds 1000",
    ),
    Finding(
        Section.OVERALL,
        "In four of five networks the largest part of the luck belongs to no source alone",
        "Of the variance of the final test error the data set, the initial weights and the order of the samples own little by "
        "themselves in feng's network ({luck[feng][data]:.0%}, {luck[feng][init]:.0%} and {luck[feng][order]:.0%}); "
        "{luck[feng][interactions]:.0%} is what they do jointly, and so it is in bordignon's "
        "({luck[bordignon][interactions]:.0%}). In fernandez's the initial weights own {luck[fernandez][init]:.0%} and the "
        "joint part is {luck[fernandez][interactions]:.0%}, in bamberger's the data own {luck[bamberger][data]:.0%} and it is "
        "{luck[bamberger][interactions]:.0%}. In bhatt's, which errs the least, the finite test set owns "
        "{luck[bhatt][test set]:.0%}. Where all is joint, fixing the seed of one source repeats nothing.",
        {"D8-test-relu-normal": Outcome.COMPATIBLE},
        "luck-feng.png",
        "minifw luck --preset feng",
        {
            "feng": INTERACTIONS,
            "bordignon": INTERACTIONS,
            "fernandez": INTERACTIONS,
            "bamberger": INTERACTIONS,
            "bhatt": TEST_SET,
        },
    ),
)
