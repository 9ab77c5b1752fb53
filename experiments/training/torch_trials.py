"""The same trials by torch's own means: torch.nn with autograd one at a time, or many at once under torch.func's vmap.

They have the points, the initial weights, the order of the samples and the measurements of ours; only what computes a
step differs. The optimisers are torch.optim's, as they come. With dropout the draws differ too: torch.nn.Dropout takes
them from torch's global generator, which is seeded for the trial and put back.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from experiments.config.trial import Trial, TrialConfig
from experiments.training.device import check_device
from experiments.training.losses import build_loss
from experiments.training.networks import build_model
from experiments.training.optimizer_arguments import optimizer_arguments
from experiments.training.results import TrialResult
from experiments.training.streams import generator
from experiments.training.torch_data import order_generators, single_datasets, targets_of
from experiments.training.torch_results import lanes_first, run_fit
from experiments.training.trainable import OnEpoch
from minifw import DataLoader, Dataset, History, run_epochs, to_torch

OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "rmsprop": torch.optim.RMSprop,
    "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta,
    "adam": torch.optim.Adam,
}
Watch = Callable[[Tensor, Tensor], None]
Batch = tuple[Tensor, Tensor, Tensor]
LossOfBatch = Callable[[Tensor, Tensor, Tensor], Tensor]


def torch_loss(config: TrialConfig) -> LossOfBatch:
    """The loss of one trial's batch by torch.nn.functional: outputs, labels, targets -> scalar, reduced as the settings say."""
    reduction = config.reduction
    if config.loss == "cross-entropy":
        # Of a batch of samples with one class each, torch's mean is the mean over samples.
        by_sample = "sum" if reduction == "sum" else "mean"
        return lambda outputs, labels, targets: functional.cross_entropy(outputs, labels, reduction=by_sample)
    if reduction == "batchmean":
        return lambda outputs, labels, targets: functional.mse_loss(outputs, targets, reduction="sum") / len(outputs)
    return lambda outputs, labels, targets: functional.mse_loss(outputs, targets, reduction=reduction)


def torch_optimizer(config: TrialConfig, parameters: Sequence[Tensor], **options: Any) -> torch.optim.Optimizer:
    """torch.optim's rule of that name with the settings' numbers; `options` are torch's own, such as fused."""
    arguments = optimizer_arguments(config.optimizer_numbers())
    return OPTIMIZERS[config.optimizer](list(parameters), **arguments, **options)


class TorchTraining(ABC):
    """Trials of the same settings, ready to be trained by torch. Same methods as `experiments.training.trials.Training`."""

    data: dict[str, Dataset]
    loader: DataLoader
    model: nn.Module
    optimizer: torch.optim.Optimizer

    def __init__(self, lanes: Sequence[Trial]) -> None:
        self.config = lanes[0].config.resolve()
        if any(lane.config.resolve() != self.config for lane in lanes):
            raise ValueError("trials of different settings do not train together")
        self.device = check_device(self.config.device)
        self.loss = torch_loss(self.config)

    @abstractmethod
    def step(self, x: Tensor, labels: Tensor, y: Tensor) -> Tensor:
        """One update from one batch; returns the outputs before it."""

    @abstractmethod
    def outputs(self, x: Tensor) -> Tensor:
        """What the networks make of inputs, in evaluation mode."""

    @abstractmethod
    def parameters(self) -> dict[str, Tensor]:
        """The parameters by our names and in our shapes: weights (..., in, out), biases (..., 1, out)."""

    def train_epoch(self, watch: Watch | None = None, batches: Iterable[Batch] | None = None) -> None:
        """One pass over the data, then the epoch's decay of the rate.

        `watch` sees the outputs and targets of each batch; `batches` are used in place of the loader's.
        """
        self.model.train()
        for x, labels, y in batches or self.loader:
            outputs = self.step(x, labels, y)
            if watch:
                watch(outputs.detach(), y)
        for group in self.optimizer.param_groups:
            group["lr"] *= self.config.lr_decay_epoch

    def fit(self, on_epoch: Callable[[int, History], None] | None = None) -> History:
        """Trains to the end, measuring as the settings say."""
        config, history = self.config, History()
        mean_loss = build_loss(config, "mean")

        def record_step(outputs: Tensor, y: Tensor) -> None:
            history.steps.append(mean_loss(outputs, y))

        return run_epochs(
            lambda epoch: self.train_epoch(record_step if config.record_steps else None),
            lambda: {name: self.measure(data) for name, data in self.data.items()},
            config.epochs,
            evaluate_every=config.evaluate_every,
            history=history,
            on_epoch=on_epoch,
        )

    def run(self, on_epoch: OnEpoch | None = None) -> list[TrialResult]:
        """Trains to the end; one result a lane, in order."""
        return run_fit(self, on_epoch)

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The parameters as they are, (lanes, rows, columns)."""
        return lanes_first(self.parameters())

    def measure(self, data: Dataset) -> tuple[Tensor, Tensor]:
        """Loss and share of misclassified samples over a data set, one value per trial."""
        self.model.eval()
        with torch.no_grad():
            outputs = self.outputs(data.inputs)
        wrong = targets_of(self.config).decide(outputs) != data.labels
        return build_loss(self.config, "mean")(outputs, data.targets), wrong.double().mean(-1)


class TorchTrial(TorchTraining):
    """One trial in torch.nn, autograd and torch.optim, as anyone would write it. `options` go to the optimiser."""

    def __init__(self, lanes: Sequence[Trial], **options: bool) -> None:
        super().__init__(lanes)
        (lane,) = lanes
        self.dropout_state = _dropout_state(lane)
        self.data = single_datasets(lane, self.device)
        self.loader = DataLoader(self.data["train"], self.config.batch_size, self.config.shuffle, order_generators(lanes))
        self.model = to_torch(build_model(lane.config, lane.seed)).to(self.device)
        self.optimizer = torch_optimizer(self.config, list(self.model.parameters()), **options)

    def train_epoch(self, watch: Watch | None = None, batches: Iterable[Batch] | None = None) -> None:
        with self._own_draws():
            super().train_epoch(watch, batches)

    def step(self, x: Tensor, labels: Tensor, y: Tensor) -> Tensor:
        self.optimizer.zero_grad()
        outputs = self.model(x)
        self.loss(outputs, labels, y).backward()
        self.optimizer.step()
        return outputs

    def outputs(self, x: Tensor) -> Tensor:
        return self.model(x)

    def parameters(self) -> dict[str, Tensor]:
        return our_parameters(self.model, dict(self.model.named_parameters()))

    @contextlib.contextmanager
    def _own_draws(self) -> Iterator[None]:
        """Has torch's global generator go on where this trial's dropout left it, and leaves it as it was."""
        if not any(self.config.dropout):
            yield
            return
        before = torch.get_rng_state()
        torch.set_rng_state(self.dropout_state)
        try:
            yield
        finally:
            self.dropout_state = torch.get_rng_state()
            torch.set_rng_state(before)


def _dropout_state(lane: Trial) -> Tensor:
    return generator(lane.config.seed_of("dropout", lane.seed), "dropout in torch").get_state()


def our_parameters(model: nn.Module, values: dict[str, Tensor]) -> dict[str, Tensor]:
    """torch's weight (..., out, in) and bias (..., out) by our names and in our shapes."""
    affine = [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]
    ours = {}
    for k, name in enumerate(affine):
        ours[f"weight{k}"] = values[f"{name}.weight"].detach().mT
        ours[f"bias{k}"] = values[f"{name}.bias"].detach().unsqueeze(-2)
    return ours
