"""Trials by the compiled engine. Imports no torch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from experiments.config.trial import Trial, TrialConfig
from experiments.training.data import Samples, stack_data
from experiments.training.results import TrialResult, split_by_lane
from experiments.training.seeds import stream_seed
from experiments.training.trainable import OnEpoch
from experiments.training.weights import draw_parameters, widths_of
from minifw.compiled.draws import Generators
from minifw.compiled.settings import NUMBERS, Layer, Settings, dense_layers
from minifw.compiled.training import Dropout, Split, Trained, Trials, train


class CompiledTraining:
    """Trials of one structure, ready to be trained by the compiled engine.

    config: the first trial's, resolved; of what may differ between trials each has its own.
    """

    config: TrialConfig

    def __init__(self, lanes: Sequence[Trial]) -> None:
        configs = [lane.config.resolve() for lane in lanes]
        self.config = configs[0]
        self.settings = settings_of(configs)
        self.parameters = draw_parameters(lanes)
        splits = {name: _split(samples) for name, samples in stack_data(lanes).items()}
        self.trials = Trials(
            numbers=_numbers(configs),
            parameters=list(self.parameters.values()),
            training=splits["train"],
            measured=splits,
            order_generators=_generators(lanes, "order", "shuffling"),
            dropouts=[
                Dropout(
                    np.array([config.dropout[layer] for config in configs]),
                    _generators(lanes, "dropout", f"dropout after layer {layer}"),
                )
                for layer, drops in enumerate(drops_after(configs))
                if drops
            ],
            initial_state=np.array([config.initial_accumulator_value or 0.0 for config in configs]),
        )

    def train_epoch(self) -> None:
        """One pass over the data, then the epoch's decay of the rate."""
        trained = train(dataclasses.replace(self.settings, epochs=1), dataclasses.replace(self.trials, measured={}))
        numbers = {**self.trials.numbers, "lr": self.trials.numbers["lr"] * self.trials.numbers["lr_decay_epoch"]}
        self.parameters = _by_name(trained)
        self.trials = dataclasses.replace(
            self.trials,
            numbers=numbers,
            parameters=trained.parameters,
            order_generators=trained.order_generators,
            dropouts=[
                Dropout(before.rates, states)
                for before, states in zip(self.trials.dropouts, trained.dropout_generators, strict=True)
            ],
            optimizer=trained.optimizer,
        )

    def run(self, on_epoch: OnEpoch | None = None) -> list[TrialResult]:
        """Trains to the end, measuring as the settings say; one result a lane, in order."""
        trained = train(self.settings, self.trials, _whole_epochs(on_epoch))
        self.parameters = _by_name(trained)
        measured = {f"{split}_loss": values for split, values in trained.loss.items()}
        measured |= {f"{split}_error": values for split, values in trained.error.items()}
        return split_by_lane(trained.epochs, measured, trained.steps, self.parameters)

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The parameters as they are, (lanes, rows, columns): `weight0`, `bias0`, ..."""
        return self.parameters


def drops_after(configs: Sequence[TrialConfig]) -> list[bool]:
    """Behind which hidden layers there is dropout: where any of the trials has some."""
    return [any(rates) for rates in zip(*(config.dropout for config in configs), strict=True)]


def network_layers(config: TrialConfig, dropout_after: Sequence[bool] = ()) -> tuple[Layer, ...]:
    """The layers of the network that resolved settings describe."""
    return dense_layers(widths_of(config), [str(act) for act in config.act], config.out or "none", dropout_after)


def settings_of(configs: Sequence[TrialConfig]) -> Settings:
    """What the engine is told of trials that have a structure in common."""
    config = configs[0]
    return Settings(
        layers=network_layers(config, drops_after(configs)),
        loss=str(config.loss),
        decision=config.targets or "",
        optimizer=config.optimizer,
        batch_size=config.batch_size,
        epochs=config.epochs,
        reduction=config.reduction,
        nesterov=bool(config.nesterov),
        centered=bool(config.centered),
        shuffle=config.shuffle,
        evaluate_every=config.evaluate_every,
        record_steps=config.record_steps,
        dtype=config.dtype,
    )


def _numbers(configs: Sequence[TrialConfig]) -> dict[str, np.ndarray]:
    names = (*NUMBERS[configs[0].optimizer], "lr_decay_epoch")
    return {name: np.array([getattr(config, name) for config in configs], dtype=np.float64) for name in names}


def _generators(lanes: Sequence[Trial], purpose: str, stream: str) -> np.ndarray:
    """The states (lanes, 625) of one stream's generators at their start."""
    return Generators([stream_seed(lane.config.seed_of(purpose, lane.seed), stream) for lane in lanes]).state


def _split(samples: Samples) -> Split:
    return Split(samples.inputs, samples.labels, samples.targets)


def _by_name(trained: Trained) -> dict[str, np.ndarray]:
    """Weights and biases, which alternate, by their names."""
    return {f"{('weight', 'bias')[k % 2]}{k // 2}": values for k, values in enumerate(trained.parameters)}


def _whole_epochs(on_epoch: OnEpoch | None) -> Callable[[float, float, float], None] | None:
    return (lambda epochs, loss, error: on_epoch(int(epochs), loss, error)) if on_epoch else None
