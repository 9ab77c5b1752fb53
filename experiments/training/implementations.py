"""The ways in which a trial can be trained, by the name that stands in its settings. `minifw` is what studies use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Protocol

from torch import Tensor

from experiments.config.implementations import ONE_AT_A_TIME
from experiments.config.trial import Trial, TrialConfig
from experiments.training.results import TrialResult, collect_results
from experiments.training.torch_trials import TorchTrial
from experiments.training.trials import Batch, OnEpoch, Watch, prepare_single, prepare_stack
from experiments.training.vmapped import VmappedTrials
from minifw import DataLoader, History


class Trainable(Protocol):
    """Trials that are ready to be trained, by whatever means."""

    @property
    def config(self) -> TrialConfig:
        """Their common settings, resolved."""

    @property
    def loader(self) -> DataLoader:
        """Where its batches come from."""

    def train_epoch(self, watch: Watch | None = None, batches: Iterable[Batch] | None = None) -> None:
        """One pass over the data, or over batches given."""

    def fit(self, on_epoch: Callable[[int, History], None] | None = None) -> History:
        """Trains to the end, measuring as the settings say."""

    def parameters(self) -> dict[str, Tensor]:
        """The parameters by our names and in our shapes."""


# How each prepares trials; what readers call them is in `experiments.config.comparison`.
PREPARE: dict[str, Callable[[Sequence[Trial]], Trainable]] = {
    "minifw": prepare_stack,
    "single": prepare_single,
    "torch": TorchTrial,
    "vmap": VmappedTrials,
}


def cut_into_trainings(lanes: Sequence[Trial]) -> list[list[Trial]]:
    """Which lanes of a chunk train together: all, one by one, or (vmapped) those of equal settings."""
    name = lanes[0].config.implementation
    if name in ONE_AT_A_TIME:
        return [[lane] for lane in lanes]
    if name == "vmap":
        return [list(group) for _, group in groupby(lanes, lambda lane: lane.config.key())]
    return [list(lanes)]


def train_lanes(lanes: Sequence[Trial], on_epoch: OnEpoch | None = None) -> list[TrialResult]:
    """Trains the lanes of a chunk as their settings say; one result a lane, in order.

    `on_epoch` is called after each measurement with the share done, in epochs of the settings, and the mean training loss and
    error of the trials at hand that have not diverged.
    """
    prepare = PREPARE[lanes[0].config.implementation]
    groups = cut_into_trainings(lanes)
    results = []
    for number, group in enumerate(groups):
        training = prepare(group)
        done = number * training.config.epochs

        def report(epoch: int, history: History, done: int = done) -> None:
            if on_epoch:
                loss, error = history.loss["train"][-1], history.error["train"][-1]
                on_epoch((done + epoch) // len(groups), float(loss.nanmean()), float(error.nanmean()))

        history = training.fit(report)
        results += collect_results(history, training.parameters())
    return results
