"""What many seeds say about bordignon's report; `experiments.pages.findings` says when a finding may be told."""

from __future__ import annotations

from experiments.claims.finding import Finding, Section
from experiments.claims.outcome import Outcome

FINDINGS: tuple[Finding, ...] = (
    Finding(
        Section.HOLDS,
        "Xavier's start is ahead for a while, and at the end nothing is left of it",
        "Between epochs 20 and 40 bordignon's network has a validation loss lower by {B3-validation-loss.size:.3f} with "
        "Xavier's initialisation than with the uniform one; over the last ten of 100 the two differ by "
        "{B4-validation-loss.size:.4f}, and their errors by {B4-validation-error.size:.2f} points: equal for all that matters, "
        "as the report says.",
        {
            "B3-train-loss": Outcome.REPRODUCED,
            "B3-validation-loss": Outcome.REPRODUCED,
            "B4-validation-loss": Outcome.REPRODUCED,
        }
        | {"B4-validation-error": Outcome.REPRODUCED},
        "sweep-init_loss.png",
        "minifw sweep-init --rounds {rounds}",
    ),
    Finding(
        Section.HOLDS,
        "Cross-entropy classifies a little better than the squared error",
        "Over the last ten epochs its validation error is lower by {B1.ours:.2f} points ({B1.low:.2f} to {B1.high:.2f}), but "
        "in one run only with probability {B1.better:.0%}; of studies of ten runs {B1.shown:.0%} would show it.",
        {"B1": Outcome.REPRODUCED},
        "sweep-losses_error.png",
        "minifw sweep-losses --rounds {rounds}",
    ),
    Finding(
        Section.LUCK,
        "Bordignon's test scores are single runs, and a single run says little",
        "All five accuracies are whole 900ths, as one run on 900 points gives and an average of ten hardly ever does. In 95 of "
        "100 cases one run of SGD ends between {B9-sgd-loss.prediction_low:.2f} and {B9-sgd-loss.prediction_high:.2f} in test "
        "loss; {B9-sgd-loss.published:.4f} is printed. That most of the ten values are compatible with our runs is no praise: "
        "so would many other numbers have been.",
        {
            "B10": Outcome.NOT_REPRODUCED,
            "B9-sgd-loss": Outcome.COMPATIBLE,
            "B9-adam-loss": Outcome.COMPATIBLE,
            "B9-adadelta-loss": Outcome.COMPATIBLE,
        },
        "values-bordignon.png",
        "minifw sweep-optimizers --rounds {rounds}",
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "Adagrad with a rate of 0.001 does not learn",
        "Bordignon's best optimiser has a printed test loss of {B9-adagrad-loss.published:.4f} and accuracy of "
        "{B9-adagrad-accuracy.published:.2f} %. With the stated rate its accuracy is {B9-adagrad-accuracy.ours:.1f} %, little "
        "more than a guess; with 0.05 (reading `adagrad-0.05`, fitted) it comes near. The report's order of optimisers fails "
        "with it, and not by it alone: Adam ends below RMSprop.",
        {
            "B9-adagrad-loss": Outcome.NOT_REPRODUCED,
            "B9-adagrad-accuracy": Outcome.NOT_REPRODUCED,
            "B7-loss": Outcome.NOT_REPRODUCED,
        }
        | {"B8": Outcome.NOT_REPRODUCED},
        "sweep-optimizers_loss.png",
        "minifw sweep-optimizers --rounds {rounds}",
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "By the report's own scores SGD generalises worst",
        "The text calls RMSprop and Adam the poorest and Adagrad and Adadelta the best. But of the scores that it prints "
        "SGD's is the lowest, {B9-sgd-accuracy.published:.2f} % and a loss of {B9-sgd-loss.published:.4f}; and of the four "
        "that learn SGD's is the lowest in our runs too, with {B9-sgd-accuracy.ours:.1f} %. RMSprop and Adam end ahead of it.",
        {
            "B7-loss": Outcome.NOT_REPRODUCED,
            "B7-error": Outcome.NOT_REPRODUCED,
            "B9-sgd-accuracy": Outcome.COMPATIBLE,
            "B9-sgd-loss": Outcome.COMPATIBLE,
        },
        "sweep-optimizers_error.png",
        "minifw sweep-optimizers --rounds {rounds}",
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "Adadelta is not slow",
        "Its rate of 1 is its own and its loss falls fastest of the five; of the four others none is slower than SGD but "
        "Adagrad. Half of the sentence that calls SGD and Adadelta slow holds. With an eps of 1e-8 (reading `adadelta-1e-8`) "
        "it is nearly as slow as SGD, but then its printed score does not come out.",
        {"B5": Outcome.REPRODUCED, "B6": Outcome.NOT_REPRODUCED},
        "sweep-optimizers_loss.png",
        "minifw sweep-optimizers --rounds {rounds}",
    ),
)
