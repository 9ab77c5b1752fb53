"""Trained networks in a file that other programs read: safetensors, each tensor with a leading trial axis.

Names and shapes are those of `torch.nn.Sequential`: `0.weight` (trials, out, in), `0.bias` (trials, out). What it takes to
use the networks is in the file too: settings, seeds, the names of features and classes, and how inputs are scaled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from experiments.analysis.stored_networks import load_model, stored_scaling
from experiments.analysis.tables import final_values
from experiments.config.data_sets import facts_of
from experiments.config.settings import SettingError
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig, config_from_dict
from experiments.config.user_files import UserFile, digest_of, files_in
from experiments.files import locked, replace_file
from experiments.output.manifest import model_ends
from experiments.store.reader import TrialReader
from experiments.training.data import classes_of, features_of
from experiments.training.networks import build_network
from minifw import Linear, Module, Parameter, Sequential
from minifw.targets import Targets, find_targets

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
    """The stored networks of an arm, of those seeds that are stored."""
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
    tensors = {name: torch.stack(values) for name, values in columns.items()}
    return SavedNetworks(arm.config, tuple(found), _feature_names(arm.config), classes_of(arm.config), tensors)


def _feature_names(config: TrialConfig) -> tuple[str, ...]:
    named = facts_of(config.data, config.target).features
    return named or tuple(f"feature {number + 1}" for number in range(features_of(config)))


@dataclass(frozen=True)
class SavedNetworks:
    """Networks of one arm: settings, seeds, names of features and classes, tensors (trials, ...) by torch.nn's names."""

    config: TrialConfig
    seeds: tuple[int, ...]
    features: tuple[str, ...]
    classes: tuple[str, ...]
    tensors: dict[str, Tensor]

    def write(self, path: Path) -> None:
        """Writes the file; of a user's own layers with the Python that they are."""
        about = {
            "format": FORMAT,
            "settings": self.config.to_dict(),
            "seeds": self.seeds,
            "features": self.features,
            "classes": self.classes,
            "code": {file.digest: (file.path, file.texts) for file in own_code(self.config)},
        }
        tensors = {name: values.contiguous() for name, values in self.tensors.items()}
        path.write_bytes(save(tensors, {WORD: json.dumps(about, sort_keys=True)}))

    @property
    def output_names(self) -> tuple[str, ...]:
        """What an output stands for: with one-hot targets its class, otherwise its number."""
        one_hot = self.config.resolve().targets == "onehot"
        return self.classes if one_hot else tuple(str(number + 1) for number in range(self.targets.outputs))

    @property
    def targets(self) -> Targets:
        """How classes were encoded."""
        return find_targets(self.config.resolve().targets or "", len(self.classes))

    def build(self) -> Module:
        """A network of their shape, in evaluation mode."""
        return build_network(self.config, 0, len(self.features), self.targets.outputs).eval()

    def outputs(self, points: Tensor) -> Tensor:
        """What each network gives for unscaled points (n, features) in float64: (trials, n, outputs)."""
        model = self.build()
        views = torch_views(model)
        outputs = []
        for trial in range(len(self.seeds)):
            for name, view in views.items():
                view.copy_(self.tensors[name][trial])
            outputs.append(model(self._scale(points, trial).to(getattr(torch, self.config.dtype))))
        return torch.stack(outputs)

    def _scale(self, points: Tensor, trial: int) -> Tensor:
        if SCALING[0] not in self.tensors:
            return points
        shift, divisor = (self.tensors[name][trial] for name in SCALING)
        return (points - shift) / divisor


def read_networks(path: Path, run_code: bool = False) -> SavedNetworks:
    """Reads a file that `write_models` wrote. Raises ModelFileError saying what is wrong with it.

    Args:
        path: the file.
        run_code: whether Python that is in it may run: a user's own layers. Without it such a file is refused.
    """
    try:
        with safe_open(path, "pt") as opened:
            about = json.loads((opened.metadata() or {})[WORD])
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        if about["format"] != FORMAT:
            raise ModelFileError(f"{path} was written by another version of minifw")
        config = _with_code(config_from_dict(about["settings"]), about["code"])
        if (code := own_code(config)) and not run_code:
            files = ", ".join(str(file) for file in code)
            raise ModelFileError(f"{path} has Python in it ({files}); if you trust it, add --run-code")
        seeds, features, classes = (tuple(about[name]) for name in ("seeds", "features", "classes"))
        networks = SavedNetworks(config, seeds, features, classes, tensors)
        _check(networks)
    except FileNotFoundError:
        raise ModelFileError(f"there is no file {str(path)!r}") from None
    except (OSError, SafetensorError) as error:
        if path.is_dir():
            raise ModelFileError(f"{path} is a folder; name a file in it that --save wrote") from None
        raise ModelFileError(f"{path} cannot be read as safetensors: {error}") from None
    except (KeyError, TypeError, SettingError, json.JSONDecodeError):
        raise ModelFileError(f"{path} holds tensors, but not what --save writes beside them") from None
    return networks


def own_code(config: TrialConfig) -> list[UserFile]:
    """The files of a user's own layers and networks, which it takes to build the network; not those of losses and data."""
    return files_in(getattr(config, name) for name in ("act", "model"))


def _with_code(config: TrialConfig, code: dict[str, Any]) -> TrialConfig:
    files = {}
    for digest, (path, texts) in code.items():
        whole = tuple((name, text) for name, text in texts)
        files[digest] = UserFile(digest_of(whole), path=path, texts=whole)
    return config.with_contents(files)


def _check(networks: SavedNetworks) -> None:
    """Raises KeyError unless there are a tensor for each parameter and a network for each seed."""
    for name, view in torch_views(networks.build()).items():
        if networks.tensors[name].shape != (len(networks.seeds), *view.shape):
            raise KeyError(name)
