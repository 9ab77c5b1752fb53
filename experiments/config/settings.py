"""What settings there are to choose from, and what a user is told of each. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from experiments.config.setting_types import Integer, SettingType


class SettingError(ValueError):
    """A setting that is not allowed: `setting` names it, `message` says what is."""

    def __init__(self, setting: str, message: str) -> None:
        super().__init__(f"{setting}: {message}")
        self.setting = setting
        self.message = message


# For each optimiser the numbers it takes and their defaults: torch.optim's, but for SGD's rate.
OPTIMIZERS: dict[str, dict[str, Any]] = {
    "sgd": {"lr": 0.1, "momentum": 0.0, "dampening": 0.0, "nesterov": False, "weight_decay": 0.0},
    "rmsprop": {"lr": 0.01, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0.0, "momentum": 0.0, "centered": False},
    "adagrad": {"lr": 0.01, "lr_decay": 0.0, "weight_decay": 0.0, "initial_accumulator_value": 0.0, "eps": 1e-10},
    "adadelta": {"lr": 1.0, "rho": 0.9, "eps": 1e-6, "weight_decay": 0.0},
    "adam": {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.0},
}
OPTIMIZER_NUMBERS = tuple(dict.fromkeys(name for numbers in OPTIMIZERS.values() for name in numbers))
ACTIVATIONS = ("relu", "tanh", "sigmoid")
LOSSES = ("mse", "cross-entropy")
# The network that the settings of layers describe.
LAYERS = "layers"
# What a network that a user's function builds has no use for.
OF_LAYERS = ("hidden", "act", "out", "dropout", "init", "init_scale", "bias_init")
# The settings that may name a user's own code of a network or its loss.
OWN_CODE = ("act", "loss", "model")
# What a trial draws from; a setting such as `data_seed` gives each another seed.
SOURCES = ("data", "init", "order", "dropout")
# Generators look at the low 32 bits of a seed only.
MAX_SEEDS = 2**32
INITIALIZERS = (
    "uniform",
    "normal",
    "xavier_normal",
    "xavier_uniform",
    "he_normal",
    "he_uniform",
    "xavier_literal_variance",
    "xavier_literal_std",
)


@dataclass(frozen=True)
class Setting:
    """What the user is told of a field, whether trials that differ in it may share a stack, and when it stands in a key."""

    type: SettingType
    help: str
    panel: str
    default_text: str = ""
    per_trial: bool = False
    added_later: bool = False


def setting(
    default: Any,
    kind: SettingType,
    panel: str,
    help: str,
    default_text: str | None = None,
    per_trial: bool = False,
    added_later: bool = False,
) -> Any:
    """A field of `TrialConfig` with what a user is told of it.

    Stored trials are found by the key of all their settings. So a setting that comes when trials are stored already is
    `added_later`: at its default it stands in no key, and the trials from before it are still found. That default must mean
    what was done before, and never changes again.
    """
    text = kind.format(default) if default_text is None else default_text
    return field(default=default, metadata={"setting": Setting(kind, help, panel, text, per_trial, added_later)})


def own_setting(name: str, help: str, kind: SettingType, per_trial: bool = True) -> Any:
    """A number of some optimisers, whose default is the optimiser's own."""
    own = [f"{optimizer} {kind.format(numbers[name])}" for optimizer, numbers in OPTIMIZERS.items() if name in numbers]
    return setting(None, kind, "Optimiser", f"{help}.", ", ".join(own), per_trial)


def purpose_seed(what: str) -> Any:
    """The seed of one purpose, in place of the trial's own."""
    return setting(
        None,
        Integer(0, below=MAX_SEEDS),
        "Seeds",
        f"The seed of the {what}, the same in every round.",
        "each round's own",
        per_trial=True,
        added_later=True,
    )


def option_name(name: str) -> str:
    """The command-line option of a setting: `--batch-size` for batch_size."""
    return "--" + name.replace("_", "-")
