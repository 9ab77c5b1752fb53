"""From torch's modules to the compiled engine and back: `fit_stack` trains as `minifw.fit` does, many times faster.

Parameters, the optimiser's buffers and all generators end where torch's training would leave them, to rounding; gradients
are left at zero. Only modules, losses and rules that the engine knows are taken; others are refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Generator, Tensor

from minifw.activations import ReLU, Sigmoid, Tanh
from minifw.compiled.engine import Engine
from minifw.compiled.errors import UnsupportedError
from minifw.compiled.settings import STATE_BUFFERS, Layer, Settings
from minifw.compiled.training import Dropout as Masks
from minifw.compiled.training import OptimizerState, Split, Trained, Trials, train
from minifw.containers import Sequential
from minifw.data import DataLoader, Dataset
from minifw.dropout import Dropout
from minifw.history import History
from minifw.linear import Linear
from minifw.losses import CrossEntropyLoss, Loss, MSELoss
from minifw.module import Module
from minifw.optimizer_base import Optimizer
from minifw.optimizers import SGD, Adadelta, Adagrad, Adam, RMSprop
from minifw.targets import TARGETS, Decision

ELEMENTWISE: dict[type[Module], str] = {ReLU: "relu", Tanh: "tanh", Sigmoid: "sigmoid", Dropout: "dropout"}
LOSSES: dict[type[Loss], str] = {MSELoss: "mse", CrossEntropyLoss: "cross-entropy"}
RULES: dict[type[Optimizer], str] = {
    SGD: "sgd",
    RMSprop: "rmsprop",
    Adagrad: "adagrad",
    Adadelta: "adadelta",
    Adam: "adam",
}
DTYPES = {torch.float32: "float32", torch.float64: "float64"}


def fit_stack(
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
    history: History | None = None,
    on_epoch: Callable[[int, History], None] | None = None,
    engine: Engine | None = None,
) -> History:
    """What `minifw.fit` does, by the compiled engine, with the same arguments; `on_epoch` is called when training is over.

    Raises UnsupportedError, naming it, for a module, loss, rule, decision, dtype or device that the engine does not know.
    """
    bridge = _Bridge(model, loss, optimizer, loader, decide)
    splits = {"train": loader.data} if evaluate_on is None else evaluate_on
    measured = _Measured(splits, evaluation_loss or loss, evaluate_every, record_steps)
    history = History() if history is None else history
    trained = bridge.train(epochs, measured, lr_decay, history, engine)
    bridge.tell(trained, measured, history, on_epoch)
    return history


@dataclass(frozen=True)
class _Measured:
    """What is measured: data sets by name, with which loss, every how many epochs, and whether every batch is."""

    splits: Mapping[str, Dataset]
    loss: Loss
    every: int
    steps: bool


class _Bridge:
    """One call of `fit_stack`: reads what torch's objects hold, trains, and writes back where they would be."""

    def __init__(self, model: Module, loss: Loss, optimizer: Optimizer, loader: DataLoader, decide: Decision) -> None:
        self.modules = list(flatten_modules(model))
        self.model, self.loss, self.optimizer, self.loader = model, loss, optimizer, loader
        self.loss_name = _name_of(loss, LOSSES, "loss")
        self.rule = _name_of(optimizer, RULES, "optimiser")
        self.decision = _decision(decide)
        self.parameters = list(model.parameters())
        optimizer.flat.gather()
        self._check_parameters()
        first = self.parameters[0].value
        self.alone = first.dim() == 2
        self.count = 1 if self.alone else len(first)
        self.dropouts = [module for module in self.modules if isinstance(module, Dropout)]

    def _check_parameters(self) -> None:
        held = [p for module in self.modules if isinstance(module, Linear) for p in (module.weight, module.bias) if p]
        if len(held) != len(self.parameters):
            raise UnsupportedError("the compiled engine knows no parameter that two layers share")
        if [id(p) for p in self.optimizer.flat.parameters] != [id(p) for p in self.parameters]:
            raise UnsupportedError("the compiled engine trains all parameters of a model with one optimiser, in their order")
        value = self.parameters[0].value
        if value.dtype not in DTYPES or value.device.type != "cpu":
            raise UnsupportedError(
                f"the compiled engine knows no {value.dtype} on {value.device}; it computes float32 and float64 on cpu"
            )

    def train(
        self, epochs: int, measured: _Measured, lr_decay: float | Tensor, history: History, engine: Engine | None
    ) -> Trained:
        """Trains, and leaves everything but the history where `minifw.fit` would."""
        if _name_of(measured.loss, LOSSES, "loss") != self.loss_name:
            raise UnsupportedError(f"the compiled engine measures the loss it trains with, not {measured.loss}")
        # After an earlier call the epochs to measure are counted from its first, so all are measured here and some are told.
        every = 1 if history.epochs else measured.every
        decay = torch.as_tensor(lr_decay, dtype=torch.float64)
        trained = train(self._settings(epochs, every, measured.steps), self._trials(measured.splits, decay), engine=engine)
        self._write_back(trained)
        for _ in range(epochs):
            self.optimizer.decay_lr(decay)
        return trained

    def _settings(self, epochs: int, evaluate_every: int, record_steps: bool) -> Settings:
        return Settings(
            layers=tuple(_layers(self.modules)),
            loss=self.loss_name,
            decision=self.decision,
            optimizer=self.rule,
            batch_size=self.loader.batch_size,
            epochs=epochs,
            reduction=self.loss.reduction,
            nesterov=bool(getattr(self.optimizer, "nesterov", False)),
            centered=self.rule == "rmsprop" and getattr(self.optimizer, "average", None) is not None,
            shuffle=self.loader.shuffle,
            evaluate_every=evaluate_every,
            record_steps=record_steps,
            dtype=DTYPES[self.parameters[0].value.dtype],
        )

    def _trials(self, splits: Mapping[str, Dataset], lr_decay: Tensor) -> Trials:
        converted = {id(data): _split(data) for data in (self.loader.data, *splits.values())}
        orders = np.stack([words_of(generator) for generator in self.loader.generators])
        return Trials(
            numbers={**self._numbers(), "lr_decay_epoch": lr_decay.numpy()},
            parameters=[p.value.detach().numpy().reshape(self.count, *p.value.shape[-2:]) for p in self.parameters],
            training=converted[id(self.loader.data)],
            measured={name: converted[id(data)] for name, data in splits.items()},
            order_generators=np.broadcast_to(orders, (self.count, orders.shape[1])),
            dropouts=[self._masks(dropout) for dropout in self.dropouts],
            optimizer=self._state(),
        )

    def _numbers(self) -> dict[str, np.ndarray]:
        optimizer = self.optimizer
        numbers = {"lr": np.asarray(torch.as_tensor(optimizer.base_lr, dtype=torch.float64))}
        names = {
            "sgd": ("momentum",),
            "rmsprop": ("alpha", "eps", "momentum"),
            "adagrad": ("lr_decay", "eps"),
            "adadelta": ("rho", "eps"),
        }
        for name in ("weight_decay", *names.get(self.rule, ("eps",))):
            numbers[name] = self._by_trial(getattr(optimizer, name))
        if isinstance(optimizer, SGD):
            numbers["dampening"] = 1 - self._by_trial(optimizer.undampened)
        if isinstance(optimizer, Adam):
            numbers["beta1"], numbers["beta2"] = (beta.numpy() for beta in optimizer.exact_betas)
        return numbers

    def _by_trial(self, number: Tensor) -> np.ndarray:
        """A number as the optimiser holds it, a scalar or repeated for every element, as one value for each trial."""
        return np.asarray((self.optimizer.flat.view(number, 0)[:, 0, 0] if number.dim() else number).double())

    def _masks(self, dropout: Dropout) -> Masks:
        if not dropout.training:
            raise UnsupportedError("the compiled engine knows no Dropout that is in evaluation mode while the model trains")
        if dropout.stream._left.shape[1]:
            raise UnsupportedError(
                "the compiled engine cannot go on from a Dropout that has drawn ahead while torch trained it"
            )
        rates = np.broadcast_to(np.asarray(torch.as_tensor(dropout.p, dtype=torch.float64)).reshape(-1), (self.count,))
        return Masks(rates, np.stack([words_of(generator) for generator in dropout.stream.generators]))

    def _state(self) -> OptimizerState:
        buffers = [getattr(self.optimizer, name) for name in STATE_BUFFERS[self.rule]]
        size = sum(p.value.numel() for p in self.parameters) // self.count
        flat = [np.zeros((self.count, size)) if buffer is None else self._read(buffer) for buffer in buffers]
        powers = np.ones((2, self.count))
        if isinstance(self.optimizer, Adam):
            powers = np.stack([np.broadcast_to(power.numpy(), (self.count,)) for power in self.optimizer.powers])
        return OptimizerState(np.stack(flat), self.optimizer.steps, powers)

    def _views(self, buffer: Tensor) -> list[Tensor]:
        flat = self.optimizer.flat
        return [flat.view(buffer, index).reshape(self.count, -1) for index in range(len(self.parameters))]

    def _read(self, buffer: Tensor) -> np.ndarray:
        return torch.cat(self._views(buffer), 1).numpy()

    def _write(self, buffer: Tensor, values: np.ndarray) -> None:
        views = self._views(buffer)
        ends = np.cumsum([0, *(view.shape[1] for view in views)])
        for view, (start, stop) in zip(views, pairwise(ends), strict=True):
            view.copy_(torch.from_numpy(np.ascontiguousarray(values[:, start:stop])))

    def _write_back(self, trained: Trained) -> None:
        values = np.concatenate([p.reshape(self.count, -1) for p in trained.parameters], 1)
        self._write(self.optimizer.flat.value, values)
        self.optimizer.zero_grad()
        for name, values in zip(STATE_BUFFERS[self.rule], trained.optimizer.buffers, strict=True):
            if (buffer := getattr(self.optimizer, name)) is not None:
                self._write(buffer, values)
        self.optimizer.steps = trained.optimizer.steps
        if isinstance(self.optimizer, Adam):
            for power, values in zip(self.optimizer.powers, trained.optimizer.powers, strict=True):
                power.copy_(torch.as_tensor(values if power.dim() else values[0]))
        if self.loader.shuffle:
            put_words(self.loader.generators, trained.order_generators)
        for dropout, words in zip(self.dropouts, trained.dropout_generators, strict=True):
            put_words(dropout.stream.generators, words)

    def tell(
        self, trained: Trained, measured: _Measured, history: History, on_epoch: Callable[[int, History], None] | None
    ) -> None:
        """Adds what was measured to the history, as `minifw.fit` does epoch by epoch."""
        before = history.epochs[-1] if history.epochs else None
        history.steps += self._steps(trained, measured.loss)
        for place, epoch in enumerate(trained.epochs.tolist()):
            absolute = epoch + (before or 0)
            if before is not None and (epoch == 0 or (absolute % measured.every and place + 1 < len(trained.epochs))):
                continue
            history.add(absolute, {name: self._values(trained, measured, name, place) for name in measured.splits})
            if on_epoch:
                on_epoch(absolute, history)

    def _values(self, trained: Trained, measured: _Measured, name: str, place: int) -> tuple[Tensor, Tensor]:
        """Loss and error of one split after one epoch; the engine's mean becomes the reduction asked for."""
        loss = trained.loss[name][place] * self._elements(measured.loss, measured.splits[name].samples)
        return self._as_value(loss), self._as_value(trained.error[name][place], torch.float64)

    def _steps(self, trained: Trained, measured_loss: Loss) -> list[Tensor]:
        batches, samples, size = len(self.loader), self.loader.data.samples, self.loader.batch_size
        sizes = [min(size, samples - size * batch) for batch in range(batches)]
        return [
            self._as_value(step * self._elements(measured_loss, sizes[index % batches]))
            for index, step in enumerate(trained.steps)
        ]

    def _elements(self, measured_loss: Loss, samples: int) -> int:
        """By how much the reduction exceeds the mean over all elements."""
        outputs = self.parameters[-1].value.shape[-1] if self.loss_name == "mse" else 1
        return {"mean": 1, "batchmean": outputs, "sum": outputs * samples}[measured_loss.reduction]

    def _as_value(self, values: np.ndarray, dtype: torch.dtype | None = None) -> Tensor:
        value = torch.from_numpy(np.ascontiguousarray(values)).to(dtype or self.parameters[0].value.dtype)
        return value[0] if self.alone else value


def flatten_modules(model: Module) -> Sequence[Module]:
    """The layers of nested Sequentials in order. Raises UnsupportedError, naming it, for one that the engine does not know."""
    if type(model) is Sequential:
        return [layer for part in model for layer in flatten_modules(part)]
    if type(model) is Linear or type(model) in ELEMENTWISE:
        return [model]
    kinds: list[type[Module]] = [Linear, *ELEMENTWISE, Sequential]
    known = ", ".join(kind.__name__ for kind in kinds)
    raise UnsupportedError(f"the compiled engine knows no {type(model).__name__}; it knows {known}")


def _layers(modules: Sequence[Module]) -> list[Layer]:
    affine = [module for module in modules if isinstance(module, Linear)]
    width = affine[0].weight.value.shape[-2]
    layers = []
    for module in modules:
        if isinstance(module, Linear):
            inputs, outputs = module.weight.value.shape[-2:]
            layers.append(Layer("affine", inputs, outputs, bias=module.bias is not None))
            width = outputs
        else:
            layers.append(Layer(ELEMENTWISE[type(module)], width, width))
    return layers


def _name_of(thing: object, known: Mapping[type, str], what: str) -> str:
    if type(thing) not in known:
        names = ", ".join(kind.__name__ for kind in known)
        raise UnsupportedError(f"the compiled engine knows no {what} {type(thing).__name__}; it knows {names}")
    return known[type(thing)]


def _decision(decide: Decision) -> str:
    for name, targets in TARGETS.items():
        if getattr(decide, "__func__", None) is type(targets).decide:
            return name
    raise UnsupportedError(
        f"the compiled engine knows no decision {decide}; it knows TARGETS[...].decide for {', '.join(TARGETS)}"
    )


def _split(data: Dataset) -> Split:
    targets = data.targets
    if targets.dim() == data.labels.dim():
        raise UnsupportedError("the compiled engine takes one-hot targets, not class indices: TARGETS['onehot'].encode(labels)")
    return Split(data.inputs.numpy(), data.labels.numpy(), targets.numpy())


# Where torch's CPU generator keeps its words, how many are left before it makes new ones, and which comes next.
_LEFT, _NEXT, _WORDS = slice(8, 12), slice(16, 24), slice(24, 24 + 8 * 624)


def words_of(generator: Generator) -> np.ndarray:
    """The state of a torch generator as the engine has it: 624 words and how many of these have been given out, (625,)."""
    state = generator.get_state().numpy()
    left = int(state[_LEFT].view(np.int32)[0])
    return np.append(state[_WORDS].view(np.uint64), 625 - left).astype(np.uint32)


def put_words(generators: Sequence[Generator], words: np.ndarray) -> None:
    """Puts torch generators where the engine's are, words (generators, 625)."""
    for generator, row in zip(generators, words, strict=False):
        state = generator.get_state().numpy().copy()
        state[_WORDS] = row[:-1].astype(np.uint64).view(np.uint8)
        state[_LEFT] = np.array([625 - int(row[-1])], dtype=np.int32).view(np.uint8)
        state[_NEXT] = np.array([row[-1]], dtype=np.uint64).view(np.uint8)
        generator.set_state(torch.from_numpy(state))
