"""Trained networks in a file that other programs read: safetensors, each tensor with a leading trial axis.

Names and shapes are those of `torch.nn.Sequential`: `0.weight` (trials, out, in), `0.bias` (trials, out). What it takes to
use the networks is in the file too: settings, seeds, the names of features and classes, and how inputs are scaled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from experiments.analysis.stored_networks import load_model, stored_scaling
from experiments.analysis.tables import final_values
from experiments.config.settings import SettingError
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig, config_from_dict
from experiments.files import locked, replace_file
from experiments.output.manifest import model_ends
from experiments.store.reader import TrialReader
from experiments.training.networks import build_model
from experiments.training.torch_data import targets_of
from minifw import Linear, Module, Parameter, Sequential

# All that is not a tensor is one JSON text under this word: safetensors keeps no order among several.
WORD = "minifw"
FORMAT = 1
SCALING = ("scaling.shift", "scaling.divisor")


class ModelFileError(ValueError):
    """A file that cannot be used; the message says why."""


def torch_views(model: Module) -> dict[str, Tensor]:
    """The parameters and buffers under torch.nn's names and in its shapes; what is written into them is in the model."""
    return dict(_views(model, ""))


def _views(module: Module, prefix: str) -> Iterator[tuple[str, Tensor]]:
    for name, child in module.named_children():
        shown = prefix + (name.removeprefix("layers.") if isinstance(module, Sequential) else name)
        if isinstance(child, Parameter):
            yield shown, _as_torch_has_it(module, name, child.value)
        else:
            yield from _views(child, f"{shown}.")
    yield from ((prefix + name, getattr(module, name)) for name in module.buffer_names)


def _as_torch_has_it(module: Module, name: str, value: Tensor) -> Tensor:
    if not isinstance(module, Linear):
        return value
    return value.mT if name == "weight" else value.squeeze(-2)


def write_models(study: Study, table: pd.DataFrame, trials: TrialReader, folder: Path) -> list[Path]:
    """Writes the networks of each arm to a file of their own; those that have diverged, or are not stored, are left out."""
    files = []
    for arm, end in zip(study.arms, model_ends(study), strict=True):
        final = final_values(table, arm.name, "train_loss")
        networks = collect_networks(arm, final.index[final.notna()].tolist(), trials)
        if networks.seeds:
            files.append(folder / f"{study.name}{end}")
            with locked(folder):
                replace_file(files[-1], networks.write)
    return files


def collect_networks(arm: Arm, seeds: list[int], trials: TrialReader) -> SavedNetworks:
    """The stored networks of an arm."""
    columns: dict[str, list[Tensor]] = {}
    found = []
    for seed, parameters in trials.parameters(arm.config, seeds):
        rows = torch_views(load_model(arm.config, parameters))
        if arm.config.scale != "none":
            rows |= {
                name: torch.from_numpy(part[0]) for name, part in zip(SCALING, stored_scaling(arm.config, seed), strict=True)
            }
        for name, values in rows.items():
            columns.setdefault(name, []).append(values)
        found.append(seed)
    return SavedNetworks(arm.config, tuple(found), {name: torch.stack(values) for name, values in columns.items()})


@dataclass(frozen=True)
class SavedNetworks:
    """Networks of one arm: their settings, seeds, and tensors by torch.nn's names, each (trials, ...)."""

    config: TrialConfig
    seeds: tuple[int, ...]
    tensors: dict[str, Tensor]

    def write(self, path: Path) -> None:
        """Writes the file."""
        about = {"format": FORMAT, "settings": self.config.to_dict(), "seeds": self.seeds}
        tensors = {name: values.contiguous() for name, values in self.tensors.items()}
        path.write_bytes(save(tensors, {WORD: json.dumps(about, sort_keys=True)}))

    @cached_property
    def features(self) -> int:
        """How many numbers describe a point."""
        return next(values.shape[-1] for name, values in self.tensors.items() if name not in SCALING)

    def outputs(self, points: Tensor) -> Tensor:
        """What each network gives for unscaled points (n, features) in float64: (trials, n, outputs)."""
        model = build_model(self.config, seed=0).eval()
        views = torch_views(model)
        outputs = []
        for trial in range(len(self.seeds)):
            for name, view in views.items():
                view.copy_(self.tensors[name][trial])
            outputs.append(model(self._scale(points, trial).to(getattr(torch, self.config.dtype))))
        return torch.stack(outputs)

    def decide(self, outputs: Tensor) -> Tensor:
        """Labels (..., n) for outputs (..., n, outputs)."""
        return targets_of(self.config).decide(outputs)

    def _scale(self, points: Tensor, trial: int) -> Tensor:
        if SCALING[0] not in self.tensors:
            return points
        shift, divisor = (self.tensors[name][trial] for name in SCALING)
        return (points - shift) / divisor


def read_networks(path: Path) -> SavedNetworks:
    """Reads a file that `write_models` wrote. Raises ModelFileError saying what is wrong with it."""
    try:
        with safe_open(path, "pt") as opened:
            about = json.loads((opened.metadata() or {})[WORD])
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        if about["format"] != FORMAT:
            raise ModelFileError(f"{path} was written by another version of minifw")
        networks = SavedNetworks(config_from_dict(about["settings"]), tuple(about["seeds"]), tensors)
        _check(networks)
    except (OSError, SafetensorError) as error:
        raise ModelFileError(f"{path} cannot be read as safetensors: {error}") from None
    except (KeyError, TypeError, SettingError, json.JSONDecodeError):
        raise ModelFileError(f"{path} holds tensors, but not what --save writes beside them") from None
    return networks


def _check(networks: SavedNetworks) -> None:
    """Raises KeyError unless there are a tensor for each parameter and a network for each seed."""
    for name, view in torch_views(build_model(networks.config, seed=0)).items():
        if networks.tensors[name].shape != (len(networks.seeds), *view.shape):
            raise KeyError(name)


def votes(labels: np.ndarray, classes: int) -> np.ndarray:
    """The share of networks that give each class to each point, (n, classes), for labels (trials, n)."""
    return np.stack([(labels == label).mean(0) for label in range(classes)], 1)
