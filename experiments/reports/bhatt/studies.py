"""Bhatt, Desaulty and Manguy: Mini Project 2, deep learning framework."""

from __future__ import annotations

from experiments.config.comparison import compared
from experiments.config.spec import Reading, StudySpec

SETTINGS = {
    "act": ("tanh",),
    "out": "tanh",
    "targets": "pm1",
    "scale": "standardize",
    "momentum": 0.9,
    "lr": 0.1,
    "lr_decay_epoch": 0.98,
    "batch_size": 50,
    "epochs": 250,
}

TRAIN = StudySpec(
    report="bhatt",
    command="train",
    name="train-bhatt",
    title="Momentum, standardised inputs and a decaying rate",
    settings=SETTINGS,
    arms={"bhatt": {}},
    note="ReLU is stated (section 4.2), architecture and rates are not: tanh comes near the printed errors.",
    fitted=True,
    readings={
        "textbook": Reading(
            {"scale": "none", "act": ("relu",), "lr": 0.05, "lr_decay_epoch": 1.0},
            "Raw inputs, ReLU, constant rate 0.05.",
        ),
        "relu-onehot": Reading(
            {"act": ("relu",), "out": "none", "targets": "onehot"}, "ReLU, linear output, one-hot targets.", fitted=True
        ),
        "4000-points": Reading(
            {"train_size": 4000, "epochs": 150, "lr_decay_epoch": 0.97}, "4000 training points.", fitted=True
        ),
        "10000-points": Reading(
            {"train_size": 10000, "epochs": 75, "lr_decay_epoch": 0.94}, "10000 training points.", fitted=True
        ),
    },
    figures=("loss", "error", "boundary"),
)

COMPARISON = compared(TRAIN, "compare-torch-bhatt", "Figures 4 to 7: ours and PyTorch")

RATES = (0.1, 0.2, 0.5)
PLACES = {"first": (1, 0, 0), "middle": (0, 1, 0), "last": (0, 0, 1), "all": (1, 1, 1)}

DROPOUT = StudySpec(
    report="bhatt",
    command="sweep-dropout",
    name="sweep-dropout",
    title="Does dropout improve performance?",
    settings=SETTINGS | {"lr": 0.05},
    arms={"none": {"dropout": (0.0,)}}
    | {
        f"{rate:g}-{place}": {"dropout": tuple(rate * used for used in where)}
        for rate in RATES
        for place, where in PLACES.items()
    },
    axes={"rates": tuple(f"{rate:g}" for rate in RATES), "places": tuple(PLACES)},
    reference="none",
    rounds=4,
    # Thirteen arms of 250 epochs are a third of all the work.
    max_rounds=1000,
    note="Stated: ReLU (section 4.2) and dropout with probability 0.5 unless changed. Tanh, which comes near the printed "
    "errors, three rates, and their places after the first, middle, last or all hidden layers are ours.",
    fitted=True,
    readings={
        "200": Reading({"train_size": 200, "epochs": 600}, "200 training points, where over-fitting is likelier.", fitted=True),
        "relu": Reading({"act": ("relu",)}, "ReLU, as section 4.2 states."),
        "relu-200": Reading({"act": ("relu",), "train_size": 200, "epochs": 600}, "ReLU, and 200 training points."),
    },
)
