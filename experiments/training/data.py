"""The points of a trial, scaled and encoded, as numpy arrays: the one place where every engine gets them. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.config.trial import Trial, TrialConfig
from experiments.training.seeds import stream_seed
from minifw.compiled.draws import Generators
from minifw.compiled.points import draw_disc, encode, scale_points

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
    return 2


def outputs_of(config: TrialConfig) -> int:
    """How many outputs the network has."""
    return 1 if config.resolve().targets == "binary" else 2


def draw_points(config: TrialConfig, seed: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The unscaled points (samples, features) in float64 and labels (samples,) of each split of a trial."""
    return {name: _draw_disc(size, config.data_set(seed), name) for name, size in sizes(config).items()}


def _draw_disc(samples: int, data_set: int, split: str) -> tuple[np.ndarray, np.ndarray]:
    points, labels = draw_disc(Generators([stream_seed(data_set, f"{split} points")]), samples)
    return points[0], labels[0]


def build_data(config: TrialConfig, seed: int) -> dict[str, Samples]:
    """The scaled and encoded points of a trial by split."""
    points = draw_points(config, seed)
    training, targets = points["train"][0], config.resolve().targets or ""
    return {
        name: Samples(scale_points(config.scale, training, inputs), labels, encode(targets, labels))
        for name, (inputs, labels) in points.items()
    }


def stack_data(lanes: Sequence[Trial]) -> dict[str, Samples]:
    """The points of all lanes by split, with a leading trial axis."""
    drawn: dict[tuple[str, int], dict[str, Samples]] = {}
    parts = []
    for lane in lanes:
        key = (lane.config.scale, lane.config.data_set(lane.seed))
        if key not in drawn:
            drawn[key] = build_data(lane.config, lane.seed)
        parts.append(drawn[key])

    def column(split: str, name: str) -> np.ndarray:
        return np.stack([getattr(part[split], name) for part in parts])

    return {split: Samples(*(column(split, name) for name in ("inputs", "labels", "targets"))) for split in parts[0]}
