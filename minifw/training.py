"""The training loop, what it measures, and the table it leaves.

Training is a few lines: take a batch, compute the outputs, send the gradient of the loss back, step; and again, epoch after
epoch. What makes it worth a file is knowing how well it goes, so the loss and the error are measured as it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from minifw.data import DataLoader, Dataset
from minifw.losses import Loss
from minifw.module import Module
from minifw.optimizer_base import Optimizer

Decision = Callable[[Tensor], Tensor]

# A whole data set of a large stack does not fit the processor's cache; measured on 100 trials of 1000 samples, parts of
# this size take less than half the time.
SAMPLES_AT_ONCE = 64


@dataclass
class History:
    """What was measured: for each split and measured epoch one value per trial, (trials,), or a scalar for one network.

    Epoch 0 is before training. `loss["train"][k]` and `error["train"][k]` belong to epoch `epochs[k]`; errors are
    fractions. From a trial's first non-finite loss on all its values are NaN. `steps` holds the loss of each batch before
    its update, when asked for.
    """

    epochs: list[int] = field(default_factory=list)
    loss: dict[str, list[Tensor]] = field(default_factory=dict)
    error: dict[str, list[Tensor]] = field(default_factory=dict)
    steps: list[Tensor] = field(default_factory=list)

    def add(self, epoch: int, measured: Mapping[str, tuple[Tensor, Tensor]]) -> None:
        """Appends one epoch's loss and error of every split, emptied for the trials that have diverged."""
        diverged = torch.stack([~loss.isfinite() for loss, _ in measured.values()]).any(0)
        if self.epochs:
            diverged |= torch.stack([losses[-1].isnan() for losses in self.loss.values()]).any(0)
        self.epochs.append(epoch)
        for split, (loss, error) in measured.items():
            self.loss.setdefault(split, []).append(loss.masked_fill(diverged, torch.nan))
            self.error.setdefault(split, []).append(error.masked_fill(diverged, torch.nan))


def evaluate(model: Module, loss: Loss, data: Dataset, decide: Decision) -> tuple[Tensor, Tensor]:
    """Loss and share of misclassified samples over a whole data set, one value per trial, in evaluation mode.

    `decide` turns outputs into labels, see `minifw.targets.Targets`. The model's mode is put back afterwards.
    """
    training = model.training
    model.eval()
    outputs = torch.cat([model(part.contiguous()) for part in data.inputs.split(SAMPLES_AT_ONCE, -2)], -2)
    model.train(training)
    wrong = decide(outputs) != data.labels
    return loss(outputs, data.targets), wrong.double().mean(-1)


def train_epoch(
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    batches: Iterable[tuple[Tensor, Tensor, Tensor]],
    watch: Callable[[Tensor, Tensor], None] | None = None,
) -> None:
    """One update for every batch of inputs, labels and targets; `watch` sees outputs and targets before each update."""
    for x, _, y in batches:
        optimizer.zero_grad()
        outputs = model(x)
        if watch:
            watch(outputs, y)
        model.backward(loss.gradient(outputs, y))
        optimizer.step()


def run_epochs(
    train_epoch: Callable[[int], None],
    measure: Callable[[], Mapping[str, tuple[Tensor, Tensor]]],
    epochs: int,
    *,
    evaluate_every: int = 1,
    history: History | None = None,
    on_epoch: Callable[[int, History], None] | None = None,
) -> History:
    """Trains for some epochs and measures before the first, after every `evaluate_every` and after the last.

    It knows neither how an epoch is trained nor what is measured, so it serves any kind of training.

    Args:
        train_epoch: trains epoch 1, 2, ... when called with its number.
        measure: gives the loss and the error of each split by name, see `History.add`.
        epochs: how many.
        evaluate_every: measure epoch 0, every so many epochs, and the last.
        history: where to put what is measured; a new one unless given.
        on_epoch: called with the epoch and the history after each measurement.

    Raises ValueError for a negative number of epochs or an evaluate_every below 1.
    """
    if epochs < 0 or evaluate_every < 1:
        raise ValueError(f"epochs must be at least 0 and evaluate_every at least 1, not {epochs} and {evaluate_every}")
    history = History() if history is None else history
    for epoch in range(epochs + 1):
        if epoch > 0:
            train_epoch(epoch)
        if epoch % evaluate_every == 0 or epoch == epochs:
            history.add(epoch, measure())
            if on_epoch:
                on_epoch(epoch, history)
    return history


def fit(
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    loader: DataLoader,
    epochs: int,
    decide: Decision,
    *,
    evaluate_on: Mapping[str, Dataset] | None = None,
    evaluation_loss: Loss | None = None,
    evaluate_every: int = 1,
    lr_decay: float | Tensor = 1.0,
    record_steps: bool = False,
    on_epoch: Callable[[int, History], None] | None = None,
) -> History:
    """Trains a network, or a stack of them, and measures it.

    Args:
        epochs: passes over the data.
        decide: outputs -> labels, see `minifw.targets.Targets`.
        evaluate_on: data sets to measure by name; the loader's own as `train` unless given.
        evaluation_loss: what to measure with; `loss` unless given.
        evaluate_every: measure epoch 0, every so many epochs, and the last.
        lr_decay: the learning rate of epoch e (from 0) is lr x lr_decay^e; a number, or one per trial (trials,).
        record_steps: whether to keep the loss of every batch.
        on_epoch: called with the epoch and the history after each measurement.

    Raises ValueError for a negative number of epochs or an evaluate_every below 1.
    """
    splits = evaluate_on if evaluate_on is not None else {"train": loader.data}
    measured_loss = evaluation_loss or loss
    history = History()
    decay = torch.as_tensor(lr_decay, dtype=torch.float64)
    model.train()

    def measure() -> dict[str, tuple[Tensor, Tensor]]:
        return {name: evaluate(model, measured_loss, data, decide) for name, data in splits.items()}

    def record_step(outputs: Tensor, y: Tensor) -> None:
        history.steps.append(measured_loss(outputs, y))

    def train(epoch: int) -> None:
        if epoch > 1 and bool((decay != 1).any()):
            # A running product: torch.pow gives a trial other bits at another place among the trials.
            optimizer.set_lr(torch.as_tensor(optimizer.base_lr, dtype=torch.float64) * decay)
        train_epoch(model, loss, optimizer, loader, record_step if record_steps else None)

    return run_epochs(train, measure, epochs, evaluate_every=evaluate_every, history=history, on_epoch=on_epoch)
