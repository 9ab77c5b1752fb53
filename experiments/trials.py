"""Builds the trials of one stack from their settings and seeds, trains them, and hands back plain arrays.

This is the computing core: what is stored of a trial depends on these lines, on `minifw`, and on nothing else here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from experiments.config import SettingError, Trial, TrialConfig
from experiments.seeds import generator
from minifw import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    CrossEntropyLoss,
    DataLoader,
    Dataset,
    Dropout,
    History,
    Linear,
    Loss,
    Module,
    MSELoss,
    Optimizer,
    Parameter,
    ReLU,
    RMSprop,
    Sequential,
    Sigmoid,
    Tanh,
    disc,
    fit,
    stack,
)
from minifw.scaling import Scaler
from minifw.targets import TARGETS, Targets
from minifw.training import train_epoch

SPLITS = ("train", "validation", "test")
ACTIVATIONS: dict[str, type[Module]] = {"relu": ReLU, "tanh": Tanh, "sigmoid": Sigmoid}
LOSSES: dict[str, type[Loss]] = {"mse": MSELoss, "cross-entropy": CrossEntropyLoss}
OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "rmsprop": RMSprop,
    "adagrad": Adagrad,
    "adadelta": Adadelta,
    "adam": Adam,
}

Progress = Callable[[int, float, float], None]
Watch = Callable[[Tensor, Tensor], None]
Batch = tuple[Tensor, Tensor, Tensor]


@dataclass(frozen=True)
class TrialResult:
    """What is kept of a finished trial.

    epochs: (measured,) integers. measured: `loss` and `error` of each split by name, e.g. `test_error`, (measured,) float64,
    NaN from the first non-finite loss on. parameters: final values by name. steps: loss of each batch, (steps,), or empty.
    """

    epochs: np.ndarray
    measured: dict[str, np.ndarray]
    parameters: dict[str, np.ndarray]
    steps: np.ndarray


def sizes(config: TrialConfig) -> dict[str, int]:
    """How many points each split has; splits of size 0 are absent."""
    by_name = dict(zip(SPLITS, (config.train_size, config.validation_size, config.test_size), strict=True))
    return {name: size for name, size in by_name.items() if size}


def draw_points(config: TrialConfig, seed: int) -> dict[str, tuple[Tensor, Tensor]]:
    """The unscaled points (samples, 2) and labels (samples,) of each split of a trial, in float64."""
    data_seed = seed // config.seeds_per_data_set
    return {name: disc(size, generator(data_seed, f"{name} points")) for name, size in sizes(config).items()}


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


def build_model(config: TrialConfig, seed: int, dropout_after: Sequence[bool] | None = None) -> Sequential:
    """The untrained network of a trial.

    Each layer draws from a generator of its own, so that networks which share a layer's shape share its draws.
    `dropout_after` says behind which hidden layers a Dropout stands; those with a rate above 0 unless given.
    """
    config = config.resolve()
    if dropout_after is None:
        dropout_after = [rate > 0 for rate in config.dropout]
    widths = (2, *config.hidden, targets_of(config).outputs)
    layers: list[Module] = []
    for index, (fan_in, fan_out) in enumerate(pairwise(widths)):
        layers.append(
            Linear(
                fan_in,
                fan_out,
                init=config.init,
                generator=generator(seed, f"initialisation of layer {index}"),
                init_scale=config.init_scale,
                bias_init=config.bias_init,
                dtype=getattr(torch, config.dtype),
            )
        )
        if index < len(config.hidden):
            layers.append(ACTIVATIONS[config.act[index]]())
            if dropout_after[index]:
                layers.append(Dropout(config.dropout[index], generator(seed, f"dropout after layer {index}")))
        elif config.out and config.out != "none":
            layers.append(ACTIVATIONS[config.out]())
    return Sequential(*layers)


def build_optimizer(configs: Sequence[TrialConfig], model: Module) -> Optimizer:
    """The update rule of a stack; every number goes in as one value per trial, so that there is one arithmetic."""
    rows = [config.optimizer_numbers() for config in configs]
    numbers: dict[str, Any] = {
        name: value if isinstance(value, bool) else torch.tensor([row[name] for row in rows], dtype=torch.float64)
        for name, value in rows[0].items()
    }
    return make_optimizer(configs[0], model, numbers)


def make_optimizer(config: TrialConfig, model: Module, numbers: dict[str, Any]) -> Optimizer:
    """The settings' update rule with these numbers by name."""
    if "beta1" in numbers:
        numbers["betas"] = (numbers.pop("beta1"), numbers.pop("beta2"))
    return OPTIMIZERS[config.optimizer](model.parameters(), **numbers)


def stack_data(lanes: Sequence[Trial], device: torch.device) -> dict[str, Dataset]:
    """The data sets of all lanes by split, with a leading trial axis."""
    drawn: dict[tuple[str, int, int], dict[str, Dataset]] = {}
    parts = []
    for lane in lanes:
        key = (lane.config.scale, lane.config.seeds_per_data_set, lane.seed // lane.config.seeds_per_data_set)
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


def generators(lanes: Sequence[Trial], purpose: str) -> list[Generator]:
    """The generator of one purpose of every lane."""
    return [generator(lane.seed, purpose) for lane in lanes]


def check_device(name: str) -> torch.device:
    """The device of that name. Raises SettingError when this machine has none."""
    if name.startswith("cuda"):
        index = int(name.partition(":")[2] or 0)
        if not torch.cuda.is_available() or index >= torch.cuda.device_count():
            raise SettingError("device", f"this machine has no {name}; allowed here: cpu")
    return torch.device(name)


@dataclass
class Training:
    """Trials that are ready to be trained: what `minifw.fit` needs, for one network or a stack, with common settings."""

    config: TrialConfig
    model: Module
    loss: Loss
    optimizer: Optimizer
    loader: DataLoader
    data: dict[str, Dataset]
    lr_decay: float | Tensor

    def fit(self, on_epoch: Callable[[int, History], None] | None = None) -> History:
        """Trains to the end, measuring as the settings say."""
        with torch.no_grad():
            return fit(
                self.model,
                self.loss,
                self.optimizer,
                self.loader,
                self.config.epochs,
                targets_of(self.config).decide,
                evaluate_on=self.data,
                evaluation_loss=LOSSES[self.config.loss]("mean"),
                evaluate_every=self.config.evaluate_every,
                lr_decay=self.lr_decay,
                record_steps=self.config.record_steps,
                on_epoch=on_epoch,
            )

    def train_epoch(self, watch: Watch | None = None, batches: Iterable[Batch] | None = None) -> None:
        """One pass over the data, then the epoch's decay of the rate.

        `watch` sees the outputs and targets of each batch; `batches` are used in place of the loader's.
        """
        with torch.no_grad():
            train_epoch(self.model, self.loss, self.optimizer, batches or self.loader, watch)
            self.optimizer.set_lr(torch.as_tensor(self.optimizer.base_lr, dtype=torch.float64) * self.lr_decay)

    def parameters(self) -> dict[str, Tensor]:
        """The parameters' values, by names that do not depend on what stands between the affine layers."""
        return {name: parameter.value for name, parameter in _layer_parameters(self.model).items()}


def prepare_stack(lanes: Sequence[Trial]) -> Training:
    """Trials of one structure as one stack, ready to be trained.

    The caller sees to it that lanes are laid out as `experiments.lanes` says.
    """
    configs = [lane.config.resolve() for lane in lanes]
    common = configs[0]
    device = check_device(common.device)
    data = stack_data(lanes, device)
    dropout_after = [any(rates) for rates in zip(*(config.dropout for config in configs), strict=True)]
    model = stack([build_model(lane.config, lane.seed, dropout_after) for lane in lanes]).to(device)
    return Training(
        config=common,
        model=model,
        loss=LOSSES[common.loss](common.reduction),
        optimizer=build_optimizer(configs, model),
        loader=DataLoader(data["train"], common.batch_size, common.shuffle, generators(lanes, "shuffling")),
        data=data,
        lr_decay=torch.tensor([config.lr_decay_epoch for config in configs], dtype=torch.float64),
    )


def prepare_single(lanes: Sequence[Trial]) -> Training:
    """One trial as a network without a trial axis, ready to be trained."""
    (lane,) = lanes
    config = lane.config.resolve()
    device = check_device(config.device)
    data = single_data(lane, device)
    model = build_model(config, lane.seed).to(device)
    return Training(
        config=config,
        model=model,
        loss=LOSSES[config.loss](config.reduction),
        optimizer=make_optimizer(config, model, config.optimizer_numbers()),
        loader=DataLoader(data["train"], config.batch_size, config.shuffle, generators(lanes, "shuffling")),
        data=data,
        lr_decay=config.lr_decay_epoch,
    )


def collect_results(history: History, parameters: Mapping[str, Tensor]) -> list[TrialResult]:
    """One result a lane, in order, from what was measured and from final parameters (lanes, rows, columns).

    A history of scalars and parameters (rows, columns) belong to a single trial.
    """

    def columns(values: Sequence[Tensor]) -> np.ndarray:
        return torch.stack(list(values)).double().cpu().numpy().reshape(len(values), -1)

    measured = {f"{split}_loss": columns(values) for split, values in history.loss.items()}
    measured |= {f"{split}_error": columns(values) for split, values in history.error.items()}
    lanes = measured["train_loss"].shape[1]
    steps = columns(history.steps) if history.steps else np.empty((0, lanes))
    state = {name: value.detach().cpu().numpy().reshape(lanes, *value.shape[-2:]) for name, value in parameters.items()}
    epochs = np.array(history.epochs)
    return [
        TrialResult(
            epochs=epochs,
            measured={name: values[:, k].copy() for name, values in measured.items()},
            parameters={name: values[k].copy() for name, values in state.items()},
            steps=steps[:, k].copy(),
        )
        for k in range(lanes)
    ]


def _layer_parameters(model: Module) -> dict[str, Parameter]:
    """`weight0`, `bias0`, `weight1` ...: names that do not depend on what stands between the affine layers."""
    affine = [module for module in model.modules() if isinstance(module, Linear)]
    return {f"{name}{k}": parameter for k, layer in enumerate(affine) for name, parameter in layer.named_parameters()}


def load_model(config: TrialConfig, parameters: dict[str, np.ndarray]) -> Sequential:
    """The trained network of a stored trial, alone, in evaluation mode."""
    model = build_model(config, seed=0)
    for name, parameter in _layer_parameters(model).items():
        parameter.value.copy_(torch.from_numpy(parameters[name]))
    model.eval()
    return model
