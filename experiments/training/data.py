"""The points of a trial, scaled and encoded, for one network and for a stack."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import torch
from torch import Tensor

from experiments.config.settings import SettingError
from experiments.config.trial import Trial, TrialConfig
from experiments.training.data_sources import source_of
from minifw import Dataset
from minifw.scaling import Scaler
from minifw.targets import Targets, find_targets

SPLITS = ("train", "validation", "test")


def sizes(config: TrialConfig) -> dict[str, int]:
    """How many points each split has; splits of size 0 are absent."""
    by_name = dict(zip(SPLITS, (config.train_size, config.validation_size, config.test_size), strict=True))
    return {name: size for name, size in by_name.items() if size}


def draw_points(config: TrialConfig, seed: int) -> dict[str, tuple[Tensor, Tensor]]:
    """The unscaled points (samples, features) and labels (samples,) of each split of a trial, in float64."""
    return source_of(config).splits(sizes(config), config.data_set(seed), config.noise)


def features_of(config: TrialConfig) -> int:
    """How many numbers a point has."""
    return source_of(config).features


def classes_of(config: TrialConfig) -> tuple[str, ...]:
    """The names of the classes."""
    return source_of(config).classes


def build_data(config: TrialConfig, seed: int) -> dict[str, Dataset]:
    """The scaled and encoded data sets of a trial by split, in its dtype."""
    points = draw_points(config, seed)
    scaler = make_scaler(config, seed, points["train"][0])
    dtype = getattr(torch, config.dtype)
    targets = targets_of(config)
    return {
        name: Dataset(scaler(inputs).to(dtype), labels, targets.encode(labels).to(dtype))
        for name, (inputs, labels) in points.items()
    }


def make_scaler(config: TrialConfig, seed: int, training_points: Tensor) -> Scaler:
    """The scaling of a trial's points. Raises SettingError for a feature that is constant over the training points."""
    try:
        return Scaler(config.scale, training_points)
    except ValueError as error:
        raise SettingError("scale", f"{config.data}, seed {seed}: {error}, or use center or a larger train_size") from None


def targets_of(config: TrialConfig) -> Targets:
    """How the settings encode classes. Raises SettingError for an encoding of two where there are more."""
    name, classes = config.resolve().targets or "", len(classes_of(config))
    if classes > 2 and name != "onehot":
        raise SettingError("targets", f"{name} is for two classes, and {config.data} has {classes}; use onehot")
    return find_targets(name, classes)


def stack_data(lanes: Sequence[Trial], device: torch.device) -> dict[str, Dataset]:
    """The data sets of all lanes by split, with a leading trial axis."""
    drawn: dict[tuple[str, float | None, int], dict[str, Dataset]] = {}
    parts = []
    for lane in lanes:
        key = (lane.config.scale, lane.config.noise, lane.config.data_set(lane.seed))
        if key not in drawn:
            drawn[key] = build_data(lane.config, lane.seed)
        parts.append(drawn[key])

    def column(split: str, name: str) -> Tensor:
        return torch.stack([getattr(part[split], name) for part in parts]).to(device)

    names = [field.name for field in dataclasses.fields(Dataset)]
    return {split: Dataset(*(column(split, name) for name in names)) for split in parts[0]}


def single_data(lane: Trial, device: torch.device) -> dict[str, Dataset]:
    """The data sets of one trial by split, without a trial axis."""
    stacked = stack_data([lane], device)
    return {split: Dataset(data.inputs[0], data.labels[0], data.targets[0]) for split, data in stacked.items()}
