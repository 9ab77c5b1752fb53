"""Builds the trials of one stack from their settings and seeds, trains them, and hands back plain arrays.

This is the computing core: what is stored of a trial depends on these lines, on `minifw`, and on nothing else here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from experiments.config.trial import Trial, TrialConfig
from experiments.training.device import check_device
from experiments.training.losses import build_loss
from experiments.training.networks import build_model, layer_state
from experiments.training.optimizers import build_optimizer, make_optimizer
from experiments.training.results import TrialResult
from experiments.training.torch_data import order_generators, single_datasets, stack_datasets, targets_of
from experiments.training.torch_results import lanes_first, run_fit
from experiments.training.trainable import OnEpoch
from minifw import (
    DataLoader,
    Dataset,
    History,
    Loss,
    Module,
    Optimizer,
    fit,
    stack,
)
from minifw.training import train_epoch

Watch = Callable[[Tensor, Tensor], None]
Batch = tuple[Tensor, Tensor, Tensor]


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
                evaluation_loss=build_loss(self.config, "mean"),
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
            self.optimizer.decay_lr(self.lr_decay)

    def parameters(self) -> dict[str, Tensor]:
        """The parameters' values and the buffers, by names that do not depend on what stands between the affine layers."""
        return layer_state(self.model)

    def run(self, on_epoch: OnEpoch | None = None) -> list[TrialResult]:
        """Trains to the end; one result a lane, in order."""
        return run_fit(self, on_epoch)

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The parameters as they are, (lanes, rows, columns)."""
        return lanes_first(self.parameters())


def prepare_stack(lanes: Sequence[Trial]) -> Training:
    """Trials of one structure as one stack, ready to be trained.

    The caller sees to it that lanes are laid out as `experiments.training.lanes` says.
    """
    configs = [lane.config.resolve() for lane in lanes]
    common = configs[0]
    device = check_device(common.device)
    data = stack_datasets(lanes, device)
    dropout_after = [any(rates) for rates in zip(*(config.dropout for config in configs), strict=True)]
    model = stack([build_model(lane.config, lane.seed, dropout_after) for lane in lanes]).to(device)
    return Training(
        config=common,
        model=model,
        loss=build_loss(common, common.reduction),
        optimizer=build_optimizer(configs, model),
        loader=DataLoader(data["train"], common.batch_size, common.shuffle, order_generators(lanes)),
        data=data,
        lr_decay=torch.tensor([config.lr_decay_epoch for config in configs], dtype=torch.float64),
    )


def prepare_single(lanes: Sequence[Trial]) -> Training:
    """One trial as a network without a trial axis, ready to be trained."""
    (lane,) = lanes
    config = lane.config.resolve()
    device = check_device(config.device)
    data = single_datasets(lane, device)
    model = build_model(config, lane.seed).to(device)
    return Training(
        config=config,
        model=model,
        loss=build_loss(config, config.reduction),
        optimizer=make_optimizer(config, model, config.optimizer_numbers()),
        loader=DataLoader(data["train"], config.batch_size, config.shuffle, order_generators(lanes)),
        data=data,
        lr_decay=config.lr_decay_epoch,
    )
