"""Trains any number of trials from plain arrays, block by block, without torch.

Computing goes on in slices of some 50 ms: between them progress is told and Ctrl-C is heard.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from minifw.compiled.block import Block
from minifw.compiled.descriptor import Number, Progress
from minifw.compiled.draws import aligned
from minifw.compiled.engine import Engine, canonical, the_engine
from minifw.compiled.settings import Settings

SLICE_SECONDS = 0.05
OnProgress = Callable[[float, float, float], None]


@dataclass(frozen=True)
class Split:
    """A data set: inputs (trials, samples, features), labels (trials, samples), targets (trials, samples, outputs).

    Without the trial axis it is the same for all trials.
    """

    inputs: np.ndarray
    labels: np.ndarray
    targets: np.ndarray

    @property
    def samples(self) -> int:
        """How many samples each trial has."""
        return int(self.labels.shape[-1])

    def rows(self, trials: slice) -> np.ndarray:
        """Inputs, targets and label of each sample side by side: (trials, samples, features + outputs + 1), or one data set."""
        parts = [self.inputs, self.targets, self.labels[..., None]]
        return np.concatenate([part[trials] if self.labels.ndim > 1 else part for part in parts], axis=-1)


@dataclass
class Dropout:
    """The masks of one dropout layer: for each trial its rate (trials,) and the state of its generator (trials, 625)."""

    rates: np.ndarray
    generators: np.ndarray


@dataclass
class OptimizerState:
    """How far an optimiser is.

    buffers: (buffers, trials, parameters) as in `settings.STATE_BUFFERS`. steps: updates so far. powers: for Adam both betas to
    that power, (2, trials) float64.
    """

    buffers: np.ndarray
    steps: int
    powers: np.ndarray


@dataclass
class Trained:
    """What came of a training.

    epochs: (measured,) integers. loss and error: of each split (measured, trials) float64, NaN from a trial's first non-finite
    loss on. steps: loss of each batch, (steps, trials), or empty. parameters: (trials, rows, columns) each, in the order of the
    layers, weight before bias. Every NaN has the same bits.
    """

    epochs: np.ndarray
    loss: dict[str, np.ndarray]
    error: dict[str, np.ndarray]
    steps: np.ndarray
    parameters: list[np.ndarray]
    optimizer: OptimizerState
    order_generators: np.ndarray
    dropout_generators: list[np.ndarray]


@dataclass
class Trials:
    """What trials start from.

    Args:
        numbers: the optimiser's numbers and `lr_decay_epoch`, each a number or one for each trial; see `settings.NUMBERS`.
        parameters: (trials, rows, columns) each, in the order of the layers, weight before bias.
        training: what to train on.
        measured: what to measure, by name; the very same object as `training` to measure that.
        order_generators: state (trials, 625) of what draws the order of every epoch, see `draws.Generators`.
        dropouts: one for each dropout layer, in order.
        optimizer: where an optimiser goes on; at its start unless given.
        initial_state: what Adagrad's sums start from, a number or one for each trial.
    """

    numbers: Mapping[str, float | np.ndarray]
    parameters: Sequence[np.ndarray]
    training: Split
    measured: Mapping[str, Split]
    order_generators: np.ndarray | None = None
    dropouts: Sequence[Dropout] = ()
    optimizer: OptimizerState | None = None
    initial_state: float | np.ndarray = 0.0
    count: int = field(init=False)

    def __post_init__(self) -> None:
        self.count = len(self.parameters[0])

    @property
    def datasets(self) -> list[Split]:
        """The one to train on, then the others that are measured."""
        return [self.training, *(split for split in self.measured.values() if split is not self.training)]

    def check(self, settings: Settings) -> None:
        """Raises ValueError for arrays that do not fit the settings or one another."""
        settings.check_numbers(self.numbers)
        shapes = [tuple(values.shape) for values in self.parameters]
        if shapes != (expected := [(self.count, *shape) for shape in settings.parameter_shapes]):
            raise ValueError(f"the parameters have shapes {shapes}, but the layers need {expected}")
        if len(self.dropouts) != settings.dropouts:
            raise ValueError(f"{settings.dropouts} dropout layers need as many rates and generators, not {len(self.dropouts)}")
        if settings.shuffle and (self.order_generators is None or len(self.order_generators) != self.count):
            raise ValueError(f"shuffling needs a generator for each of {self.count} trials")
        if settings.batch_size > self.training.samples:
            raise ValueError(
                f"batch_size must be 1 to {self.training.samples}, the number of samples, not {settings.batch_size}"
            )
        for split in self.datasets:
            self._check_split(settings, split)

    def _check_split(self, settings: Settings, split: Split) -> None:
        leading = split.labels.shape
        if leading[:-1] not in ((), (self.count,)) or not split.samples:
            raise ValueError(f"labels {leading} belong to neither {self.count} trials nor to all of them")
        if split.inputs.shape != (*leading, settings.features) or split.targets.shape != (*leading, settings.outputs):
            raise ValueError(
                f"inputs {split.inputs.shape} and targets {split.targets.shape} do not fit labels {leading}, "
                f"{settings.features} features and {settings.outputs} outputs"
            )


def train(settings: Settings, trials: Trials, on_progress: OnProgress | None = None, engine: Engine | None = None) -> Trained:
    """Trains all trials. The bits of each are the same alone and beside any others, on every machine.

    `on_progress` is called after every slice with the epochs done (of the settings' epochs, all trials together)
    and the mean training loss and error last measured, of trials that have not diverged, NaN where training data is not
    measured.
    Raises ValueError for arrays that do not fit, EngineError when the engine cannot run here.
    """
    trials.check(settings)
    engine = engine or the_engine()
    training = Training(settings, trials, on_progress)
    start = 0
    for library, count in engine.cut_into_blocks(trials.count, settings.dtype):
        samples = [split.samples for split in trials.datasets]
        measured = any(split is trials.training for split in trials.measured.values())
        training.train_block(Block(library, settings, measured, samples), slice(start, start + count))
        start += count
    return training.trained()


class Training:
    """A training under way: fills blocks, runs them in slices and gathers what came of them."""

    def __init__(self, settings: Settings, trials: Trials, on_progress: OnProgress | None) -> None:
        self.settings = settings
        self.trials = trials
        self.on_progress = on_progress
        count, parameters = trials.count, sum(rows * columns for rows, columns in settings.parameter_shapes)
        self._values = np.empty((count, parameters), dtype=settings.dtype)
        self._orders = np.zeros((count, 625), dtype=np.uint32)
        self._dropouts = [np.zeros((count, 625), dtype=np.uint32) for _ in trials.dropouts]
        self._done: list[tuple[slice, dict[str, np.ndarray]]] = []
        self._steps = 0

    def train_block(self, block: Block, part: slice) -> None:
        """Trains some of the trials to the end."""
        self._fill(block, part)
        chunks = 64
        more = True
        while more:
            started = time.perf_counter()
            more = block.go_on(chunks)
            elapsed = max(time.perf_counter() - started, 1e-6)
            chunks = max(1, min(4 * chunks, int(chunks * SLICE_SECONDS / elapsed)))
            self._tell(block, part)
        self._gather(block, part)

    def _lanes(self, values: np.ndarray | float, part: slice, lanes: int) -> np.ndarray:
        """One value, or row, for each lane, the lanes beyond the trials repeating the last."""
        array = np.asarray(values)
        if array.ndim == 0:
            return np.broadcast_to(array, lanes)
        return array[np.minimum(np.arange(lanes) + part.start, part.stop - 1)]

    def _fill(self, block: Block, part: slice) -> None:
        trials, lanes = self.trials, block.lanes
        numbers = block.numbers()
        for name, value in trials.numbers.items():
            numbers[Number[name.upper()]] = self._lanes(value, part, lanes)
        for index, dropout in enumerate(trials.dropouts):
            numbers[len(Number) + index] = self._lanes(dropout.rates, part, lanes)
        offset = 0
        values = block.values()
        for parameter in trials.parameters:
            size = parameter[0].size
            values[offset : offset + size] = self._lanes(parameter.reshape(trials.count, size), part, lanes).T
            offset += size
        self._fill_state(block, part)
        self._fill_generators(block, part)
        for index, split in enumerate(trials.datasets):
            rows = split.rows(part)
            block.dataset(index)[:] = rows if rows.ndim == 2 else rows[np.minimum(np.arange(lanes), len(rows) - 1)]

    def _fill_state(self, block: Block, part: slice) -> None:
        state = self.trials.optimizer
        if state is None:
            block.state()[:] = self._lanes(self.trials.initial_state, part, block.lanes)
            block.powers()[:] = 1
            return
        block.progress()[Progress.STEPS_BEFORE] = state.steps
        for buffer, values in zip(block.state(), state.buffers, strict=True):
            buffer[:] = self._lanes(values, part, block.lanes).T
        for power, values in zip(block.powers(), state.powers, strict=True):
            power[:] = self._lanes(values, part, block.lanes)

    def _fill_generators(self, block: Block, part: slice) -> None:
        if self.trials.order_generators is not None:
            block.order_generator()[:] = aligned(self._lanes(self.trials.order_generators, part, block.lanes)).T
        for generator, dropout in zip(block.dropout_generators(), self.trials.dropouts, strict=True):
            generator[:] = aligned(self._lanes(dropout.generators, part, block.lanes)).T

    def _tell(self, block: Block, part: slice) -> None:
        if self.on_progress is None:
            return
        progress, count = block.progress(), part.stop - part.start
        epochs = (part.start * self.settings.epochs + count * int(progress[Progress.EPOCH])) / self.trials.count
        measured = int(progress[Progress.MEASURED])
        loss = error = np.nan
        if measured and any(split is self.trials.training for split in self.trials.measured.values()):
            losses, errors = block.history()[measured - 1, 0, :, :count]
            if (finite := np.isfinite(losses)).any():
                loss, error = float(losses[finite].mean()), float(errors[finite].mean())
        self.on_progress(epochs, loss, error)

    def _gather(self, block: Block, part: slice) -> None:
        count = part.stop - part.start
        self._values[part] = block.values().T[:count]
        self._orders[part] = block.order_generator().T[:count]
        for kept, generator in zip(self._dropouts, block.dropout_generators(), strict=True):
            kept[part] = generator.T[:count]
        self._steps = int(block.progress()[Progress.STEPS] + block.progress()[Progress.STEPS_BEFORE])
        arrays = {"history": block.history(), "steps": block.steps(), "state": block.state(), "powers": block.powers()}
        self._done.append((part, {name: array[..., :count].copy() for name, array in arrays.items()}))

    def _joined(self, name: str) -> np.ndarray:
        return canonical(np.concatenate([arrays[name] for _, arrays in self._done], axis=-1))

    def trained(self) -> Trained:
        """What came of all trials."""
        history = self._joined("history")
        places = self._places()
        diverged = ~np.isfinite(history[:, list(places.values()), 0])
        history[np.logical_or.accumulate(diverged.any(1), axis=0)[:, None, None].repeat(history.shape[1], 1).repeat(2, 2)] = (
            np.nan
        )
        return Trained(
            epochs=self.settings.measured_epochs(),
            loss={name: history[:, place, 0] for name, place in places.items()},
            error={name: history[:, place, 1] for name, place in places.items()},
            steps=self._joined("steps"),
            parameters=self._parameters(),
            optimizer=OptimizerState(self._joined("state").transpose(0, 2, 1), self._steps, self._joined("powers")),
            order_generators=self._orders,
            dropout_generators=self._dropouts,
        )

    def _places(self) -> dict[str, int]:
        """Which row of the history each measured split has."""
        datasets = self.trials.datasets
        return {
            name: next(k for k, candidate in enumerate(datasets) if candidate is split)
            for name, split in self.trials.measured.items()
        }

    def _parameters(self) -> list[np.ndarray]:
        values, offset, parameters = canonical(self._values), 0, []
        for rows, columns in self.settings.parameter_shapes:
            parameters.append(values[:, offset : offset + rows * columns].reshape(-1, rows, columns).copy())
            offset += rows * columns
        return parameters
