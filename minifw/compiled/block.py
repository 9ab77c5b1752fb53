"""The memory of one block of trials: puts in what it starts from, lets the engine go on, takes out what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minifw.compiled.descriptor import (
    ABI,
    DECISIONS,
    GENERATOR_WORDS,
    LAYER_KINDS,
    LOSSES,
    OPTIMIZERS,
    REDUCTIONS,
    RUNNING,
    STATUS,
    DatasetField,
    Field,
    LayerField,
    Progress,
)
from minifw.compiled.errors import EngineError
from minifw.compiled.library import Library
from minifw.compiled.settings import Settings


def describe_block(settings: Settings, lanes: int, measure_training: bool, samples: Sequence[int]) -> np.ndarray:
    """The descriptor of a block, with the settings filled in; samples: of each data set, the one to train on first."""
    header = np.zeros(len(Field), dtype=np.int64)
    values = {
        Field.ABI: ABI,
        Field.LANES: lanes,
        Field.REAL_BYTES: np.dtype(settings.dtype).itemsize,
        Field.FEATURES: settings.features,
        Field.OUTPUTS: settings.outputs,
        Field.LAYERS: len(settings.layers),
        Field.DATASETS: len(samples),
        Field.MEASURE_TRAINING: measure_training,
        Field.LOSS: LOSSES.index(settings.loss),
        Field.REDUCTION: REDUCTIONS.index(settings.reduction),
        Field.DECISION: DECISIONS.index(settings.decision),
        Field.OPTIMIZER: OPTIMIZERS.index(settings.optimizer),
        Field.NESTEROV: settings.nesterov,
        Field.CENTERED: settings.centered,
        Field.BATCH_SIZE: settings.batch_size,
        Field.SHUFFLE: settings.shuffle,
        Field.EPOCHS: settings.epochs,
        Field.EVALUATE_EVERY: settings.evaluate_every,
        Field.RECORD_STEPS: settings.record_steps,
    }
    header[list(values)] = list(values.values())
    layers = np.zeros((len(settings.layers), len(LayerField)), dtype=np.int64)
    for row, layer in zip(layers, settings.layers, strict=True):
        row[: LayerField.AT_WEIGHT] = LAYER_KINDS.index(layer.kind), layer.inputs, layer.outputs, layer.bias
    datasets = np.zeros((len(samples), len(DatasetField)), dtype=np.int64)
    datasets[:, DatasetField.SAMPLES] = samples
    return np.concatenate([header, layers.ravel(), datasets.ravel()])


class Block:
    """Trials side by side in the lanes of one build's vectors. Raises EngineError when the engine refuses.

    Arrays have the lanes last, as they lie in memory; lanes beyond the trials repeat the last trial.
    """

    def __init__(self, library: Library, settings: Settings, measure_training: bool, samples: Sequence[int]) -> None:
        self.settings = settings
        self.lanes = library.lanes(settings.dtype)
        self.samples = list(samples)
        described = describe_block(settings, self.lanes, measure_training, samples)
        self.descriptor = _lay_out(library, settings.dtype, described)
        self.memory = library.allocate(int(self.descriptor[Field.MEMORY]))
        self.memory.view(0, self.descriptor.shape, "int64")[:] = self.descriptor
        self.progress()[Progress.DATASET] = 0 if measure_training else 1

    def view(self, field: Field, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        """What lies at one of the descriptor's places."""
        return self.memory.view(int(self.descriptor[field]), shape, dtype)

    def progress(self) -> np.ndarray:
        """How far the block is, by `Progress`."""
        return self.view(Field.AT_PROGRESS, (len(Progress),), "int64")

    def numbers(self) -> np.ndarray:
        """(numbers, lanes): see `Number`, then the rates of the dropout layers."""
        count = (int(self.descriptor[Field.AT_POWERS]) - int(self.descriptor[Field.AT_NUMBERS])) // (8 * self.lanes)
        return self.view(Field.AT_NUMBERS, (count, self.lanes), "float64")

    def powers(self) -> np.ndarray:
        """(2, lanes): Adam's betas to the power of its steps."""
        return self.view(Field.AT_POWERS, (2, self.lanes), "float64")

    def values(self) -> np.ndarray:
        """(parameters, lanes)."""
        return self.view(Field.AT_VALUES, (int(self.descriptor[Field.PARAMETERS]), self.lanes), self.settings.dtype)

    def state(self) -> np.ndarray:
        """(buffers, parameters, lanes): the optimiser's."""
        shape = (int(self.descriptor[Field.STATE_BUFFERS]), int(self.descriptor[Field.PARAMETERS]), self.lanes)
        return self.view(Field.AT_STATE, shape, self.settings.dtype)

    def history(self) -> np.ndarray:
        """(measurements, data sets, loss and error, lanes)."""
        shape = (int(self.descriptor[Field.MEASUREMENTS]), len(self.samples), 2, self.lanes)
        return self.view(Field.AT_HISTORY, shape, "float64")

    def steps(self) -> np.ndarray:
        """(steps, lanes): the loss of each batch; none unless they are recorded."""
        count = self.settings.record_steps * self.settings.epochs * int(self.descriptor[Field.BATCHES])
        return self.view(Field.AT_STEPS, (count, self.lanes), "float64")

    def order_generator(self) -> np.ndarray:
        """(625, lanes): where each lane's orders come from."""
        return self.view(Field.AT_ORDER_GENERATOR, (GENERATOR_WORDS, self.lanes), "uint32")

    def dropout_generators(self) -> list[np.ndarray]:
        """For each dropout layer (625, lanes): where its masks come from."""
        table = self.descriptor[len(Field) :][: len(self.settings.layers) * len(LayerField)].reshape(-1, len(LayerField))
        places = [int(row[LayerField.AT_GENERATOR]) for row in table if row[LayerField.KIND] == LAYER_KINDS.index("dropout")]
        return [self.memory.view(place, (GENERATOR_WORDS, self.lanes), "uint32") for place in places]

    def dataset(self, index: int) -> np.ndarray:
        """(lanes, samples, features + outputs + 1): inputs, targets and label of each sample."""
        table = self.descriptor[len(Field) + len(self.settings.layers) * len(LayerField) :].reshape(-1, len(DatasetField))
        width = self.settings.features + self.settings.outputs + 1
        shape = (self.lanes, self.samples[index], width)
        return self.memory.view(int(table[index, DatasetField.AT]), shape, self.settings.dtype)

    def go_on(self, chunks: int) -> bool:
        """Computes at most that many chunks of samples; returns whether there is more to do."""
        status = self.memory.call(f"run_{self.settings.dtype}", self.memory.address, chunks)
        if status < 0:
            raise EngineError(f"the engine {STATUS[status]}")
        return status == RUNNING

    def predict(self, dataset: int, start: int, samples: int) -> None:
        """Puts the outputs for samples of a data set from place `start` on, in evaluation mode, where their targets were."""
        status = self.memory.call(f"predict_{self.settings.dtype}", self.memory.address, dataset, start, samples)
        if status < 0:
            raise EngineError(f"the engine {STATUS[status]}")


def _lay_out(library: Library, dtype: str, descriptor: np.ndarray) -> np.ndarray:
    memory = library.allocate(descriptor.nbytes)
    shared = memory.view(0, descriptor.shape, "int64")
    shared[:] = descriptor
    size = memory.call(f"lay_out_{dtype}", memory.address)
    if size < 0:
        raise EngineError(f"the engine {STATUS[size]}")
    return memory.view(0, descriptor.shape, "int64").copy()
