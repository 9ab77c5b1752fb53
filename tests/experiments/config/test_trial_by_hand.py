"""Which settings let trials share a stack, all defaults, and what is refused of settings together: each written out."""

from __future__ import annotations

import json

import pytest
import torch

from experiments.config.settings import ACTIVATIONS, INITIALIZERS, OPTIMIZER_NUMBERS, OPTIMIZERS, SettingError
from experiments.config.trial import PER_TRIAL, SETTINGS, TrialConfig, config_from_dict, parse_setting
from experiments.config.user_files import UserFile, digest_of

MAY_DIFFER = {
    *("dropout", "init", "init_scale", "bias_init", "lr", "lr_decay_epoch", "momentum", "dampening", "weight_decay"),
    *("alpha", "rho", "beta1", "beta2", "eps", "lr_decay", "initial_accumulator_value", "seeds_per_data_set", "scale", "noise"),
    *("data_seed", "init_seed", "order_seed", "dropout_seed"),
}
OTHER = {
    "hidden": (7,),
    "act": ("tanh",),
    "out": "none",
    "dropout": (0.5,),
    "init": "he_normal",
    "init_scale": 2.0,
    "bias_init": "zero",
    "targets": "onehot",
    "loss": "cross-entropy",
    "reduction": "sum",
    "optimizer": "adam",
    "lr": 0.3,
    "lr_decay_epoch": 0.5,
    "momentum": 0.9,
    "dampening": 0.5,
    "nesterov": True,
    "weight_decay": 0.1,
    "alpha": 0.5,
    "centered": True,
    "rho": 0.5,
    "beta1": 0.5,
    "beta2": 0.5,
    "eps": 0.5,
    "lr_decay": 0.5,
    "initial_accumulator_value": 0.5,
    "batch_size": 5,
    "shuffle": False,
    "epochs": 3,
    "evaluate_every": 2,
    "record_steps": True,
    "data": "gauss",
    "target": "kind",
    "noise": 0.3,
    "train_size": 500,
    "validation_size": 5,
    "test_size": 5,
    "seeds_per_data_set": 2,
    "scale": "center",
    "dtype": "float64",
    "device": "cuda",
    "model": UserFile("0" * 32, "build"),
    "engine": "single",
    "data_seed": 3,
    "init_seed": 0,
    "order_seed": 3,
    "dropout_seed": 3,
}
TEXTS = (("points.csv", "x,kind,label\n" + "".join(f"{k},{k % 2},{k % 3}\n" for k in range(30))),)
TABLE = UserFile(digest_of(TEXTS), path="points.csv", texts=TEXTS)
STACK = {"engine": "stack"}
BESIDE = {
    "model": STACK,
    "device": STACK,
    "noise": {"data": "moons"},
    "target": {"data": TABLE},
    "nesterov": {"momentum": 0.9},
}


def user_of(name: str) -> str:
    return next(optimizer for optimizer, numbers in OPTIMIZERS.items() if name in numbers)


@pytest.mark.parametrize("name", SETTINGS)
def test_which_settings_separate_stacks(name: str) -> None:
    """`nesterov` and `centered` are branches of the update, not numbers in it."""
    beside = dict(BESIDE.get(name, {}))
    if name in OPTIMIZER_NUMBERS:
        beside["optimizer"] = user_of(name)
    base, other = TrialConfig(**beside), TrialConfig(**beside, **{name: OTHER[name]})
    assert base.key() != other.key()
    assert (base.structure() == other.structure()) == (name in MAY_DIFFER)
    assert (name in PER_TRIAL) == (name in MAY_DIFFER)
    before = SETTINGS[name].type.to_plain(getattr(base.resolve(), name))
    assert base.differences(other).get(name) == before


def test_every_default() -> None:
    assert TrialConfig().to_dict() == {
        "hidden": (25, 25, 25),
        "act": ("relu",) * 3,
        "out": "tanh",
        "dropout": (0.0,) * 3,
        "init": "uniform",
        "init_scale": 1.0,
        "bias_init": "same",
        "targets": "pm1",
        "loss": "mse",
        "reduction": "mean",
        "optimizer": "sgd",
        "lr": 0.1,
        "momentum": 0.0,
        "dampening": 0.0,
        "nesterov": False,
        "weight_decay": 0.0,
        "lr_decay_epoch": 1.0,
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
    assert json.loads(TrialConfig().key())["hidden"] == [25, 25, 25]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_optimisers_defaults_are_torchs(name: str) -> None:
    rule = {"sgd": "SGD", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adadelta": "Adadelta", "adam": "Adam"}[name]
    theirs = dict(getattr(torch.optim, rule)([torch.zeros(1)]).defaults)
    if "betas" in theirs:
        theirs["beta1"], theirs["beta2"] = theirs.pop("betas")
    expected = {number: theirs[number] for number in OPTIMIZERS[name]} | ({"lr": 0.1} if name == "sgd" else {})
    assert expected == OPTIMIZERS[name] == TrialConfig(optimizer=name).optimizer_numbers()


@pytest.mark.parametrize(
    ("settings", "name", "says"),
    [
        ({"hidden": (3, 4), "act": ("relu",) * 3}, "act", "3 values for 2 hidden layers; give one, or 2"),
        ({"hidden": (3, 4, 5), "dropout": (0.1, 0.2)}, "dropout", "2 values for 3 hidden layers; give one, or 3"),
        ({"loss": "cross-entropy", "targets": "pm1"}, "targets", "cross-entropy needs onehot targets, not pm1"),
        ({"train_size": 9}, "batch_size", "10 is more than the 9 training points"),
        ({"train_size": 1, "batch_size": 1, "scale": "standardize"}, "scale", "standardize needs at least 2 training points"),
        ({"nesterov": True}, "nesterov", "needs a momentum above 0 and no dampening"),
        ({"nesterov": True, "momentum": 0.0}, "nesterov", "needs a momentum"),
        ({"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "nesterov", "needs a momentum"),
        ({"rho": 0.5}, "rho", "belongs to adadelta, not to sgd"),
        ({"optimizer": "adadelta", "momentum": 0.5}, "momentum", "belongs to sgd, rmsprop, not to adadelta"),
        ({"lr": -1.0}, "lr", "-1.0 is not a finite number of at least 0"),
        ({"hidden": None}, "hidden", "None is not a tuple"),
        ({"engine": "vmap", "dropout": (0.1,)}, "dropout", "would share one stream"),
        ({"engine": "vmap", "act": ("sigmoid",)}, "act", "other bits beside other trials"),
        ({"engine": "vmap", "out": "sigmoid"}, "out", "other bits beside other trials"),
    ],
)
def test_settings_that_cannot_stand_together(settings: dict, name: str, says: str) -> None:
    with pytest.raises(SettingError, match=says) as caught:
        TrialConfig(**settings)
    assert caught.value.setting == name and str(caught.value) == f"{name}: {caught.value.message}"


def test_settings_that_just_can() -> None:
    TrialConfig(train_size=10)
    TrialConfig(train_size=2, batch_size=2, scale="standardize")
    TrialConfig(train_size=1, batch_size=1, scale="center")
    TrialConfig(loss="cross-entropy", targets="onehot")
    TrialConfig(nesterov=True, momentum=0.1)
    TrialConfig(nesterov=True, momentum=0.1, dampening=0.0)
    TrialConfig(nesterov=False)
    TrialConfig(engine="vmap", act=("tanh",), dropout=(0.0,))
    assert TrialConfig(lr=0.0).optimizer_numbers()["lr"] == 0.0


def test_who_takes_what() -> None:
    assert TrialConfig().runs_by("vmap") is True
    assert TrialConfig(dropout=(0.1,)).runs_by("vmap") is False and TrialConfig(dropout=(0.1,)).runs_by("torch") is True


def test_lists_are_as_good_as_tuples_and_spread_over_the_layers() -> None:
    config = TrialConfig(hidden=[3, 4], act=["tanh"], dropout=[0.1])  # type: ignore[arg-type]
    resolved = config.resolve()
    assert (resolved.hidden, resolved.act, resolved.dropout) == ((3, 4), ("tanh", "tanh"), (0.1, 0.1))
    apart = TrialConfig(hidden=(3, 4), act=("tanh", "relu")).resolve()
    assert apart.act == ("tanh", "relu")
    assert config_from_dict(json.loads(config.key())) == resolved


def test_a_given_output_and_targets_stay() -> None:
    entropy = TrialConfig(loss="cross-entropy", out="tanh").resolve()
    assert (entropy.out, entropy.targets) == ("tanh", "onehot")
    assert (TrialConfig(out="none", targets="binary").resolve().out, TrialConfig(targets="binary").resolve().targets) == (
        "none",
        "binary",
    )


def test_names_that_settings_offer() -> None:
    assert SETTINGS["act"].help == (
        "Hidden activation: relu, tanh, sigmoid or a class of yours, layers.py:Leaky; one for all layers, or one per layer."
    )
    assert SETTINGS["lr"].default_text == "sgd 0.1, rmsprop 0.01, adagrad 0.01, adadelta 1, adam 0.001"
    assert SETTINGS["momentum"].default_text == "sgd 0, rmsprop 0"
    assert SETTINGS["nesterov"].default_text == "sgd off" and SETTINGS["epochs"].default_text == "50"
    assert [parse_setting("act", name) for name in ACTIVATIONS] == [("relu",), ("tanh",), ("sigmoid",)]
    assert [parse_setting("init", name) for name in INITIALIZERS] == list(INITIALIZERS)
    with pytest.raises(SettingError, match=r"^act: 'elu' is not one of relu, tanh, sigmoid") as caught:
        parse_setting("act", "elu")
    assert caught.value.setting == "act"
