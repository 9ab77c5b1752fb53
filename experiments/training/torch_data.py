"""The points of trials as torch tensors, for one network and for a stack."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Generator

from experiments.config.trial import Trial, TrialConfig
from experiments.training.data import Samples, classes_of, stack_data, targets_name
from experiments.training.streams import generator
from minifw import Dataset
from minifw.targets import Targets, find_targets


def stack_datasets(lanes: Sequence[Trial], device: torch.device) -> dict[str, Dataset]:
    """The data sets of all lanes by split, with a leading trial axis, in their dtype."""
    dtype = getattr(torch, lanes[0].config.dtype)
    return {split: _dataset(samples, dtype, device) for split, samples in stack_data(lanes).items()}


def _dataset(samples: Samples, dtype: torch.dtype, device: torch.device) -> Dataset:
    inputs, labels, targets = (torch.from_numpy(part) for part in (samples.inputs, samples.labels, samples.targets))
    return Dataset(inputs.to(device, dtype), labels.to(device), targets.to(device, dtype))


def single_datasets(lane: Trial, device: torch.device) -> dict[str, Dataset]:
    """The data sets of one trial by split, without a trial axis."""
    stacked = stack_datasets([lane], device)
    return {split: Dataset(data.inputs[0], data.labels[0], data.targets[0]) for split, data in stacked.items()}


def targets_of(config: TrialConfig) -> Targets:
    """How the settings encode classes. Raises SettingError for an encoding of two where there are more."""
    return find_targets(targets_name(config), len(classes_of(config)))


def order_generators(lanes: Sequence[Trial]) -> list[Generator]:
    """Where each lane draws the orders of its samples from."""
    return [generator(lane.config.seed_of("order", lane.seed), "shuffling") for lane in lanes]
