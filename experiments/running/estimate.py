"""How long chunks will take, roughly."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from experiments.training.implementations import ONE_AT_A_TIME
from experiments.training.lanes import Chunk

# What dispatching a training step costs, for a whole stack or for the one trial; roughly, on one core.
SECONDS_PER_STEP = {"minifw": 1.2e-4, "single": 0.8e-4, "torch": 2e-4, "vmap": 8e-4}


def estimate_seconds(chunks: Iterable[Chunk]) -> float:
    """Roughly how long chunks take one after another on one core; good to a factor of two.

    From timings of the reports' networks: what a step costs to dispatch, and per sample and parameter 0.3 ns to train and
    0.1 ns to measure.
    """
    seconds = 0.0
    for chunk in chunks:
        config = chunk.lanes[0].config
        widths = (2, *config.hidden, 2)
        work = len(chunk.lanes) * sum(a * b for a, b in pairwise(widths))
        samples = config.train_size + config.validation_size + config.test_size
        dispatched = len(chunk.lanes) if chunk.implementation in ONE_AT_A_TIME else 1
        dispatching = config.steps_per_epoch * dispatched * SECONDS_PER_STEP[config.implementation]
        training = dispatching + config.train_size * work * 3e-10
        seconds += config.epochs * (training + samples * work * 1e-10 / config.evaluate_every)
    return seconds
