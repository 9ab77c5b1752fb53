"""The same trials for the compiled engine and for torch's modules, from settings that hypothesis makes up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import torch
from hypothesis import strategies as st
from torch import Tensor

import minifw
from minifw import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    CrossEntropyLoss,
    DataLoader,
    Dataset,
    Linear,
    MSELoss,
    RMSprop,
    Sequential,
    stack,
)
from minifw.compiled import Dropout, Generators, OptimizerState, Settings, Split, Trials, dense_layers
from minifw.compiled.settings import NUMBERS, STATE_BUFFERS

MODULES = {"relu": minifw.ReLU, "tanh": minifw.Tanh, "sigmoid": minifw.Sigmoid}
RULES = {"sgd": SGD, "rmsprop": RMSprop, "adagrad": Adagrad, "adadelta": Adadelta, "adam": Adam}
LOSSES = {"mse": MSELoss, "cross-entropy": CrossEntropyLoss}
# For each number of an optimiser some values that a study might give.
VALUES = {
    "lr": (0.001, 0.01, 0.05),
    "momentum": (0.0, 0.5, 0.9),
    "dampening": (0.0, 0.3),
    "weight_decay": (0.0, 0.01),
    "alpha": (0.9, 0.99),
    "eps": (1e-8, 1e-4),
    "lr_decay": (0.0, 0.1),
    "rho": (0.9, 0.5),
    "beta1": (0.9, 0.5),
    "beta2": (0.999, 0.9),
    "initial_accumulator_value": (0.0, 0.1),
}


@dataclass(frozen=True)
class Case:
    """Some trials: their settings, and for each trial numbers of its own."""

    hidden: tuple[int, ...] = (5, 4)
    activations: tuple[str, ...] = ("tanh", "relu")
    out: str = "none"
    rates: tuple[tuple[float, ...], ...] = ()
    features: int = 2
    outputs: int = 2
    loss: str = "mse"
    reduction: str = "mean"
    decision: str = "onehot"
    optimizer: str = "sgd"
    numbers: tuple[tuple[str, tuple[float, ...]], ...] = ()
    nesterov: bool = False
    centered: bool = False
    batch_size: int = 7
    samples: int = 31
    epochs: int = 2
    evaluate_every: int = 1
    shuffle: bool = True
    record_steps: bool = True
    dtype: str = "float64"
    trials: int = 3
    bias: bool = True

    def number(self, name: str) -> np.ndarray:
        """One value a trial; torch's modules and the engine get the same ones."""
        chosen = dict(self.numbers).get(name)
        return np.array(chosen if chosen else [1.0 if name == "lr_decay_epoch" else VALUES[name][0]] * self.trials)

    @property
    def uses_average(self) -> bool:
        """Whether the rule averages gradients."""
        return self.optimizer == "adam" or self.centered

    def numbers_by_name(self) -> dict[str, np.ndarray]:
        return {name: self.number(name) for name in (*NUMBERS[self.optimizer], "lr_decay_epoch")}

    def settings(self) -> Settings:
        layers = dense_layers(
            (self.features, *self.hidden, self.outputs), self.activations, self.out, [bool(rates) for rates in self.rates]
        )
        return Settings(
            layers=tuple(replace(layer, bias=layer.bias and self.bias) for layer in layers),
            loss=self.loss,
            decision=self.decision,
            optimizer=self.optimizer,
            batch_size=self.batch_size,
            epochs=self.epochs,
            reduction=self.reduction,
            nesterov=self.nesterov,
            centered=self.centered,
            shuffle=self.shuffle,
            evaluate_every=self.evaluate_every,
            record_steps=self.record_steps,
            dtype=self.dtype,
        )

    def trials_from(self, seed: int = 0, engine=None) -> Trials:
        """What the engine starts from: parameters, data and generators of every trial."""
        settings, random = self.settings(), np.random.default_rng(seed)
        parameters = [
            (random.normal(size=(self.trials, rows, columns)) / np.sqrt(rows)).astype(self.dtype)
            for rows, columns in settings.parameter_shapes
        ]
        training, test = (self.split(random, samples) for samples in (self.samples, 23))
        seeds = seed + np.arange(self.trials)
        return Trials(
            numbers=self.numbers_by_name(),
            parameters=parameters,
            training=training,
            measured={"train": training, "test": test},
            order_generators=Generators(seeds, engine).state,
            dropouts=[
                Dropout(np.array(rates), Generators(seeds + 100 * (k + 1), engine).state)
                for k, rates in enumerate(self.rates)
                if rates
            ],
            initial_state=self.number("initial_accumulator_value") if self.optimizer == "adagrad" else 0.0,
        )

    def split(self, random: np.random.Generator, samples: int) -> Split:
        labels = random.integers(0, 2 if self.decision != "onehot" else self.outputs, size=(self.trials, samples))
        if self.decision == "onehot":
            targets = np.eye(self.outputs)[labels]
        else:
            targets = np.repeat(2.0 * labels[..., None] - 1, self.outputs, -1)
        inputs = random.random((self.trials, samples, self.features)) + labels[..., None] * 0.3
        return Split(inputs.astype(self.dtype), labels, targets.astype(self.dtype))


def torch_optimizer(case: Case, model: minifw.Module, pick=lambda value: value):
    names = [*NUMBERS[case.optimizer], *(["initial_accumulator_value"] if case.optimizer == "adagrad" else [])]
    numbers = {name: torch.from_numpy(np.asarray(pick(case.number(name)))) for name in names}
    if case.optimizer == "adam":
        numbers["betas"] = (numbers.pop("beta1"), numbers.pop("beta2"))
    switches = {"sgd": {"nesterov": case.nesterov}, "rmsprop": {"centered": case.centered}}.get(case.optimizer, {})
    return RULES[case.optimizer](model.parameters(), **numbers, **switches)


def torch_model(case: Case, trials: Trials, seed: int = 0) -> minifw.Module:
    """The stack of torch modules that starts from the same parameters and dropout streams."""
    return stack([_single(case, trials, trial, seed) for trial in range(case.trials)])


def _single(case: Case, trials: Trials, trial: int, seed: int) -> Sequential:
    dtype = getattr(torch, case.dtype)
    widths, values, layers = (case.features, *case.hidden, case.outputs), iter(trials.parameters), []
    for index, (rows, columns) in enumerate(pairwise(widths)):
        affine = Linear(rows, columns, bias=case.bias, generator=generator(0), dtype=dtype)
        affine.weight.value = torch.from_numpy(next(values)[trial].copy())
        if affine.bias:
            affine.bias.value = torch.from_numpy(next(values)[trial].copy())
        layers.append(affine)
        name = case.activations[index] if index < len(case.hidden) else case.out
        if name != "none":
            layers.append(MODULES[name]())
        if index < len(case.rates) and case.rates[index]:
            drawn_from = generator(seed + trial + 100 * (index + 1))
            layers.append(minifw.Dropout(float(case.rates[index][trial]), drawn_from))
    return Sequential(*layers)


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def tensors(split: Split) -> Dataset:
    return Dataset(torch.from_numpy(split.inputs), torch.from_numpy(split.labels), torch.from_numpy(split.targets))


def decide(case: Case):
    return {
        "pm1": lambda outputs: (outputs.sum(-1) > 0).long(),
        "binary": lambda outputs: (outputs[..., 0] > 0.5).long(),
        "onehot": lambda outputs: outputs.argmax(-1),
    }[case.decision]


def torch_loader(case: Case, trials: Trials, seed: int = 0) -> DataLoader:
    generators = [generator(seed + trial) for trial in range(case.trials)]
    return DataLoader(tensors(trials.training), case.batch_size, case.shuffle, generators)


def torch_fit(case: Case, trials: Trials, seed: int = 0):
    """The history and the model of minifw's own training."""
    model = torch_model(case, trials, seed)
    optimizer = torch_optimizer(case, model)
    with torch.no_grad():
        history = minifw.fit(
            model,
            LOSSES[case.loss](case.reduction),
            optimizer,
            torch_loader(case, trials, seed),
            case.epochs,
            decide(case),
            evaluate_on={name: tensors(split) for name, split in trials.measured.items()},
            evaluation_loss=LOSSES[case.loss]("mean"),
            evaluate_every=case.evaluate_every,
            lr_decay=torch.from_numpy(case.number("lr_decay_epoch")),
            record_steps=case.record_steps,
        )
    return history, model, optimizer


def flat(optimizer, buffer: Tensor) -> np.ndarray:
    """A buffer of an optimiser as the engine has it: (trials, parameters)."""
    views = [optimizer.flat.view(buffer, index) for index in range(len(optimizer.flat.parameters))]
    return torch.cat([view.reshape(len(view), -1) for view in views], 1).numpy().copy()


def optimizer_state(case: Case, optimizer) -> OptimizerState:
    """Where torch's optimiser is, for the engine to go on from."""
    zeros = torch.zeros_like(optimizer.flat.value)
    buffers = [getattr(optimizer, name) for name in STATE_BUFFERS[case.optimizer]]
    powers = np.stack([power.numpy() for power in optimizer.powers]) if case.optimizer == "adam" else np.ones((2, case.trials))
    return OptimizerState(
        np.stack([flat(optimizer, zeros if buffer is None else buffer) for buffer in buffers]), optimizer.steps, powers.copy()
    )


@st.composite
def cases(draw, smooth: bool = False, dtype: str = "float64", dropout: bool = True, most_trials: int = 5) -> Case:
    """Any settings a study could have; `smooth` ones have no kink, at which a rounding could decide."""
    trials = draw(st.integers(1, most_trials))
    depth = draw(st.integers(0, 3))
    activations = ("tanh", "sigmoid") if smooth else ("relu", "tanh", "sigmoid")
    optimizer = draw(st.sampled_from(sorted(RULES)))
    loss = draw(st.sampled_from(sorted(LOSSES)))
    decision = draw(st.sampled_from(["onehot", "pm1", "binary"])) if loss == "mse" else "onehot"
    numbers = {
        name: tuple(draw(st.lists(st.sampled_from(VALUES[name]), min_size=trials, max_size=trials)))
        for name in (*NUMBERS[optimizer], *(["initial_accumulator_value"] if optimizer == "adagrad" else []))
    }
    nesterov = optimizer == "sgd" and draw(st.booleans())
    if nesterov:
        numbers |= {"momentum": (0.5,) * trials, "dampening": (0.0,) * trials}
    numbers["lr_decay_epoch"] = tuple(draw(st.lists(st.sampled_from([1.0, 0.9]), min_size=trials, max_size=trials)))
    rate = st.sampled_from([0.0, 0.2, 0.5])
    samples = draw(st.integers(1, 50))
    return Case(
        hidden=tuple(draw(st.lists(st.integers(1, 13), min_size=depth, max_size=depth))),
        activations=tuple(draw(st.lists(st.sampled_from(activations), min_size=depth, max_size=depth))),
        out=draw(st.sampled_from(["none", "tanh", "sigmoid"])) if loss == "mse" else "none",
        rates=tuple(tuple(draw(rate) for _ in range(trials)) if dropout and draw(st.booleans()) else () for _ in range(depth)),
        features=draw(st.integers(1, 5)),
        outputs=draw(st.integers(1 if decision == "binary" else 2, 4)),
        loss=loss,
        reduction=draw(st.sampled_from(["mean", "batchmean"] if smooth else ["mean", "batchmean", "sum"])),
        decision=decision,
        optimizer=optimizer,
        numbers=tuple(numbers.items()),
        nesterov=nesterov,
        centered=optimizer == "rmsprop" and not smooth and draw(st.booleans()),
        batch_size=draw(st.integers(1, samples)),
        samples=samples,
        epochs=draw(st.integers(0, 3)),
        evaluate_every=draw(st.integers(1, 3)),
        shuffle=draw(st.booleans()),
        record_steps=draw(st.booleans()),
        dtype=dtype,
        trials=trials,
        bias=draw(st.booleans()),
    )
