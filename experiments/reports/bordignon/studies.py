"""Bordignon: Mini Deep Learning Framework. Losses, initialisations and optimisers compared."""

from __future__ import annotations

from experiments.config.spec import Reading, StudySpec

COMMON = {
    "hidden": (16, 32),
    "act": ("tanh",),
    "out": "none",
    "reduction": "sum",
    "batch_size": 20,
    "epochs": 100,
    "train_size": 1000,
    "validation_size": 100,
    "test_size": 900,
}
XAVIER = {"init": "xavier_normal", "bias_init": "zero"}
UNIFORM = {"init": "uniform", "bias_init": "same"}
RELU = Reading({"act": ("relu",), "lr": 0.002}, "ReLU hidden layers, summed rate 0.002.")
NOTE = "The hidden activation is not stated: tanh. Gradients are summed over the batch; the loss shown is the mean per sample."

LOSSES = StudySpec(
    report="bordignon",
    command="sweep-losses",
    name="sweep-losses",
    title="Figure 1: mean squared error against cross-entropy",
    settings=COMMON | UNIFORM | {"lr": 0.005},
    arms={"mse": {"loss": "mse", "targets": "binary"}, "cross-entropy": {"loss": "cross-entropy", "targets": "onehot"}},
    axes={"losses": ("mse", "cross-entropy")},
    note=NOTE + " The rate is not stated: 0.005 summed, which is 0.1 averaged.",
    fitted=True,
    readings={
        "relu": RELU,
        "sigmoid-mse": Reading(
            {}, "The squared error of a sigmoid output, with its correct chain rule.", arms={"mse": {"out": "sigmoid"}}
        ),
    },
)

INIT = StudySpec(
    report="bordignon",
    command="sweep-init",
    name="sweep-init",
    title="Figure 2: Xavier normal against uniform initialisation",
    settings=COMMON | {"loss": "cross-entropy", "lr": 0.005},
    arms={"xavier": XAVIER, "uniform": UNIFORM},
    axes={"inits": ("xavier", "uniform")},
    free_setting="init",
    note=NOTE + " The rate is not stated: 0.005 summed.",
    fitted=True,
    readings={
        "relu": RELU,
        "literal-variance": Reading(
            {},
            "N(0, 2/sqrt(fan_in + fan_out)) as printed, the second number a variance.",
            arms={"xavier": {"init": "xavier_literal_variance"}},
        ),
        "literal-std": Reading(
            {},
            "N(0, 2/sqrt(fan_in + fan_out)) as printed, the second number a standard deviation.",
            arms={"xavier": {"init": "xavier_literal_std"}},
        ),
        "rate-0.001": Reading({"lr": 0.001}, "The rate of the report's third experiment."),
    },
)

OPTIMIZERS = StudySpec(
    report="bordignon",
    command="sweep-optimizers",
    name="sweep-optimizers",
    title="Figure 3: five optimisers",
    settings=COMMON | XAVIER | {"loss": "cross-entropy", "lr": 0.001},
    arms={
        "sgd": {"optimizer": "sgd"},
        "adam": {"optimizer": "adam", "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        "adagrad": {"optimizer": "adagrad"},
        "rmsprop": {"optimizer": "rmsprop", "alpha": 0.9, "eps": 1e-6},
        "adadelta": {"optimizer": "adadelta", "rho": 0.95, "eps": 1e-7, "lr": 1.0},
    },
    axes={"optimizers": ("sgd", "adam", "adagrad", "rmsprop", "adadelta")},
    note=NOTE + " The rate is the report's 0.001; Adadelta keeps its own rate of 1.",
    fitted=True,
    readings={
        "relu": Reading({"act": ("relu",)}, "ReLU hidden layers."),
        "textbook": Reading({"act": ("relu",), "reduction": "mean"}, "ReLU hidden layers, gradients averaged over the batch."),
        "adagrad-0.05": Reading({}, "A repair: Adagrad at rate 0.05, not as stated.", True, {"adagrad": {"lr": 0.05}}),
        "adadelta-0.9": Reading({}, "Adadelta with rho 0.9 and eps 1e-6.", arms={"adadelta": {"rho": 0.9, "eps": 1e-6}}),
        "adadelta-1e-8": Reading(
            {},
            "Adadelta with rho 0.95 and eps 1e-8: slow beside SGD, as the text says, but far from its printed score.",
            arms={"adadelta": {"eps": 1e-8}},
        ),
        "adadelta-1e-6": Reading({}, "Adadelta with rho 0.95 and eps 1e-6.", arms={"adadelta": {"eps": 1e-6}}),
    },
)
