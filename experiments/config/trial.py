"""TrialConfig: everything but the seed that defines a trial.

Each field carries what a user is told of it, so that the command line, sweeps and this page read from one table; what is
allowed of them together stands in `validation`. Imports no torch, so that bad input is answered at once.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from experiments.config.data_sets import DATA_SOURCE, DEFAULT, DataFacts, facts_of
from experiments.config.engines import DEFAULT_ENGINE, ENGINE_OF_OWN_CODE, ENGINES
from experiments.config.file_types import NameOrFile
from experiments.config.setting_types import Choice, Device, Integer, ListOf, Number, Switch, Text, did_you_mean
from experiments.config.settings import (
    ACTIVATIONS,
    INITIALIZERS,
    LAYERS,
    LOSSES,
    OPTIMIZERS,
    OWN_CODE,
    Setting,
    SettingError,
    own_setting,
    purpose_seed,
    setting,
)
from experiments.config.user_files import UserFile, files_in, with_content
from experiments.config.validation import check

DEFAULT_TARGET = "label"
DECIDED_BY_DATA = ("target", "noise", "scale", "train_size", "test_size")


@dataclass(frozen=True)
class TrialConfig:
    """The settings of a trial. The defaults are feng's study; `None` stands for a default that depends on other settings.

    A new setting is marked `added_later=True`, so that stored trials keep their keys; see `settings.setting`.
    Raises SettingError, naming the setting, for a value that is not allowed. See `resolve` for what None becomes.

    Example:
        >>> from experiments import TrialConfig
        >>> config = TrialConfig(hidden=(5,), optimizer="adam")
        >>> config.resolve().lr, config.replace(lr=0.01).resolve().lr
        (0.001, 0.01)
        >>> TrialConfig(epochs=0)
        Traceback (most recent call last):
        experiments.config.settings.SettingError: epochs: 0 is not a whole number of at least 1
    """

    hidden: tuple[int, ...] = setting(
        (25, 25, 25), ListOf(Integer(1), "WIDTHS"), "Network", "Widths of the hidden layers, e.g. 25,25,25."
    )
    act: tuple[str | UserFile, ...] = setting(
        ("relu",),
        ListOf(NameOrFile(ACTIVATIONS, "a layer", ((".py", "file.py:CLASS"),)), "NAMES"),
        "Network",
        "Hidden activation: relu, tanh, sigmoid or a class of yours, layers.py:Leaky; one for all layers, or one per layer.",
    )
    out: str | None = setting(
        None,
        Choice((*ACTIVATIONS[1:], "none")),
        "Network",
        "Activation of the output.",
        "tanh; none with cross-entropy",
    )
    dropout: tuple[float, ...] = setting(
        (0.0,),
        ListOf(Number(0, 1), "RATES"),
        "Network",
        "Probability to drop a hidden unit, in [0, 1): one for all hidden layers, or one per layer.",
        per_trial=True,
    )
    init: str = setting(
        "uniform", Choice(INITIALIZERS), "Network", f"How weights are drawn: {', '.join(INITIALIZERS)}.", per_trial=True
    )
    init_scale: float = setting(1.0, Number(0), "Network", "A factor on the drawn weights and biases.", per_trial=True)
    bias_init: str = setting(
        "same",
        Choice(("same", "zero")),
        "Network",
        "Draw biases like the weights, or start them at zero.",
        per_trial=True,
    )

    targets: str | None = setting(
        None,
        Choice(("pm1", "binary", "onehot")),
        "Objective",
        "Two outputs +-1 (inside when they sum to more than 0), one output 0/1 (inside above 0.5), or one-hot (argmax).",
        "pm1; onehot with cross-entropy",
    )
    loss: str | UserFile = setting(
        "mse",
        NameOrFile(LOSSES, "a loss", ((".py", "file.py:CLASS"),)),
        "Objective",
        "The loss: mse, cross-entropy or a class of yours, losses.py:Huber; cross-entropy implies one-hot targets.",
    )
    reduction: str = setting(
        "mean",
        Choice(("mean", "batchmean", "sum")),
        "Objective",
        "How the loss of a batch is reduced for its gradient: over all elements, over samples, or not at all.",
    )

    optimizer: str = setting("sgd", Choice(tuple(OPTIMIZERS)), "Optimiser", f"The update rule: {', '.join(OPTIMIZERS)}.")
    lr: float | None = setting(
        None,
        Number(0),
        "Optimiser",
        "Learning rate.",
        ", ".join(f"{name} {numbers['lr']:g}" for name, numbers in OPTIMIZERS.items()),
        per_trial=True,
    )
    lr_decay_epoch: float = setting(
        1.0,
        Number(0, above=True),
        "Optimiser",
        "Factor on the learning rate after every epoch.",
        per_trial=True,
    )
    momentum: float | None = own_setting("momentum", "Momentum, in [0, 1)", Number(0, 1))
    dampening: float | None = own_setting("dampening", "Dampening of the momentum", Number(0))
    nesterov: bool | None = own_setting("nesterov", "Nesterov's momentum", Switch(), per_trial=False)
    weight_decay: float | None = own_setting("weight_decay", "L2 penalty", Number(0))
    alpha: float | None = own_setting("alpha", "Decay of the squared average, in [0, 1)", Number(0, 1))
    centered: bool | None = own_setting("centered", "Divide by the centred deviation", Switch(), per_trial=False)
    rho: float | None = own_setting("rho", "Decay of both squared averages, in [0, 1)", Number(0, 1))
    beta1: float | None = own_setting("beta1", "Decay of the average, in [0, 1)", Number(0, 1))
    beta2: float | None = own_setting("beta2", "Decay of the squared average, in [0, 1)", Number(0, 1))
    eps: float | None = own_setting("eps", "Keeps the division finite", Number(0))
    lr_decay: float | None = own_setting("lr_decay", "Decay of the learning rate by step", Number(0))
    initial_accumulator_value: float | None = own_setting(
        "initial_accumulator_value", "Where the sum of squares starts", Number(0)
    )

    batch_size: int = setting(10, Integer(1), "Training", "Samples in a batch.")
    shuffle: bool = setting(True, Switch(), "Training", "Draw a new order of the samples every epoch.")
    epochs: int = setting(50, Integer(1), "Training", "Passes over the training set.")
    evaluate_every: int = setting(1, Integer(1), "Training", "Measure every so many epochs, the first and the last.")
    record_steps: bool = setting(False, Switch(), "Training", "Keep the loss of every batch too.")

    data: UserFile = setting(
        DEFAULT,
        DATA_SOURCE,
        "Data",
        "A data set that `minifw studies --data` lists, or yours: points.csv, file.py:FUNCTION.",
        added_later=True,
    )
    target: str | None = setting(
        None, Text("COLUMN"), "Data", "The column of a table that has the classes.", "label", added_later=True
    )
    noise: float | None = setting(
        None, Number(0), "Data", "Deviation of what moves drawn points.", "the data set's own", True, added_later=True
    )
    train_size: int = setting(None, Integer(1), "Data", "Training points of each trial.", "1000; 70 % of a table")
    validation_size: int = setting(0, Integer(0), "Data", "Validation points of each trial.")
    test_size: int = setting(None, Integer(0), "Data", "Test points of each trial.", "1000; what is left of a table")
    seeds_per_data_set: int = setting(1, Integer(1), "Data", "How many consecutive seeds share one data set.", per_trial=True)
    scale: str = setting(
        None,
        Choice(("none", "center", "standardize", "symmetric")),
        "Data",
        "Inputs as they are (none), minus the training mean (center), also divided by the training deviation (standardize), or "
        "2x - 1 (symmetric).",
        "none; standardize for tables",
        per_trial=True,
    )

    dtype: str = setting("float32", Choice(("float32", "float64")), "Machine", "Precision.")
    device: str = setting("cpu", Device(), "Machine", "Where tensors live.")
    model: str | UserFile = setting(
        LAYERS,
        NameOrFile((LAYERS,), "a network", ((".py", "file.py:FUNCTION"),)),
        "Network",
        "The network: layers, as other options say, or what your function, file.py:build, makes of a torch.Generator.",
        added_later=True,
    )
    engine: str = setting(
        None,
        Choice(ENGINES),
        "Machine",
        "What trains: compiled (C, the same bits on every machine), stack or single (minifw's torch modules), torch or vmap "
        "(PyTorch's own).",
        f"{DEFAULT_ENGINE}; {ENGINE_OF_OWN_CODE} with layers or losses of your own",
    )

    data_seed: int | None = purpose_seed("points")
    init_seed: int | None = purpose_seed("initial weights")
    order_seed: int | None = purpose_seed("orders of the samples")
    dropout_seed: int | None = purpose_seed("dropout masks")

    def __post_init__(self) -> None:
        for name, declared in SETTINGS.items():
            try:
                object.__setattr__(self, name, declared.type.from_python(getattr(self, name)))
            except ValueError as error:
                raise SettingError(name, str(error)) from None
        self._fill_in(self.facts())
        check(self, SETTINGS)

    def _fill_in(self, facts: DataFacts) -> None:
        """Writes out what the data set, or code of the user's, decides and was not given."""
        train, test = facts.sizes(self.train_size, self.validation_size, self.test_size)
        is_file = not self.data.name and bool(self.data.texts)
        filled = {
            "target": (self.target or DEFAULT_TARGET) if is_file else self.target,
            "noise": facts.noise if self.noise is None else self.noise,
            "scale": self.scale or facts.scale,
            "train_size": train,
            "test_size": test,
            "engine": self.engine or self._usual_engine(),
        }
        for name, value in filled.items():
            object.__setattr__(self, name, value)

    def _usual_engine(self) -> str:
        return ENGINE_OF_OWN_CODE if self.own_code() else DEFAULT_ENGINE

    def own_code(self) -> dict[str, list[UserFile]]:
        """The user's files of layers, losses and networks, by setting."""
        found = {name: files_in([getattr(self, name)]) for name in OWN_CODE}
        return {name: files for name, files in found.items() if files}

    def facts(self) -> DataFacts:
        """What is known of the data set before anything is drawn."""
        return facts_of(self.data, self.target or DEFAULT_TARGET)

    def resolve(self) -> TrialConfig:
        """The same settings with every None that has a meaning written out, and lists as long as the layers.

        Two configurations train the same trials exactly when their resolved forms are equal.
        """
        cross_entropy = self.loss == "cross-entropy"
        # One-hot targets suit any number of classes; only a function of the user's may not say how many it has.
        onehot = cross_entropy or len(self.facts().classes or ()) != 2
        own = OPTIMIZERS[self.optimizer]
        numbers: dict[str, Any] = {name: own[name] for name in own if getattr(self, name) is None}
        if self.model == LAYERS:
            numbers["act"] = _spread(self.act, len(self.hidden))
            numbers["dropout"] = _spread(self.dropout, len(self.hidden))
            numbers["out"] = self.out or ("none" if cross_entropy else "tanh")
        return dataclasses.replace(self, targets=self.targets or ("onehot" if onehot else "pm1"), **numbers)

    def replace(self, **changes: Any) -> TrialConfig:
        """A copy with other settings.

        With another data set, what the one before decided is left to the new one; likewise the engine with another layer,
        loss or network.
        """
        if "data" in changes:
            undecided = type(self)(data=self.data, target=self.target, validation_size=self.validation_size)
            left = [name for name in DECIDED_BY_DATA if getattr(self, name) == getattr(undecided, name)]
            changes = {**dict.fromkeys(left), **changes}
        if changes.keys() & set(OWN_CODE) and self.engine == self._usual_engine():
            changes = {"engine": None, **changes}
        return dataclasses.replace(self, **changes)

    def runs_by(self, engine: str) -> bool:
        """Whether an engine takes these settings."""
        try:
            self.replace(engine=engine)
        except SettingError:
            return False
        return True

    def data_set(self, seed: int) -> int:
        """The number of the data set that a seed's trial has; consecutive seeds may share one."""
        return self.seed_of("data", seed) // self.seeds_per_data_set

    def seed_of(self, purpose: str, seed: int) -> int:
        """The seed that a trial draws with for a purpose (data, init, order, dropout): its own unless the setting gives one."""
        given: int | None = getattr(self, f"{purpose}_seed")
        return seed if given is None else given

    @property
    def steps_per_epoch(self) -> int:
        """Batches in a pass over the training set, the last perhaps a smaller one."""
        return math.ceil(self.train_size / self.batch_size)

    def optimizer_numbers(self) -> dict[str, Any]:
        """The numbers of the optimiser by name, defaults written out."""
        resolved = self.resolve()
        return {name: getattr(resolved, name) for name in OPTIMIZERS[self.optimizer]}

    def to_dict(self) -> dict[str, Any]:
        """The resolved settings as plain JSON values, without the numbers of other optimisers.

        Without those added later too that are at their default, so that the values are what they were before.
        """
        later: dict[str, Any] = {f.name: f.default for f in dataclasses.fields(self) if _added_later(f)}
        before = dataclasses.replace(self.resolve(), **later)._resolved_values() if later else {}
        return {
            name: value for name, value in self._resolved_values().items() if name not in later or value != before.get(name)
        }

    def _resolved_values(self) -> dict[str, Any]:
        """The resolved settings that have a value, by name, as they stand in a key."""
        resolved = self.resolve()
        values = {f.name: getattr(resolved, f.name) for f in dataclasses.fields(self)}
        return {name: _to_plain(name, value) for name, value in values.items() if value is not None}

    def user_files(self) -> list[UserFile]:
        """The files that settings name, but for the default data set's, which comes with the code."""
        return [file for file in files_in(getattr(self, name) for name in SETTINGS) if file.label != DEFAULT]

    def with_contents(self, contents: Mapping[str, UserFile]) -> TrialConfig:
        """The same settings, with the contents of files, by their digests, where only those are known."""
        if all(file.texts for file in self.user_files()):
            return self
        return self.replace(**{name: with_content(getattr(self, name), contents) for name in SETTINGS})

    def key(self) -> str:
        """Canonical text of the resolved settings."""
        return _key(self)

    def structure(self) -> str:
        """Canonical text of what trials must have in common to train in one stack."""
        return _structure(self)

    def differences(self, other: TrialConfig) -> dict[str, Any]:
        """The resolved settings in which this one differs from another."""
        mine, theirs = self._resolved_values(), other._resolved_values()
        return {name: value for name, value in mine.items() if theirs.get(name) != value}


@dataclass(frozen=True)
class Trial:
    """One network to train: its settings and its seed."""

    config: TrialConfig
    seed: int


# Settings are few, and the trials that ask for their key are many: both texts are made once.
@functools.cache
def _key(config: TrialConfig) -> str:
    return _canonical(config.to_dict())


@functools.cache
def _structure(config: TrialConfig) -> str:
    return _canonical({name: value for name, value in config.to_dict().items() if name not in PER_TRIAL})


def _canonical(values: dict[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


def _added_later(declared: dataclasses.Field[Any]) -> bool:
    return "setting" in declared.metadata and bool(declared.metadata["setting"].added_later)


def _spread(values: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    return values * count if len(values) == 1 else values


SETTINGS: dict[str, Setting] = {
    f.name: f.metadata["setting"] for f in dataclasses.fields(TrialConfig) if "setting" in f.metadata
}
PER_TRIAL = frozenset(name for name, setting in SETTINGS.items() if setting.per_trial)


def parse_setting(name: str, text: str) -> Any:
    """The value of a setting written as text. Raises SettingError for an unknown setting or a value not allowed."""
    if name not in SETTINGS:
        raise SettingError(name, f"there is no such setting{did_you_mean(name, SETTINGS)}")
    try:
        return SETTINGS[name].type.parse(text)
    except ValueError as error:
        raise SettingError(name, str(error)) from None


def config_from_dict(values: Mapping[str, Any]) -> TrialConfig:
    """The configuration whose `to_dict` gave these values, now or when engines had other names, without files' contents."""
    settings = dict(values)
    if "implementation" in settings:
        before = settings.pop("implementation")
        settings["engine"] = "stack" if before == "minifw" else before
    return TrialConfig(**{name: _from_plain(name, value) for name, value in settings.items()})


def _to_plain(name: str, value: Any) -> Any:
    return SETTINGS[name].type.to_plain(value) if name in SETTINGS else value


def _from_plain(name: str, plain: Any) -> Any:
    return SETTINGS[name].type.from_plain(plain) if name in SETTINGS else plain
