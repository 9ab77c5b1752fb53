"""Trains the lanes of a chunk by the way that their settings name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from experiments.config.trial import Trial
from experiments.training.engines import REGISTRY, Grouping
from experiments.training.results import TrialResult
from experiments.training.trainable import OnEpoch


def cut_into_trainings(lanes: Sequence[Trial]) -> list[list[Trial]]:
    """Which lanes of a chunk train together: all, one by one, or (vmapped) those of equal settings."""
    grouping = REGISTRY[lanes[0].config.engine].grouping
    if grouping is Grouping.ALONE:
        return [[lane] for lane in lanes]
    if grouping is Grouping.EQUAL_SETTINGS:
        return [list(group) for _, group in groupby(lanes, lambda lane: lane.config.key())]
    return [list(lanes)]


def train_lanes(lanes: Sequence[Trial], on_epoch: OnEpoch | None = None) -> list[TrialResult]:
    """Trains the lanes of a chunk as their settings say; one result a lane, in order.

    `on_epoch` is called after each measurement with the share done, in epochs of the settings, and the mean training loss and
    error of the trials at hand that have not diverged.
    """
    prepare = REGISTRY[lanes[0].config.engine].load()
    groups = cut_into_trainings(lanes)
    results = []
    for number, group in enumerate(groups):
        training = prepare(group)
        done = number * training.config.epochs

        def report(epoch: int, loss: float, error: float, done: int = done) -> None:
            if on_epoch:
                on_epoch((done + epoch) // len(groups), loss, error)

        results += training.run(report)
    return results
