"""The names of the C engine's integers: those of `source/descriptor.h`, in its order, which says what they mean."""

from __future__ import annotations

from enum import IntEnum, auto
from typing import Any

ABI = 4
ALIGNMENT = 64
# A generator is 624 words and how many of these have been given out.
GENERATOR_WORDS = 625


class _FromZero(IntEnum):
    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[Any]) -> int:
        return count


class Field(_FromZero):
    """The settings of a block, then where everything lies in its memory, in bytes."""

    ABI = auto()
    LANES = auto()
    REAL_BYTES = auto()
    FEATURES = auto()
    OUTPUTS = auto()
    LAYERS = auto()
    DATASETS = auto()
    MEASURE_TRAINING = auto()
    LOSS = auto()
    REDUCTION = auto()
    DECISION = auto()
    OPTIMIZER = auto()
    NESTEROV = auto()
    CENTERED = auto()
    BATCH_SIZE = auto()
    SHUFFLE = auto()
    EPOCHS = auto()
    EVALUATE_EVERY = auto()
    RECORD_STEPS = auto()
    PARAMETERS = auto()
    STATE_BUFFERS = auto()
    DROPOUTS = auto()
    MEASUREMENTS = auto()
    BATCHES = auto()
    MEMORY = auto()
    AT_PROGRESS = auto()
    AT_NUMBERS = auto()
    AT_POWERS = auto()
    AT_TOTALS = auto()
    AT_HISTORY = auto()
    AT_STEPS = auto()
    AT_VALUES = auto()
    AT_GRADIENTS = auto()
    AT_STATE = auto()
    AT_ORDERS = auto()
    AT_ORDER_GENERATOR = auto()
    AT_INPUTS = auto()
    AT_TARGETS = auto()
    AT_LABELS = auto()
    AT_DELTA = auto()
    AT_OTHER_DELTA = auto()


class LayerField(_FromZero):
    """A row of the table of layers."""

    KIND = auto()
    INPUTS = auto()
    OUTPUTS = auto()
    BIAS = auto()
    AT_WEIGHT = auto()
    AT_X = auto()
    AT_Y = auto()
    AT_MASK = auto()
    AT_GENERATOR = auto()
    DROPOUT = auto()


class DatasetField(_FromZero):
    """A row of the table of data sets."""

    SAMPLES = auto()
    AT = auto()


class Progress(_FromZero):
    """How far a block is."""

    DONE = auto()
    EPOCH = auto()
    TRAINING = auto()
    DATASET = auto()
    SAMPLE = auto()
    MEASURED = auto()
    STEPS = auto()
    STEPS_BEFORE = auto()


class Number(_FromZero):
    """A row of the table of numbers, one float64 a lane; dropout rates follow."""

    LR = auto()
    LR_DECAY_EPOCH = auto()
    WEIGHT_DECAY = auto()
    MOMENTUM = auto()
    DAMPENING = auto()
    ALPHA = auto()
    RHO = auto()
    BETA1 = auto()
    BETA2 = auto()
    EPS = auto()
    LR_DECAY = auto()


RUNNING, FINISHED = 0, 1
STATUS = {
    -1: "was built for another version of this package",
    -2: "does not take these settings",
    -3: "was given memory that does not start on a 64-byte boundary",
}

# The engine knows each by its place.
LAYER_KINDS = ("affine", "relu", "tanh", "sigmoid", "dropout")
LOSSES = ("mse", "cross-entropy")
REDUCTIONS = ("mean", "batchmean", "sum")
DECISIONS = ("pm1", "binary", "onehot")
OPTIMIZERS = ("sgd", "rmsprop", "adagrad", "adadelta", "adam")
DTYPES = ("float32", "float64")
