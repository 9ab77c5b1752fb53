"""What many seeds say about bamberger's report; `experiments.pages.findings` says when a finding may be told."""

from __future__ import annotations

from experiments.claims.finding import Finding, Section
from experiments.claims.outcome import Outcome

FINDINGS: tuple[Finding, ...] = (
    Finding(
        Section.HOLDS,
        "Sigmoids started small hardly learn",
        "Bamberger's sigmoid network with the uniform initialisation stays at {D8-test-sigmoid-uniform.ours:.1f} % test error; "
        "{D8-test-sigmoid-uniform.published:.1f} % is printed. Most runs guess one class, so that their error is that "
        "class's share of the points: hence the printed ± 0.00.",
        {"D8-train-sigmoid-uniform": Outcome.REPRODUCED, "D8-test-sigmoid-uniform": Outcome.COMPATIBLE},
        "values-bamberger.png",
        "minifw sweep-activations --rounds 1005",
    ),
    Finding(
        Section.LUCK,
        "Bamberger's Table 1 is the table of one data set",
        "The ± 0.00 of the network that is stuck says that fifteen runs share one draw of 1000 points. The draw moves errors "
        "about as much as the initialisation does, and more for the best network: another fifteen runs would, in 95 of 100 "
        "cases, have printed between {D8-test-sigmoid-normal.prediction_low:.2f} and "
        "{D8-test-sigmoid-normal.prediction_high:.2f} % for it; {D8-test-sigmoid-normal.published:g} % is printed. The printed "
        "± counts the initialisation only.",
        {"D8-test-sigmoid-normal": Outcome.COMPATIBLE},
        "sweep-activations_spread.png",
        "minifw sweep-activations --rounds 1005",
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
