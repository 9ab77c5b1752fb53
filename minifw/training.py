"""The training loop, and what it measures.

Training is a few lines: take a batch, compute the outputs, send the gradient of the loss back, step; and again, epoch after
epoch. What makes it worth a file is knowing how well it goes, so the loss and the error are measured as it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module

import torch
from torch import Generator, Tensor

from minifw.arithmetic import full_precision
from minifw.data import DataLoader, Dataset
from minifw.history import History
from minifw.losses import Loss
from minifw.module import Module
from minifw.optimizer_base import Optimizer
from minifw.stack import count_trials
from minifw.targets import Decision

ENGINES = ("torch", "compiled")
BATCH_SIZE = 10

# A whole data set of a large stack does not fit the processor's cache; measured on 100 trials of 1000 samples, parts of
# this size take less than half the time.
SAMPLES_AT_ONCE = 64


@contextmanager
def evaluation_mode(model: Module) -> Iterator[None]:
    """Within it all modules are in evaluation mode; afterwards, also after an error, each is in the mode it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


def evaluate(model: Module, loss: Loss, data: Dataset, decide: Decision | None = None) -> tuple[Tensor, Tensor]:
    """Loss and share of misclassified samples over a whole data set, one value per trial, in evaluation mode.

    Args:
        model: a network or a stack; every module's mode is put back afterwards.
        loss: what to measure with.
        data: one data set, or one for each trial.
        decide: outputs -> labels, see `minifw.targets.Targets`; the data set's own unless given.

    Raises ValueError when `decide` is missing or gives labels of another shape.
    """
    decide = decide or _decision_of(data)
    with evaluation_mode(model):
        outputs = torch.cat([model(part.contiguous()) for part in data.inputs.split(SAMPLES_AT_ONCE, -2)], -2)
    if data.trials is None and outputs.dim() == 3:
        data = data.for_trials(len(outputs))
    decided = decide(outputs)
    if decided.shape != data.labels.shape:
        raise ValueError(
            f"decide gave labels {tuple(decided.shape)} for {tuple(data.labels.shape)}; it takes outputs (..., samples, "
            "outputs) to labels (..., samples): outputs.argmax(-1), or (outputs.squeeze(-1) > 0.5).long()"
        )
    return loss(outputs, data.targets), (decided != data.labels).double().mean(-1)


def _decision_of(data: Dataset) -> Decision:
    if data.decide is None:
        raise ValueError(
            "how outputs become labels is not known: pass decide=lambda outputs: outputs.argmax(-1), or encode the labels by "
            'name: Dataset(points, labels, targets="onehot")'
        )
    return data.decide


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

    It knows neither how an epoch is trained nor what is measured, so it serves any kind of training. Products of float32
    are computed in full, whatever torch is set to, see `minifw.arithmetic`.

    Args:
        train_epoch: trains epoch 1, 2, ... when called with its number.
        measure: gives the loss and the error of each split by name, see `History.add`.
        epochs: how many.
        evaluate_every: measure epoch 0, every so many epochs, and the last.
        history: one to go on with, whose epochs are counted on; a new one unless given.
        on_epoch: called with the epoch and the history after each measurement.

    Raises ValueError for a negative number of epochs or an evaluate_every below 1.
    """
    if epochs < 0 or evaluate_every < 1:
        raise ValueError(f"epochs must be at least 0 and evaluate_every at least 1, not {epochs} and {evaluate_every}")
    history = History() if history is None else history
    before, last = (history.epochs[-1], history.epochs[-1] + epochs) if history.epochs else (-1, epochs)
    with full_precision():
        for epoch in range(before + 1, last + 1):
            if epoch > 0:
                train_epoch(epoch)
            if epoch % evaluate_every == 0 or epoch == last:
                history.add(epoch, measure())
                if on_epoch:
                    on_epoch(epoch, history)
    return history


def fit(
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    data: DataLoader | Dataset,
    epochs: int = 50,
    decide: Decision | None = None,
    *,
    batch_size: int | None = None,
    generators: Sequence[Generator] | None = None,
    evaluate_on: Mapping[str, Dataset] | None = None,
    evaluation_loss: Loss | None = None,
    evaluate_every: int = 1,
    lr_decay: float | Tensor = 1.0,
    record_steps: bool = False,
    history: History | None = None,
    on_epoch: Callable[[int, History], None] | None = None,
    engine: str = "torch",
) -> History:
    """Trains a network, or a stack of them, and measures it.

    A model in evaluation mode is put into training mode; a layer of it that alone was put into evaluation mode stays there.

    Args:
        model: the network or stack.
        loss: what is minimised.
        optimizer: made from the model's parameters.
        data: batches, or a data set to take batches from; a single one serves every trial of a stack.
        epochs: passes over the data.
        decide: outputs -> labels, see `minifw.targets.Targets`; the data set's own unless given.
        batch_size: of a data set, 10 unless given.
        generators: where the orders of a data set are drawn from, one per trial; fresh ones unless given.
        evaluate_on: data sets to measure by name; the one trained on as `train` unless given.
        evaluation_loss: what to measure with; `loss` unless given.
        evaluate_every: measure epoch 0, every so many epochs, and the last.
        lr_decay: after every epoch the learning rate is multiplied by it; a number, or one per trial (trials,). The rate
            stays where it is, so that a second call goes on as if the first had not ended.
        record_steps: whether to keep the loss of every batch.
        history: that of an earlier call, to go on with; a new one unless given.
        on_epoch: called with the epoch and the history after each measurement; by the compiled engine when training is over.
        engine: `torch`, the definition, which trains any module; or `compiled`, which knows the layers, losses and optimisers
            of minifw only, is several times faster, and gives the same bits on every machine (other bits than torch).

    Raises ValueError for a negative number of epochs, an evaluate_every below 1 or an unknown engine, and
    `minifw.compiled.UnsupportedError` for what the compiled engine does not know.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine is one of {', '.join(ENGINES)}, not {engine!r}")
    loader = _loader(model, data, batch_size, generators)
    splits = {"train": loader.data} if evaluate_on is None else evaluate_on
    decide = decide or _decision_of(loader.data)
    measured_loss = evaluation_loss or loss
    history = History() if history is None else history
    if not model.training:
        model.train()
    if engine == "compiled":
        return _fit_compiled()(
            model,
            loss,
            optimizer,
            loader,
            epochs,
            decide,
            evaluate_on=splits,
            evaluation_loss=measured_loss,
            evaluate_every=evaluate_every,
            lr_decay=lr_decay,
            record_steps=record_steps,
            history=history,
            on_epoch=on_epoch,
        )

    def measure() -> dict[str, tuple[Tensor, Tensor]]:
        return {name: evaluate(model, measured_loss, split, decide) for name, split in splits.items()}

    def record_step(outputs: Tensor, y: Tensor) -> None:
        history.steps.append(measured_loss(outputs, y))

    def train(epoch: int) -> None:
        train_epoch(model, loss, optimizer, loader, record_step if record_steps else None)
        optimizer.decay_lr(lr_decay)

    return run_epochs(train, measure, epochs, evaluate_every=evaluate_every, history=history, on_epoch=on_epoch)


def _fit_compiled() -> Callable[..., History]:
    """By name, for what trains by torch does not depend on a line of it."""
    return import_module("minifw.compiled.stacks").fit_stack


def _loader(
    model: Module, data: DataLoader | Dataset, batch_size: int | None, generators: Sequence[Generator] | None
) -> DataLoader:
    """Batches for a model: a data set is cast to the parameters' type and serves every trial."""
    if isinstance(data, DataLoader):
        if batch_size is not None or generators is not None:
            raise ValueError("the loader has its batch size and generators; pass a Dataset to choose them here")
        return data
    example = next((parameter.value for parameter in model.parameters()), data.inputs)
    cast = data.to(example.dtype, example.device)
    return DataLoader(cast, batch_size or BATCH_SIZE, generators=generators, trials=count_trials(model))
