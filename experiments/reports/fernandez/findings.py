"""What many seeds say about fernandez's report; `experiments.pages.findings` says when a finding may be told."""

from __future__ import annotations

from experiments.claims.finding import Finding, Section
from experiments.claims.outcome import Outcome

FINDINGS: tuple[Finding, ...] = (
    Finding(
        Section.HOLDS,
        "Fernandez's iterations jump while its network learns",
        "Within an epoch the loss of a batch is above that of the batch before in {C6.ours:.1f} % of steps, as good as noise; "
        "still the trained networks misclassify {C7.ours:.1f} % of the test points only.",
        {"C6": Outcome.REPRODUCED, "C7": Outcome.REPRODUCED},
        "train-fernandez_steps.png",
        "minifw train --preset fernandez --rounds {rounds}",
    ),
    Finding(
        Section.HOLDS,
        "Mini-batches are the more robust",
        "At the same summed rate and with as many steps, {C8.ours:.0f} of a hundred runs more diverge with full batches "
        "({C8.low:.0f} to {C8.high:.0f}): what the report says without a number.",
        {"C8": Outcome.REPRODUCED},
        "differences-fernandez.png",
        "minifw study fernandez-batches --rounds {rounds}",
    ),
    Finding(
        Section.LUCK,
        "One run had a test error below its training error; most do not",
        "Fernandez concludes from one run (3.85 % in training, 3.50 % in the test) that there is no over-fitting. On average "
        "the test error is {C2.size:.2f} points higher, yet {C2.better:.0%} of single runs show it lower: the run was nothing "
        "rare, but it cannot carry the conclusion.",
        {"C2": Outcome.NOT_REPRODUCED},
        "train-fernandez_gap.png",
        "minifw train --preset fernandez --rounds {rounds}",
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "Hardly a run's loss falls at every epoch",
        "Fernandez says that the loss is reduced after every epoch. Of our runs {C3.ours:.1f} % do so over 150 epochs.",
        {"C3": Outcome.NOT_REPRODUCED},
        "train-fernandez_rises.png",
        "minifw train --preset fernandez --rounds {rounds}",
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "Mini-batches are not what is inefficient",
        "At the same rate and number of epochs, with gradients summed as in the report's listing (its formula averages), "
        "full batches leave a training error higher by {C4-error.size:.1f} points in the middle seed: one step an epoch in "
        "place of fifty is too few, and throws some networks off.",
        {"C4-error": Outcome.NOT_REPRODUCED},
        "fernandez-batches_error.png",
        "minifw study fernandez-batches --rounds {rounds}",
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "With as many steps, full batches find the better minima",
        "Fernandez expects mini-batches to escape bad minima. After 7500 steps each at the same rate, full batches end with a "
        "test error lower by {C5-test-error.size:.1f} points in the middle seed, though {C5-test-error.diverged} of their runs "
        "diverged and rank worst: mini-batches end lower in {C5-test-error.better:.0%} of pairs. At that rate full batches are "
        "better where they work, and less robust.",
        {"C5-train-loss": Outcome.NOT_REPRODUCED, "C5-test-error": Outcome.NOT_REPRODUCED},
        "fernandez-batches_error.png",
        "minifw study fernandez-batches --rounds {rounds}",
    ),
)
