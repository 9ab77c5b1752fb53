"""The points of a trial, scaled and encoded, as numpy arrays: the one place where every engine gets them.

The disc needs no torch; data sets of other kinds load it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.config.data_sets import DEFAULT
from experiments.config.settings import SettingError
from experiments.config.trial import Trial, TrialConfig
from experiments.training.seeds import stream_seed
from minifw.compiled.draws import Generators
from minifw.compiled.points import draw_disc, encode, find_scaling

if TYPE_CHECKING:
    from experiments.training.data_sources import Source

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Samples:
    """A split of a trial: inputs (samples, features) and targets (samples, outputs) in float64, labels (samples,) in int64.

    Those of a stack have a leading trial axis.
    """

    inputs: np.ndarray
    labels: np.ndarray
    targets: np.ndarray


def sizes(config: TrialConfig) -> dict[str, int]:
    """How many points each split has; splits of size 0 are absent."""
    by_name = dict(zip(SPLITS, (config.train_size, config.validation_size, config.test_size), strict=True))
    return {name: size for name, size in by_name.items() if size}


def features_of(config: TrialConfig) -> int:
    """How many numbers a point has."""
    known = config.facts().features
    return _source_of(config).features if known is None else len(known)


def classes_of(config: TrialConfig) -> tuple[str, ...]:
    """The names of the classes."""
    known = config.facts().classes
    return _source_of(config).classes if known is None else known


def outputs_of(config: TrialConfig) -> int:
    """How many outputs the network has."""
    targets = targets_name(config)
    return {"pm1": 2, "binary": 1}.get(targets) or len(classes_of(config))


def targets_name(config: TrialConfig) -> str:
    """How classes are encoded. Raises SettingError for an encoding of two where there are more."""
    name, classes = config.resolve().targets or "", len(classes_of(config))
    if classes > 2 and name != "onehot":
        raise SettingError("targets", f"{name} is for two classes, and {config.data} has {classes}; use onehot")
    return name


def draw_points(config: TrialConfig, seed: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The unscaled points (samples, features) in float64 and labels (samples,) of each split of a trial."""
    data_set = config.data_set(seed)
    if config.data.label == DEFAULT:
        return {name: _draw_disc(size, data_set, name) for name, size in sizes(config).items()}
    splits = _source_of(config).splits(sizes(config), data_set, config.noise)
    return {name: (inputs.numpy(), labels.numpy()) for name, (inputs, labels) in splits.items()}


def _draw_disc(samples: int, data_set: int, split: str) -> tuple[np.ndarray, np.ndarray]:
    points, labels = draw_disc(Generators([stream_seed(data_set, f"{split} points")]), samples)
    return points[0], labels[0]


def _source_of(config: TrialConfig) -> Source:
    from experiments.training.data_sources import source_of

    return source_of(config)


def scaling_of(config: TrialConfig, training: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Shift and divisor (1, features) of a trial's points.

    Raises SettingError for a feature that is constant over the training points.
    """
    try:
        return find_scaling(config.scale, training)
    except ValueError as error:
        raise SettingError("scale", f"{config.data}, seed {seed}: {error}, or use center or a larger train_size") from None


def build_data(config: TrialConfig, seed: int) -> dict[str, Samples]:
    """The scaled and encoded points of a trial by split."""
    points = draw_points(config, seed)
    shift, divisor = scaling_of(config, points["train"][0], seed)
    targets, classes = targets_name(config), len(classes_of(config))
    return {
        name: Samples((inputs - shift) / divisor, labels, encode(targets, labels, classes))
        for name, (inputs, labels) in points.items()
    }


def stack_data(lanes: Sequence[Trial]) -> dict[str, Samples]:
    """The points of all lanes by split, with a leading trial axis."""
    drawn: dict[tuple[str, float | None, int], dict[str, Samples]] = {}
    parts = []
    for lane in lanes:
        key = (lane.config.scale, lane.config.noise, lane.config.data_set(lane.seed))
        if key not in drawn:
            drawn[key] = build_data(lane.config, lane.seed)
        parts.append(drawn[key])

    def column(split: str, name: str) -> np.ndarray:
        return np.stack([getattr(part[split], name) for part in parts])

    return {split: Samples(*(column(split, name) for name in ("inputs", "labels", "targets"))) for split in parts[0]}
