"""What many seeds say about bamberger's report; `experiments.pages.findings` says when a finding may be told."""

from __future__ import annotations

from experiments.claims.finding import Finding, Section
from experiments.claims.outcome import Outcome
from experiments.config.luck_design import INTERACTIONS

FINDINGS: tuple[Finding, ...] = (
    Finding(
        Section.HOLDS,
        "Sigmoids started small hardly learn",
        "Bamberger's sigmoid network with the uniform initialisation stays at {D8-test-sigmoid-uniform.ours:.1f} % test error; "
        "{D8-test-sigmoid-uniform.published:.1f} % is printed. Most runs guess one class, so that their error is that "
        "class's share of the points: hence the printed ± 0.00.",
        {"D8-train-sigmoid-uniform": Outcome.REPRODUCED, "D8-test-sigmoid-uniform": Outcome.REPRODUCED},
        "values-bamberger.png",
        "minifw sweep-activations --rounds {rounds}",
    ),
    Finding(
        Section.LUCK,
        "Bamberger's Table 1 is the table of one data set",
        "The ± 0.00 of the network that is stuck says that fifteen runs share one draw of 1000 points. The draw moves errors "
        "about as much as all that differs between runs on it, and more for the best network: another fifteen runs would, in "
        "95 of 100 cases, have printed between {D8-test-sigmoid-normal.prediction_low:.2f} and "
        "{D8-test-sigmoid-normal.prediction_high:.2f} % for it; {D8-test-sigmoid-normal.published:g} % is printed.",
        {"D8-test-sigmoid-normal": Outcome.COMPATIBLE},
        "sweep-activations_spread.png",
        "minifw sweep-activations --rounds {rounds}",
    ),
    Finding(
        Section.LUCK,
        "A deviation over runs on one data set leaves out the luck of the data",
        "Table 1's ± is over fifteen runs on one data set. Such runs show {luck[bamberger][one data set]:.0%} of the variance "
        "of the ReLU network's test error. By themselves the data own {luck[bamberger][data]:.0%} of it, the initial weights "
        "{luck[bamberger][init]:.0%} and the finite test set {luck[bamberger][test set]:.0%}; the rest is what the first two "
        "do jointly.",
        {"D8-test-relu-normal": Outcome.COMPATIBLE},
        "luck-bamberger.png",
        "minifw luck --preset bamberger",
        {"bamberger": INTERACTIONS},
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "Table 1 contradicts the sentence on it",
        "No significant difference between most networks, says the text. Welch's tests of the means and deviations that it "
        "prints find one in most of the fifteen pairs, for the training and for the test errors; of our studies of fifteen "
        "runs {D1-train-error.ours:.0f} and {D1-test-error.ours:.0f} % bear the sentence out.",
        {"D1-train-error": Outcome.NOT_REPRODUCED, "D1-test-error": Outcome.NOT_REPRODUCED},
        "sweep-activations_spread.png",
        "minifw sweep-activations --rounds {rounds}",
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "A rate of 0.01 is not quasi-optimal for each network",
        "At 0.001 the ReLU network with the normal initialisation has a test error lower by {D5-relu-normal.size:.1f} points, "
        "and the other ReLU and the tanh networks look alike, though the adjusted test leaves those open. The sigmoid network "
        "that is stuck at half of the points is not stuck at 0.1, where it ends {D5-sigmoid-uniform.size:.0f} points lower. "
        "For the other sigmoid network 0.01 will do.",
        {
            "D5-relu-normal": Outcome.NOT_REPRODUCED,
            "D5-sigmoid-uniform": Outcome.NOT_REPRODUCED,
            "D5-sigmoid-normal": Outcome.REPRODUCED,
        },
        "sweep-activations-lr_error.png",
        "minifw study sweep-activations-lr --rounds {rounds}",
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "A deviation of 0.22 points is too small for fifteen ReLU runs",
        "± {D11-test-relu-uniform.published:g} is printed for the training and for the test error of the ReLU network with the "
        "uniform initialisation. Fifteen runs of ours on one data set scatter by {D11-test-relu-uniform.prediction_low:.2f} to "
        "{D11-test-relu-uniform.prediction_high:.2f} points in the test, in 95 of 100 data sets, and in training by "
        "{D11-train-relu-uniform.prediction_low:.2f} to {D11-train-relu-uniform.prediction_high:.2f}.",
        {"D11-train-relu-uniform": Outcome.NOT_REPRODUCED, "D11-test-relu-uniform": Outcome.NOT_REPRODUCED},
        "sweep-activations_spread.png",
        "minifw sweep-activations --rounds {rounds}",
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "Batches of 50 are not sixty times faster than single samples",
        "Measured side by side, an epoch of single samples takes {D6.ours:.0f} times as long as one of batches of 50 "
        "({D6.low:.0f} to {D6.high:.0f}), on our machine and with our code; {D6.published:.0f} is printed.",
        {"D6": Outcome.NOT_REPRODUCED},
        "sweep-batch_time.png",
        "minifw sweep-batch",
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "ReLU is faster, but not because tanh multiplies",
        "The ReLU networks take {D2.ours:.2f} of the others' time. Computing tanh again in the backward pass, as the report's "
        "module does, takes {D3.ours:.2f} times the time of keeping it: the same multiplications, another time.",
        {"D2": Outcome.REPRODUCED, "D3": Outcome.NOT_REPRODUCED},
        "sweep-activations_time.png",
        "minifw reproduce bamberger",
    ),
)
