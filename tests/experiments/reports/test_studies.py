"""Each study and reading of the reports has exactly the settings that were agreed on, written here a second time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from experiments.config.study import Study
from experiments.config.trial import PER_TRIAL, config_from_dict
from experiments.reports.catalogue import PRESETS, REPORTS, STUDIES
from experiments.training.lanes import plan_chunks

ENGINES = {"minifw": "stack", "torch": "torch", "single": "single", "vmap": "vmap", "compiled": "compiled"}
FENG = {
    "hidden": [25, 25, 25],
    "act": ["relu"] * 3,
    "out": "tanh",
    "dropout": [0.0] * 3,
    "init": "uniform",
    "init_scale": 1.0,
    "bias_init": "same",
    "targets": "pm1",
    "loss": "mse",
    "reduction": "mean",
    "optimizer": "sgd",
    "lr": 0.1,
    "lr_decay_epoch": 1.0,
    "momentum": 0.0,
    "dampening": 0.0,
    "nesterov": False,
    "weight_decay": 0.0,
    "batch_size": 10,
    "shuffle": True,
    "epochs": 50,
    "evaluate_every": 1,
    "record_steps": False,
    "train_size": 1000,
    "validation_size": 0,
    "test_size": 1000,
    "seeds_per_data_set": 1,
    "scale": "none",
    "dtype": "float32",
    "device": "cpu",
    "engine": "compiled",
}
SGD = {name: FENG[name] for name in ("momentum", "dampening", "nesterov")}
BORDIGNON = FENG | {
    "hidden": [16, 32],
    "act": ["tanh"] * 2,
    "dropout": [0.0] * 2,
    "out": "none",
    "targets": "onehot",
    "loss": "cross-entropy",
    "reduction": "sum",
    "lr": 0.005,
    "batch_size": 20,
    "epochs": 100,
    "validation_size": 100,
    "test_size": 900,
}
RELU2 = {"act": ["relu"] * 2}
MSE = BORDIGNON | {"targets": "binary", "loss": "mse"}
XAVIER = BORDIGNON | {"init": "xavier_normal", "bias_init": "zero"}
ADAPTIVE = {name: value for name, value in XAVIER.items() if name not in SGD} | {"lr": 0.001}
OPTIMIZERS = {
    "sgd": XAVIER | {"lr": 0.001},
    "adam": ADAPTIVE | {"optimizer": "adam", "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    "adagrad": ADAPTIVE | {"optimizer": "adagrad", "lr_decay": 0.0, "initial_accumulator_value": 0.0, "eps": 1e-10},
    "rmsprop": ADAPTIVE | {"optimizer": "rmsprop", "alpha": 0.9, "eps": 1e-6, "momentum": 0.0, "centered": False},
    "adadelta": ADAPTIVE | {"optimizer": "adadelta", "lr": 1.0, "rho": 0.95, "eps": 1e-7},
}
FERNANDEZ = FENG | {
    "act": ["relu", "relu", "tanh"],
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
BATCHES = FERNANDEZ | {"record_steps": False}
BAMBERGER = FENG | {
    "out": "sigmoid",
    "targets": "binary",
    "reduction": "sum",
    "lr": 0.005,
    "batch_size": 50,
    "epochs": 250,
    "shuffle": False,
    "scale": "standardize",
    "seeds_per_data_set": 15,
}
NETWORKS = {
    f"{act}-{init}": BAMBERGER | {"act": [act] * 3, "init": {"normal": "he_normal", "uniform": "uniform"}[init]}
    for act in ("relu", "tanh", "sigmoid")
    for init in ("normal", "uniform")
}
TEXTBOOK = {"scale": "none", "reduction": "mean", "shuffle": True, "lr": 0.01}
RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
BHATT = FENG | {
    "act": ["tanh"] * 3,
    "scale": "standardize",
    "momentum": 0.9,
    "lr_decay_epoch": 0.98,
    "batch_size": 50,
    "epochs": 250,
}
DROPOUT = BHATT | {"lr": 0.05}
DROPPED = {"none": DROPOUT} | {
    f"{rate}-{place}": DROPOUT | {"dropout": [float(rate) * used for used in where]}
    for rate in ("0.1", "0.2", "0.5")
    for place, where in {"first": (1, 0, 0), "middle": (0, 1, 0), "last": (0, 0, 1), "all": (1, 1, 1)}.items()
}


def every(arms: Mapping[str, Mapping[str, Any]], **changes: Any) -> dict[str, dict[str, Any]]:
    return {name: {**settings, **changes} for name, settings in arms.items()}


def by_each(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: {**settings, "record_steps": True, "engine": engine} for name, engine in ENGINES.items()}


LOSSES = {"mse": MSE, "cross-entropy": BORDIGNON}
INITS = {"xavier": XAVIER, "uniform": BORDIGNON}
EPOCH_AVERAGE = {"init": "he_uniform", "bias_init": "zero"}
FULL = {
    "mini-batch": BATCHES,
    "full-batch": BATCHES | {"batch_size": 1000},
    "full-batch-7500": BATCHES | {"batch_size": 1000, "epochs": 7500, "evaluate_every": 50},
}
AGREED: dict[str, dict[str, dict[str, dict[str, Any]]]] = {
    "train": {
        "": {"train": FENG},
        "epoch-average": {"train": FENG | EPOCH_AVERAGE},
        "centred": {"train": FENG | {"scale": "center"}},
    },
    "compare-torch": {
        "": by_each(FENG),
        "epoch-average": by_each(FENG | EPOCH_AVERAGE),
        "centred": by_each(FENG | {"scale": "center"}),
    },
    "compare-vmap": {"": {"minifw": FENG | {"engine": "stack"}, "vmap": FENG | {"engine": "vmap"}}},
    "sweep-losses": {
        "": LOSSES,
        "relu": every(LOSSES, **RELU2, lr=0.002),
        "sigmoid-mse": LOSSES | {"mse": MSE | {"out": "sigmoid"}},
    },
    "sweep-init": {
        "": INITS,
        "relu": every(INITS, **RELU2, lr=0.002),
        "literal-variance": INITS | {"xavier": XAVIER | {"init": "xavier_literal_variance"}},
        "literal-std": INITS | {"xavier": XAVIER | {"init": "xavier_literal_std"}},
        "rate-0.001": every(INITS, lr=0.001),
    },
    "sweep-optimizers": {
        "": OPTIMIZERS,
        "relu": every(OPTIMIZERS, **RELU2),
        "textbook": every(OPTIMIZERS, **RELU2, reduction="mean"),
        "adagrad-0.05": OPTIMIZERS | {"adagrad": OPTIMIZERS["adagrad"] | {"lr": 0.05}},
        "adadelta-0.9": OPTIMIZERS | {"adadelta": OPTIMIZERS["adadelta"] | {"rho": 0.9, "eps": 1e-6}},
        "adadelta-1e-8": OPTIMIZERS | {"adadelta": OPTIMIZERS["adadelta"] | {"eps": 1e-8}},
        "adadelta-1e-6": OPTIMIZERS | {"adadelta": OPTIMIZERS["adadelta"] | {"eps": 1e-6}},
    },
    "train-fernandez": {
        "": {"fernandez": FERNANDEZ},
        "batchmean-0.003": {"fernandez": FERNANDEZ | {"reduction": "batchmean", "lr": 0.003}},
        "textbook": {"fernandez": FERNANDEZ | {"reduction": "batchmean", "lr": 0.01}},
        "sigmoid-output": {"fernandez": FERNANDEZ | {"reduction": "batchmean", "lr": 0.2, "out": "sigmoid"}},
    },
    "fernandez-batches": {
        "": FULL,
        "batchmean-0.003": every(FULL, reduction="batchmean", lr=0.003),
        "textbook": every(FULL, reduction="batchmean", lr=0.01),
    },
    "sweep-activations": {
        "": NETWORKS,
        "textbook": {
            name: settings | TEXTBOOK | ({"init": "normal"} if name.endswith("normal") else {})
            for name, settings in NETWORKS.items()
        },
        "shuffled": every(NETWORKS, shuffle=True),
        "symmetric": every(NETWORKS, scale="symmetric"),
        "onehot": every(NETWORKS, targets="onehot"),
    },
    "sweep-activations-lr": {
        "": {f"{name}-{rate:g}": settings | {"lr": rate / 2} for name, settings in NETWORKS.items() for rate in RATES}
    },
    "train-bhatt": {
        "": {"bhatt": BHATT},
        "textbook": {"bhatt": BHATT | {"scale": "none", "act": ["relu"] * 3, "lr": 0.05, "lr_decay_epoch": 1.0}},
        "relu-onehot": {"bhatt": BHATT | {"act": ["relu"] * 3, "out": "none", "targets": "onehot"}},
        "4000-points": {"bhatt": BHATT | {"train_size": 4000, "epochs": 150, "lr_decay_epoch": 0.97}},
        "10000-points": {"bhatt": BHATT | {"train_size": 10000, "epochs": 75, "lr_decay_epoch": 0.94}},
    },
    "compare-torch-bhatt": {"": by_each(BHATT)},
    "sweep-dropout": {
        "": DROPPED,
        "200": every(DROPPED, train_size=200, epochs=600),
        "relu": every(DROPPED, act=("relu",)),
        "relu-200": every(DROPPED, act=("relu",), train_size=200, epochs=600),
    },
}
ROUNDS = {"sweep-activations": 60, "sweep-activations-lr": 60, "fernandez-batches": 4, "sweep-dropout": 4}
FITTED = {
    "sweep-losses",
    "sweep-init",
    "sweep-optimizers",
    "sweep-activations",
    "sweep-activations-lr",
    "train-bhatt",
    "compare-torch-bhatt",
    "sweep-dropout",
}
ALL = [(study, reading) for study, readings in AGREED.items() for reading in readings]


def test_there_are_the_agreed_studies_and_readings():
    assert {name: ["", *spec.readings] for name, spec in STUDIES.items()} == {
        name: list(readings) for name, readings in AGREED.items()
    }
    assert {spec.report for spec in STUDIES.values()} == set(REPORTS)


@pytest.mark.parametrize(("study", "reading"), ALL)
def test_the_settings_are_the_agreed_ones(study, reading):
    built = STUDIES[study].build(reading=reading or None)
    found = {arm.name: arm.config.resolve() for arm in built.arms}
    assert list(found) == list(AGREED[study][reading])
    for name, settings in AGREED[study][reading].items():
        assert found[name] == config_from_dict(settings).resolve(), name
    assert built.rounds == ROUNDS.get(study, 10)
    assert built.name == f"{study}-{reading}".rstrip("-")


def test_readings_that_were_searched_for_say_so():
    assert {name for name, spec in STUDIES.items() if spec.fitted} == FITTED
    fitted = {f"{name}-{reading}" for name, spec in STUDIES.items() for reading, r in spec.readings.items() if r.fitted}
    assert "train-epoch-average" in fitted
    assert not [name for name in fitted if "textbook" in name]


@pytest.mark.parametrize("name", STUDIES)
def test_each_study_says_what_its_report_leaves_open(name):
    spec = STUDIES[name]
    assert spec.note.endswith(".") and spec.title and all(reading.note.endswith(".") for reading in spec.readings.values())


def test_presets_are_the_studies_of_one_network():
    assert {name: spec.name for name, spec in PRESETS.items()} == {
        "feng": "train",
        "fernandez": "train-fernandez",
        "bhatt": "train-bhatt",
    }


@pytest.mark.parametrize(("name", "reading"), ALL)
def test_arms_that_differ_in_numbers_only_share_a_structure(name, reading):
    """Then they train in one stack."""
    configs = [arm.config for arm in STUDIES[name].build(reading=reading or None).arms]
    for one in configs:
        for other in configs:
            differing = set(one.differences(other)) | set(other.differences(one))
            assert (one.structure() == other.structure()) == (differing <= PER_TRIAL)


@pytest.mark.parametrize(
    ("name", "stacks"),
    [
        ("train", 1),
        ("sweep-losses", 2),
        ("sweep-init", 1),
        ("sweep-optimizers", 5),
        ("fernandez-batches", 3),
        ("sweep-activations", 3),
        ("sweep-activations-lr", 3),
        ("sweep-dropout", 1),
    ],
)
def test_a_study_trains_in_as_few_stacks_as_its_arms_allow(name, stacks):
    study = STUDIES[name].build(rounds=1)
    assert len(plan_chunks(study.trials)) == stacks


def test_steps_of_a_full_batch_are_as_many_as_those_of_mini_batches():
    arms = {arm.name: arm.config for arm in STUDIES["fernandez-batches"].build().arms}
    steps = {name: config.epochs * -(-config.train_size // config.batch_size) for name, config in arms.items()}
    assert steps["mini-batch"] == steps["full-batch-7500"] == 7500
    assert len({config.lr for config in arms.values()}) == 1


@pytest.mark.parametrize(
    ("name", "chosen", "count"),
    [
        ("sweep-activations", {"acts": ["relu"], "inits": ["uniform"]}, 1),
        ("sweep-activations", {"inits": ["normal"]}, 3),
        ("sweep-dropout", {"rates": ["0.1", "0.5"], "places": ["all"]}, 3),
        ("sweep-dropout", {"places": ["first"]}, 4),
        ("sweep-losses", {"losses": ["cross-entropy"]}, 1),
        ("sweep-optimizers", {"optimizers": ["sgd", "adam"]}, 2),
        ("sweep-init", {"inits": ["he_normal", "xavier"]}, 2),
    ],
)
def test_arms_can_be_chosen(name, chosen, count):
    assert len(STUDIES[name].select(chosen)) == count


@pytest.mark.parametrize("name", STUDIES)
def test_every_value_of_every_axis_chooses_some_arms(name):
    spec = STUDIES[name]
    for axis, values in spec.axes.items():
        parts = [set(spec.select({axis: [value]})) - {spec.reference} for value in values]
        assert all(parts)
        assert set().union(*parts) == set(spec.arms) - {spec.reference}
        assert sum(map(len, parts)) == len(set().union(*parts)), "a value chooses arms of another"


def test_adadelta_keeps_its_own_rate():
    rates = {arm.name: arm.config.lr for arm in STUDIES["sweep-optimizers"].build(given={"lr": 0.02}).arms}
    assert rates == {"sgd": 0.02, "adam": 0.02, "adagrad": 0.02, "rmsprop": 0.02, "adadelta": 1.0}


def test_no_two_studies_write_the_same_files():
    built: list[Study] = [STUDIES[name].build(reading=reading or None) for name, reading in ALL]
    assert len({study.name for study in built}) == len(built)
    assert all(len({arm.name for arm in study.arms}) == len(study.arms) for study in built)
