"""The points of a trial, scaled and encoded, for one network and for a stack."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import torch
from torch import Tensor

from experiments.config.trial import Trial, TrialConfig
from experiments.training.seeds import generator
from minifw import (
    Dataset,
    disc,
)
from minifw.scaling import Scaler
from minifw.targets import TARGETS, Targets

SPLITS = ("train", "validation", "test")


def sizes(config: TrialConfig) -> dict[str, int]:
    """How many points each split has; splits of size 0 are absent."""
    by_name = dict(zip(SPLITS, (config.train_size, config.validation_size, config.test_size), strict=True))
    return {name: size for name, size in by_name.items() if size}


def draw_points(config: TrialConfig, seed: int) -> dict[str, tuple[Tensor, Tensor]]:
    """The unscaled points (samples, 2) and labels (samples,) of each split of a trial, in float64."""
    data_set = config.data_set(seed)
    return {name: disc(size, generator(data_set, f"{name} points")) for name, size in sizes(config).items()}


def build_data(config: TrialConfig, seed: int) -> dict[str, Dataset]:
    """The scaled and encoded data sets of a trial by split, in its dtype."""
    points = draw_points(config, seed)
    scaler = Scaler(config.scale, points["train"][0])
    dtype = getattr(torch, config.dtype)
    targets = targets_of(config)
    return {
        name: Dataset(scaler(inputs).to(dtype), labels, targets.encode(labels).to(dtype))
        for name, (inputs, labels) in points.items()
    }


def targets_of(config: TrialConfig) -> Targets:
    """How the settings encode classes."""
    return TARGETS[config.resolve().targets or ""]


def stack_data(lanes: Sequence[Trial], device: torch.device) -> dict[str, Dataset]:
    """The data sets of all lanes by split, with a leading trial axis."""
    drawn: dict[tuple[str, int], dict[str, Dataset]] = {}
    parts = []
    for lane in lanes:
        key = (lane.config.scale, lane.config.data_set(lane.seed))
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
