"""Bamberger, Cernevics and Kast: Deep Learning Project 2. Activations x initialisations, and batching."""

from __future__ import annotations

from experiments.config.spec import Reading, StudySpec

ACTIVATIONS = ("relu", "tanh", "sigmoid")
NORMAL = {"init": "he_normal", "bias_init": "same"}
UNIFORM = {"init": "uniform", "bias_init": "same"}
STANDARD_NORMAL = {"init": "normal", "bias_init": "same"}
# Section 3.4: from a loop over samples to the whole set.
BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
PUBLISHED_RATES = (0.001, 0.003, 0.01, 0.03, 0.1)

SETTINGS = {
    "out": "sigmoid",
    "targets": "binary",
    "batch_size": 50,
    "epochs": 250,
    "reduction": "sum",
    "lr": 0.005,
    "scale": "standardize",
    "shuffle": False,
    "seeds_per_data_set": 15,
}
NETWORKS = {
    f"{act}-{name}": {"act": (act,), **init} for act in ACTIVATIONS for name, init in (("normal", NORMAL), ("uniform", UNIFORM))
}

# 16,000 seeds of six networks would train for more than a core-hour, which is what looks may take together.
LAST_LOOK = 4000

TABLE = StudySpec(
    report="bamberger",
    command="sweep-activations",
    name="sweep-activations",
    title="Table 1: three activations, two initialisations",
    settings=SETTINGS,
    arms=NETWORKS,
    axes={"acts": ACTIVATIONS, "inits": ("normal", "uniform")},
    note="Standardised inputs, unshuffled batches, one data set per 15 runs; the gradient (prediction - target) summed over "
    "the batch at the published rate 0.01 is the squared error's summed gradient at 0.005.",
    fitted=True,
    rounds=60,
    last_look=LAST_LOOK,
    figures=("loss", "error", "finals", "spread"),
    readings={
        "textbook": Reading(
            {"scale": "none", "reduction": "mean", "shuffle": True, "lr": 0.01},
            "Raw inputs, shuffled, averaged gradients, N(0, 1), rate 0.01.",
            arms={f"{act}-normal": STANDARD_NORMAL for act in ACTIVATIONS},
        ),
        "shuffled": Reading({"shuffle": True}, "A new order every epoch.", fitted=True),
        "symmetric": Reading({"scale": "symmetric"}, "Inputs 2x - 1 in place of standardised ones.", fitted=True),
        "onehot": Reading({"targets": "onehot"}, "Two one-hot outputs.", fitted=True),
    },
)

RATES = StudySpec(
    report="bamberger",
    command="study",
    name="sweep-activations-lr",
    title="Was 0.01 quasi-optimal for each network?",
    settings=SETTINGS,
    arms={f"{name}-{rate:g}": settings | {"lr": rate / 2} for name, settings in NETWORKS.items() for rate in PUBLISHED_RATES},
    note="Arms are named by the published rate; the summed squared error runs at half of it.",
    fitted=True,
    rounds=60,
    max_rounds=300,
    alternative=True,
)
