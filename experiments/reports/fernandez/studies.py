"""Fernandez, Bonell and Mandiracioglu: Mini deep-learning framework."""

from __future__ import annotations

from experiments.config.spec import Reading, StudySpec

SETTINGS = {
    "act": ("relu", "relu", "tanh"),
    "out": "none",
    "init": "he_normal",
    "bias_init": "zero",
    "targets": "onehot",
    "reduction": "sum",
    "lr": 1e-4,
    "batch_size": 20,
    "epochs": 150,
    "dtype": "float64",
    "record_steps": True,
}

TRAIN = StudySpec(
    report="fernandez",
    command="train",
    name="train-fernandez",
    title="One network in depth: ReLU, ReLU, tanh, linear output",
    settings=SETTINGS,
    arms={"fernandez": {}},
    note="Sum and rate as in the report's own listings; the rate of the study itself is not stated.",
    readings={
        "batchmean-0.003": Reading({"reduction": "batchmean", "lr": 0.003}, "The loss averaged over samples, rate 0.003."),
        "textbook": Reading({"reduction": "batchmean", "lr": 0.01}, "The loss averaged over samples, rate 0.01."),
        "sigmoid-output": Reading(
            {"reduction": "batchmean", "lr": 0.2, "out": "sigmoid"}, "Sigmoid output, averaged over samples, rate 0.2."
        ),
    },
    figures=("points", "steps", "loss", "rises", "error", "gap", "boundary", "labels"),
)

BATCHES = StudySpec(
    report="fernandez",
    command="study",
    name="fernandez-batches",
    title="Mini-batches against full batches",
    settings=SETTINGS | {"record_steps": False},
    arms={
        "mini-batch": {},
        "full-batch": {"batch_size": 1000},
        "full-batch-7500": {"batch_size": 1000, "epochs": 7500, "evaluate_every": 50},
    },
    rounds=4,
    max_rounds=130,
    readings={
        "batchmean-0.003": Reading({"reduction": "batchmean", "lr": 0.003}, "The loss averaged over samples, rate 0.003."),
        "textbook": Reading({"reduction": "batchmean", "lr": 0.01}, "The loss averaged over samples, rate 0.01."),
    },
    note="The same summed rate; equal epochs, and for the third arm as many steps as the first takes in 150 epochs.",
)
