"""From a data set's file to points: drawn by its function for each trial, or a table that each trial splits anew."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor

from experiments.config.csv_table import read_table
from experiments.config.data_sets import FIXED, facts_of
from experiments.config.settings import SettingError
from experiments.config.trial import DEFAULT_TARGET, TrialConfig
from experiments.config.user_files import UserFile
from experiments.training.streams import generator
from experiments.training.user_code import errors_of_user_code, load_user_code

Points = tuple[Tensor, Tensor]
PROBED = 1000
WANTED = "inputs (samples, features) of finite floating-point numbers, labels (samples,) of whole numbers from 0 on"


class Source(ABC):
    """Where a trial's points come from: how many features they have, and the names of their classes."""

    features: int
    classes: tuple[str, ...]

    @abstractmethod
    def splits(self, sizes: Mapping[str, int], data_set: int, noise: float | None) -> dict[str, Points]:
        """The points (samples, features) in float64 and labels (samples,) of each split, for the number of a data set."""


def source_of(config: TrialConfig) -> Source:
    """Where the points of these settings come from.

    Raises SettingError for a function that does not give points, and UserCodeError where it fails.
    """
    return _source(config.data, config.target)


@functools.lru_cache(maxsize=16)
def _source(data: UserFile, target: str | None) -> Source:
    if not data.texts:
        raise SettingError("data", f"the content of {data} is not known here; name the file again")
    if not data.name:
        return _read_csv(data, target or DEFAULT_TARGET)
    if data.name == FIXED and data.label != "file":
        return _load_table(data)
    return _load_function(data)


@dataclass(frozen=True)
class Table(Source):
    """Rows of which each data set has its own split, every class in each split as often as in the whole."""

    features: int
    classes: tuple[str, ...]
    inputs: Tensor
    labels: Tensor

    def splits(self, sizes: Mapping[str, int], data_set: int, noise: float | None) -> dict[str, Points]:
        order = stratified_order(self.labels, generator(data_set, "split of a table"))
        train, test = sizes["train"], sizes.get("test", 0)
        # The test set is taken from the end, so that it does not move with the size of the training set.
        rows = {
            "train": order[:train],
            "validation": order[train : train + sizes.get("validation", 0)],
            "test": order[len(order) - test :],
        }
        return {name: (self.inputs[rows[name]], self.labels[rows[name]]) for name in sizes}


def stratified_order(labels: Tensor, generator: Generator) -> Tensor:
    """A random order of the rows in which every stretch has the classes about as often as the whole.

    The k-th of n rows of a class, in random order, comes at the place (k + 1/2) / n.
    """
    places = torch.empty(len(labels), dtype=torch.float64)
    for label in range(int(labels.max()) + 1):
        rows = (labels == label).nonzero().flatten()
        shuffled = rows[torch.randperm(len(rows), generator=generator)]
        places[shuffled] = (torch.arange(len(rows), dtype=torch.float64) + 0.5) / len(rows)
    return places.argsort(stable=True)


def _read_csv(data: UserFile, target: str) -> Table:
    table = read_table(data, target)
    inputs = torch.tensor(table.inputs, dtype=torch.float64).view(len(table.labels), len(table.features))
    return Table(len(table.features), table.classes, inputs, torch.tensor(table.labels, dtype=torch.int64))


def _load_table(data: UserFile) -> Table:
    facts = facts_of(data, None)
    with errors_of_user_code():
        inputs, labels = load_user_code(data)()
    counts = tuple(labels.bincount().tolist())
    if counts != facts.counts or inputs.shape[1] != len(facts.features or ()):
        raise SettingError("data", f"{data} has {counts} rows of {inputs.shape[1]} features, and declares {facts.counts}")
    return Table(inputs.shape[1], facts.classes or (), inputs, labels)


@dataclass(frozen=True)
class Drawn(Source):
    """Points that a function draws from a generator, new ones for each split of each data set."""

    features: int
    classes: tuple[str, ...]
    name: str
    draw: Callable[..., Any]

    def splits(self, sizes: Mapping[str, int], data_set: int, noise: float | None) -> dict[str, Points]:
        return {
            name: self._checked(size, draw_checked(self.name, self.draw, size, generator(data_set, f"{name} points"), noise))
            for name, size in sizes.items()
        }

    def _checked(self, size: int, points: Points) -> Points:
        inputs, labels = points
        if inputs.shape[1] != self.features:
            raise SettingError("data", f"{self.name} gave {self.features} features before, and {inputs.shape[1]} now")
        if size and int(labels.max()) >= len(self.classes):
            known = f"labels below {len(self.classes)}, the number of its classes"
            raise SettingError(
                "data", f"{self.name} gave label {int(labels.max())}; wanted: {known}, see CLASSES in the manual"
            )
        return inputs, labels


def _load_function(data: UserFile) -> Drawn:
    """A drawing function, after a first draw that shows how many features and classes there are."""
    draw, facts, name = load_user_code(data), facts_of(data, None), str(data)
    if not callable(draw):
        raise SettingError("data", f"{name} is {draw!r:.60}, no function (samples, generator) -> inputs, labels")
    first, again = (draw_checked(name, draw, PROBED, generator(0, "first look at a function"), facts.noise) for _ in range(2))
    if not all(torch.equal(one, other) for one, other in zip(first, again, strict=True)):
        raise SettingError(
            "data",
            f"{name} gives other points from the same generator; let it draw from its generator only, "
            "as in torch.rand(samples, 2, generator=generator)",
        )
    inputs, labels = first
    if facts.features and len(facts.features) != inputs.shape[1]:
        raise SettingError(
            "data", f"{name} gave {inputs.shape[1]} features, and its file declares {len(facts.features)} FEATURES"
        )
    classes = facts.classes or tuple(str(label) for label in range(int(labels.max()) + 1))
    if len(classes) < 2:
        raise SettingError("data", f"{name} gave a single class, 0, for {PROBED} samples; at least two are needed")
    return Drawn(inputs.shape[1], classes, name, draw)


def draw_checked(name: str, draw: Callable[..., Any], samples: int, source: Generator, noise: float | None) -> Points:
    """What a function draws, inputs in float64 and labels in int64.

    Raises SettingError saying what it gave and what is wanted, and UserCodeError where it fails.
    """
    with errors_of_user_code():
        drawn = draw(samples, source) if noise is None else draw(samples, source, noise)
    if problem := _problem(drawn, samples):
        raise SettingError("data", f"{name} gave {problem} for {samples} samples; wanted: {WANTED}")
    inputs, labels = drawn
    return inputs.to(torch.float64), labels.to(torch.int64)


def _problem(drawn: Any, samples: int) -> str:
    """What is wrong with what a function gave, or nothing."""
    if not (isinstance(drawn, tuple | list) and len(drawn) == 2 and all(isinstance(part, Tensor) for part in drawn)):
        return _kind_of(drawn)
    inputs, labels = drawn
    if inputs.dim() != 2 or inputs.shape[0] != samples or not inputs.shape[1]:
        return f"inputs of shape {tuple(inputs.shape)}"
    if labels.shape != (samples,):
        return f"labels of shape {tuple(labels.shape)}"
    if not inputs.is_floating_point():
        return f"inputs of {inputs.dtype}"
    if labels.is_floating_point() or labels.is_complex():
        return f"labels of {labels.dtype}"
    if not inputs.isfinite().all():
        row, column = (~inputs.isfinite()).nonzero()[0].tolist()
        return f"{inputs[row, column].item()} in sample {row}, feature {column}"
    if samples and int(labels.min()) < 0:
        return f"label {int(labels.min())}"
    return ""


def _kind_of(drawn: Any) -> str:
    if isinstance(drawn, tuple | list):
        return f"a {type(drawn).__name__} of {', '.join(type(part).__name__ for part in drawn) or 'nothing'}"
    return f"a {type(drawn).__name__}"
