"""How long chunks will take, roughly."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

from experiments.config.trial import TrialConfig
from experiments.training.engines import ONE_AT_A_TIME
from experiments.training.lanes import Chunk

# What dispatching a training step costs, for a whole stack or for the one trial; roughly, on one core.
SECONDS_PER_STEP = {"compiled": 0.0, "stack": 1.2e-4, "single": 0.8e-4, "torch": 2e-4, "vmap": 8e-4}
# What a sample and parameter costs to train, and to measure.
TRAINING, MEASURING = 3e-10, 1e-10
TRAINING_COMPILED, MEASURING_COMPILED = 1e-10, 3e-11


def estimate_seconds(chunks: Iterable[Chunk]) -> float:
    """Roughly how long chunks take one after another on one core; good to a factor of two."""
    return sum(stack_seconds(chunk.lanes[0].config, len(chunk.lanes)) for chunk in chunks)


def stack_seconds(config: TrialConfig, lanes: int) -> float:
    """The same for one stack of so many trials; infinite where a setting has too many digits.

    From timings of the reports' networks: what a step costs to dispatch, and what a sample and parameter does.
    """
    widths = (2, *config.hidden, 2)
    try:
        work = float(lanes * sum(a * b for a, b in pairwise(widths)))
        samples = config.train_size + config.validation_size + config.test_size
        dispatched = lanes if config.engine in ONE_AT_A_TIME else 1
        dispatching = config.steps_per_epoch * dispatched * SECONDS_PER_STEP[config.engine]
        compiled = config.engine == "compiled"
        train, measure = (TRAINING_COMPILED, MEASURING_COMPILED) if compiled else (TRAINING, MEASURING)
        training = dispatching + config.train_size * work * train
        return config.epochs * (training + samples * work * measure / config.evaluate_every)
    except OverflowError:
        return math.inf
