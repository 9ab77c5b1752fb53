"""What many seeds say about bhatt's report; `experiments.pages.findings` says when a finding may be told."""

from __future__ import annotations

from experiments.claims.finding import Finding, Section
from experiments.claims.outcome import Outcome

FINDINGS: tuple[Finding, ...] = (
    Finding(
        Section.HOLDS,
        "Bhatt's errors lie on the border of the disc, and on its training points they are under 0.5 %",
        "With momentum, standardised inputs and a falling rate the training error is {E1-train.ours:.3f} %; of the test points "
        "that are misclassified {E5.ours:.1f} % lie less than 0.05 from the circle.",
        {"E1-train": Outcome.REPRODUCED, "E5": Outcome.REPRODUCED},
        "train-bhatt_boundary.png",
        "minifw train --preset bhatt --rounds {rounds}",
    ),
    Finding(
        Section.LUCK,
        "Under 0.5 % errors were not those of a typical test set",
        "Bhatt's text does not say on which points the errors stay below 0.5 %; its Figure 7 is called errors on test. Ours is "
        "{E1-test.ours:.2f} % there ({E1-test.low:.2f} to {E1-test.high:.2f}).",
        {"E1-test": Outcome.NOT_REPRODUCED},
        "values-bhatt.png",
        "minifw train --preset bhatt --rounds {rounds}",
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "Dropout does not improve this network",
        "After the first, middle, last or all hidden layers, at 0.1, 0.2 or 0.5: in none of the twelve ways is the test error "
        "of bhatt's network lower by as much as a tenth of a point than without dropout.",
        {"E2-some": Outcome.NOT_REPRODUCED, "E2-most": Outcome.NOT_REPRODUCED, "E2-default-rate": Outcome.NOT_REPRODUCED},
        "sweep-dropout_error.png",
        "minifw sweep-dropout --rounds {rounds}",
    ),
)
