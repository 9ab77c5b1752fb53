"""What the ledger says about the five reports, told; `experiments.findings` says when a finding may be told."""

from __future__ import annotations

from experiments.findings import Finding, Kind
from experiments.rules import Outcome

HOLDS, LUCK, NOT_AS_DESCRIBED = Kind.HOLDS, Kind.LUCK, Kind.NOT_AS_DESCRIBED
REPRODUCED, COMPATIBLE, NOT_REPRODUCED = Outcome.REPRODUCED, Outcome.COMPATIBLE, Outcome.NOT_REPRODUCED

FINDINGS: tuple[Finding, ...] = (
    Finding(
        HOLDS,
        "Feng's network does err a little less on its training points",
        "The test error lies {F1.ours:.2f} points above the training error ({F1.low:.2f} to {F1.high:.2f}), and so it does in "
        "{F1.better:.0%} of single runs.",
        {"F1": REPRODUCED},
        "train_error.png",
        "minifw train --rounds 1000",
    ),
    Finding(
        HOLDS,
        "Xavier's start is ahead for a while, and at the end nothing is left of it",
        "Between epochs 20 and 40 bordignon's network has a validation loss lower by {B3-validation-loss.size:.3f} with "
        "Xavier's initialisation than with the uniform one; after 100 epochs the two differ by {B4-validation-loss.size:.4f}, "
        "and their errors by {B4-validation-error.size:.2f} points: equal for all that matters, as the report says.",
        {"B3-train-loss": REPRODUCED, "B3-validation-loss": REPRODUCED, "B4-validation-loss": REPRODUCED}
        | {"B4-validation-error": REPRODUCED},
        "sweep-init_loss.png",
        "minifw sweep-init --rounds 1000",
    ),
    Finding(
        HOLDS,
        "Cross-entropy classifies a little better than the squared error",
        "Its validation error is lower by {B1.ours:.2f} points ({B1.low:.2f} to {B1.high:.2f}), but in one run only with "
        "probability {B1.better:.0%}: ten runs were few to see it by.",
        {"B1": REPRODUCED},
        "sweep-losses_error.png",
        "minifw sweep-losses --rounds 1000",
    ),
    Finding(
        HOLDS,
        "Fernandez's iterations jump while its network learns",
        "Within an epoch the loss of a batch is above that of the batch before in {C6.ours:.1f} % of steps, as good as noise; "
        "still the trained networks misclassify {C7.ours:.1f} % of the test points only.",
        {"C6": REPRODUCED, "C7": REPRODUCED},
        "train-fernandez_steps.png",
        "minifw train --preset fernandez --rounds 1000",
    ),
    Finding(
        HOLDS,
        "Sigmoids started small hardly learn",
        "Bamberger's sigmoid network with the uniform initialisation stays at {D8-test-sigmoid-uniform.ours:.1f} % test error; "
        "{D8-test-sigmoid-uniform.published:.1f} % is printed. Most runs guess one class, so that their error is that "
        "class's share of the points: hence the printed ± 0.00.",
        {"D8-train-sigmoid-uniform": REPRODUCED, "D8-test-sigmoid-uniform": COMPATIBLE},
        "values-bamberger.png",
        "minifw sweep-activations --rounds 1005",
    ),
    Finding(
        HOLDS,
        "Bhatt's errors lie on the border of the disc, and on its training points they are under 0.5 %",
        "With momentum, standardised inputs and a falling rate the training error is {E1-train.ours:.3f} %; of the test points "
        "that are misclassified {E5.ours:.1f} % lie less than 0.05 from the circle.",
        {"E1-train": REPRODUCED, "E5": REPRODUCED},
        "train-bhatt_boundary.png",
        "minifw train --preset bhatt --rounds 1000",
    ),
    Finding(
        LUCK,
        "One run had a test error below its training error; most do not",
        "Fernandez concludes from one run (3.85 % in training, 3.50 % in the test) that there is no over-fitting. On average "
        "the test error is {C2.size:.2f} points higher, yet {C2.better:.0%} of single runs show it lower: the run was nothing "
        "rare, but it cannot carry the conclusion.",
        {"C2": NOT_REPRODUCED},
        "train-fernandez_error.png",
        "minifw train --preset fernandez --rounds 1000",
    ),
    Finding(
        LUCK,
        "Bordignon's test scores are single runs, and a single run says little",
        "All five accuracies are whole 900ths, as one run on 900 points gives and an average of ten hardly ever does. In 95 of "
        "100 cases one run of SGD ends between {B9-sgd-loss.prediction_low:.2f} and {B9-sgd-loss.prediction_high:.2f} in test "
        "loss; {B9-sgd-loss.published:.4f} is printed. That most of the ten values are compatible with our runs is no praise: "
        "so would many other numbers have been.",
        {"B10": NOT_REPRODUCED, "B9-sgd-loss": COMPATIBLE, "B9-adam-loss": COMPATIBLE, "B9-adadelta-loss": COMPATIBLE},
        "values-bordignon.png",
        "minifw sweep-optimizers --rounds 1000",
    ),
    Finding(
        LUCK,
        "Bamberger's Table 1 is the table of one data set",
        "The ± 0.00 of the network that is stuck says that fifteen runs share one draw of 1000 points. The draw moves errors "
        "about as much as the initialisation does, and more for the best network: another fifteen runs would, in 95 of 100 "
        "cases, have printed between {D8-test-sigmoid-normal.prediction_low:.2f} and "
        "{D8-test-sigmoid-normal.prediction_high:.2f} % for it; {D8-test-sigmoid-normal.published:g} % is printed. The printed "
        "± counts the initialisation only.",
        {"D8-test-sigmoid-normal": COMPATIBLE},
        "sweep-activations_spread.png",
        "minifw sweep-activations --rounds 1005",
    ),
    Finding(
        LUCK,
        "Under 0.5 % errors were not those of a typical test set",
        "Bhatt's text does not say on which points the errors stay below 0.5 %; its Figure 7 is called errors on test. Ours is "
        "{E1-test.ours:.2f} % there ({E1-test.low:.2f} to {E1-test.high:.2f}).",
        {"E1-test": NOT_REPRODUCED},
        "values-bhatt.png",
        "minifw train --preset bhatt --rounds 1000",
    ),
    Finding(
        NOT_AS_DESCRIBED,
        "Feng's Figure 2 and Table I do not both belong to the training described",
        "The text reads 4 % after 50 epochs off Figure 2; Table I prints {F3-test.published:.2f} % for what it calls the same "
        "configuration. As described, the network ends at {F2.ours:.2f} % ({F2.low:.2f} to {F2.high:.2f}), between the two; "
        "95 % of means of ten such runs lie between {F2.prediction_low:.2f} and {F2.prediction_high:.2f} %. Errors averaged "
        "over epochs 1 to 50, with He's start, come near Table I (reading `epoch-average`, fitted to it), but not near 4 % at "
        "the end.",
        {"F2": NOT_REPRODUCED, "F3-train": NOT_REPRODUCED, "F3-test": NOT_REPRODUCED, "F6-test": NOT_REPRODUCED},
        "contradiction-feng.png",
        "minifw reproduce feng --rounds 1000",
    ),
    Finding(
        NOT_AS_DESCRIBED,
        "Adagrad with a rate of 0.001 does not learn",
        "Bordignon's best optimiser has a printed test loss of {B9-adagrad-loss.published:.4f} and accuracy of "
        "{B9-adagrad-accuracy.published:.2f} %. With the stated rate its accuracy is {B9-adagrad-accuracy.ours:.1f} %, little "
        "more than a guess; with 0.05 (reading `adagrad-0.05`, fitted) it comes near. The report's order of optimisers fails "
        "with it, and not by it alone: Adam ends below RMSprop.",
        {"B9-adagrad-loss": NOT_REPRODUCED, "B9-adagrad-accuracy": NOT_REPRODUCED, "B7-loss": NOT_REPRODUCED}
        | {"B8": NOT_REPRODUCED},
        "sweep-optimizers_loss.png",
        "minifw sweep-optimizers --rounds 1000",
    ),
    Finding(
        NOT_AS_DESCRIBED,
        "Adadelta is not slow",
        "Its rate of 1 is its own and its loss falls fastest of the five; of the four others none is slower than SGD but "
        "Adagrad. Half of the sentence that calls SGD and Adadelta slow holds.",
        {"B5": REPRODUCED, "B6": NOT_REPRODUCED},
        "sweep-optimizers_loss.png",
        "minifw sweep-optimizers --rounds 1000",
    ),
    Finding(
        NOT_AS_DESCRIBED,
        "Hardly a run's loss falls at every epoch",
        "Fernandez says that the loss is reduced after every epoch. Of our runs {C3.ours:.1f} % do so over 150 epochs.",
        {"C3": NOT_REPRODUCED},
        "train-fernandez_loss.png",
        "minifw train --preset fernandez --rounds 1000",
    ),
    Finding(
        NOT_AS_DESCRIBED,
        "Mini-batches are not what is inefficient",
        "At the same rate and number of epochs, with gradients summed as in the report's listing (its formula averages), "
        "full batches leave a training error higher by {C4-error.size:.1f} points: one step an epoch in place of fifty is too "
        "few, and throws some networks off.",
        {"C4-error": NOT_REPRODUCED},
        "fernandez-batches_error.png",
        "minifw study fernandez-batches --rounds 130",
    ),
    Finding(
        NOT_AS_DESCRIBED,
        "With as many steps, full batches find the better minima",
        "Fernandez expects mini-batches to escape bad minima. After 7500 steps each at the same rate, full batches end with a "
        "test error lower by {C5-test-error.size:.1f} points, {C5-test-error.diverged} of the pairs left out "
        "because one of the two diverged.",
        {"C5-train-loss": NOT_REPRODUCED, "C5-test-error": NOT_REPRODUCED},
        "fernandez-batches_error.png",
        "minifw study fernandez-batches --rounds 130",
    ),
    Finding(
        NOT_AS_DESCRIBED,
        "Dropout does not improve this network",
        "After the first, middle, last or all hidden layers, at 0.1, 0.2 or 0.5: in none of the twelve ways is the test error "
        "of bhatt's network lower by as much as a tenth of a point than without dropout.",
        {"E2-some": NOT_REPRODUCED, "E2-most": NOT_REPRODUCED, "E2-default-rate": NOT_REPRODUCED},
        "sweep-dropout_error.png",
        "minifw sweep-dropout --rounds 200",
    ),
    Finding(
        NOT_AS_DESCRIBED,
        "Batches of 50 are not sixty times faster than single samples",
        "Measured side by side, an epoch of single samples takes {D6.ours:.0f} times as long as one of batches of 50 "
        "({D6.low:.0f} to {D6.high:.0f}), on our machine and with our code; {D6.published:.0f} is printed.",
        {"D6": NOT_REPRODUCED},
        "sweep-batch_time.png",
        "minifw sweep-batch",
    ),
    Finding(
        NOT_AS_DESCRIBED,
        "ReLU is faster, but not because tanh multiplies",
        "The ReLU networks take {D2.ours:.2f} of the others' time. Computing tanh again in the backward pass, as the report's "
        "module does, takes {D3.ours:.2f} times the time of keeping it: the same multiplications, another time.",
        {"D2": REPRODUCED, "D3": NOT_REPRODUCED},
        "sweep-activations_time.png",
        "minifw reproduce bamberger",
    ),
)
