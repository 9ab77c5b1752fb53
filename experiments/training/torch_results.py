"""From what torch has trained to what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from experiments.training.results import TrialResult, split_by_lane
from experiments.training.trainable import OnEpoch
from minifw import History


class FittedByTorch(Protocol):
    """Trials that torch trains and measures."""

    def fit(self, on_epoch: Callable[[int, History], None] | None = None) -> History:
        """Trains to the end, measuring as the settings say."""

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The parameters as they are."""


def run_fit(training: FittedByTorch, on_epoch: OnEpoch | None) -> list[TrialResult]:
    """Trains to the end; see `trainable.Trainable.run`."""

    def report(epoch: int, history: History) -> None:
        if on_epoch:
            loss, error = history.loss["train"][-1], history.error["train"][-1]
            on_epoch(epoch, float(loss.nanmean()), float(error.nanmean()))

    history = training.fit(report)
    return collect_results(history, training.arrays())


def collect_results(history: History, parameters: Mapping[str, np.ndarray]) -> list[TrialResult]:
    """One result a lane, in order, from what was measured and from final parameters (lanes, rows, columns).

    A history of scalars belongs to a single trial.
    """

    def columns(values: Sequence[Tensor]) -> np.ndarray:
        return torch.stack(list(values)).double().cpu().numpy().reshape(len(values), -1)

    measured = {f"{split}_loss": columns(values) for split, values in history.loss.items()}
    measured |= {f"{split}_error": columns(values) for split, values in history.error.items()}
    lanes = measured["train_loss"].shape[1]
    steps = columns(history.steps) if history.steps else np.empty((0, lanes))
    return split_by_lane(np.array(history.epochs), measured, steps, parameters)


def lanes_first(parameters: Mapping[str, Tensor]) -> dict[str, np.ndarray]:
    """Parameters (..., rows, columns) as arrays (lanes, rows, columns); those of a single trial get the axis."""
    return {name: value.detach().cpu().numpy().reshape(-1, *value.shape[-2:]) for name, value in parameters.items()}
