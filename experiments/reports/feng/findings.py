"""What many seeds say about feng's report; `experiments.pages.findings` says when a finding may be told."""

from __future__ import annotations

from experiments.claims.finding import Finding, Section
from experiments.claims.outcome import Outcome

FINDINGS: tuple[Finding, ...] = (
    Finding(
        Section.HOLDS,
        "Feng's network does err a little less on its training points",
        "The test error lies {F1.ours:.2f} points above the training error ({F1.low:.2f} to {F1.high:.2f}), and so it does in "
        "{F1.better:.0%} of single runs.",
        {"F1": Outcome.REPRODUCED},
        "train_gap.png",
        "minifw train --rounds {rounds}",
    ),
    Finding(
        Section.HOLDS,
        "A framework written by hand is as good as PyTorch",
        "From the same {F4-vmap-test.seeds} seeds, ours and PyTorch's trainings (vmapped by torch.func) end with test errors "
        "that differ by {F4-vmap-test.ours:+.2f} points on average ({F4-vmap-test.low:+.2f} to {F4-vmap-test.high:+.2f}): "
        "equal within half a point, as are those of torch.nn from {F4-test.seeds} seeds. Ten rounds, as in the report, could "
        "not have shown it: the mean difference of ten scatters by more than half a point itself.",
        {
            "F4-vmap-train": Outcome.REPRODUCED,
            "F4-vmap-test": Outcome.REPRODUCED,
            "F4-train": Outcome.REPRODUCED,
            "F4-test": Outcome.REPRODUCED,
        },
        "differences-feng.png",
        "minifw study compare-vmap --rounds {rounds}",
    ),
    Finding(
        Section.NOT_AS_DESCRIBED,
        "Feng's Figure 2 and Table I do not both belong to the training described",
        "The text reads 4 % after 50 epochs off Figure 2; Table I prints {F3-test.published:.2f} % for what it calls the same "
        "configuration. As described, the network ends at {F2.ours:.2f} % ({F2.low:.2f} to {F2.high:.2f}), between the two; "
        "95 % of means of ten such runs lie between {F2.prediction_low:.2f} and {F2.prediction_high:.2f} %. Errors averaged "
        "over epochs 1 to 50, with He's start, come near Table I (reading `epoch-average`, fitted to it), but not near 4 % at "
        "the end.",
        {
            "F2": Outcome.NOT_REPRODUCED,
            "F3-train": Outcome.NOT_REPRODUCED,
            "F3-test": Outcome.NOT_REPRODUCED,
            "F6-test": Outcome.NOT_REPRODUCED,
        },
        "contradiction-feng.png",
        "minifw reproduce feng --rounds {rounds}",
    ),
)
