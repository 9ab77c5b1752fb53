"""Feng, Sun and Wang: Mini Deep-learning Framework."""

from __future__ import annotations

from experiments.config.comparison import compared
from experiments.config.spec import Reading, StudySpec

TRAIN = StudySpec(
    report="feng",
    command="train",
    name="train",
    title="The main study: a 2-25-25-25-2 network on the disc",
    settings={},
    arms={"train": {}},
    note="The test set, the shuffling and the decision rule (sum above 0) are ours; the text is silent.",
    readings={
        "epoch-average": Reading(
            {"init": "he_uniform", "bias_init": "zero"},
            "Errors averaged over epochs 1 to 50, He's uniform bound, zero biases: a candidate explanation of Table I.",
            fitted=True,
        ),
        "centred": Reading({"scale": "center"}, "Inputs minus their training mean."),
    },
    figures=("loss", "error", "gap", "boundary"),
)

VMAPPED = StudySpec(
    report="feng",
    command="study",
    name="compare-vmap",
    title="Many seeds of PyTorch: torch.func's vmapped trials stand in for torch.nn's",
    settings={},
    arms={"minifw": {"engine": "stack"}, "vmap": {"engine": "vmap"}},
    note="From the same seed both take torch.nn's steps to rounding, which tests compare; a tenth of the time of torch.nn buys "
    "ten times the seeds.",
    max_rounds=1000,
)

# As many as F4 needs: differences of a seed have a deviation of some three points, and the margin is half a point.
COMPARISON = compared(TRAIN, "compare-torch", "Table I: ours and PyTorch", ["epoch-average", "centred"], max_rounds=400)
