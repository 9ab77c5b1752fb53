"""What is kept of a finished trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from minifw import (
    History,
)


@dataclass(frozen=True)
class TrialResult:
    """What is kept of a finished trial.

    epochs: (measured,) integers. measured: `loss` and `error` of each split by name, e.g. `test_error`, (measured,) float64,
    NaN from the first non-finite loss on. parameters: final values by name. steps: loss of each batch, (steps,), or empty.
    """

    epochs: np.ndarray
    measured: dict[str, np.ndarray]
    parameters: dict[str, np.ndarray]
    steps: np.ndarray


def collect_results(history: History, parameters: Mapping[str, Tensor]) -> list[TrialResult]:
    """One result a lane, in order, from what was measured and from final parameters (lanes, rows, columns).

    A history of scalars and parameters (rows, columns) belong to a single trial.
    """

    def columns(values: Sequence[Tensor]) -> np.ndarray:
        return torch.stack(list(values)).double().cpu().numpy().reshape(len(values), -1)

    measured = {f"{split}_loss": columns(values) for split, values in history.loss.items()}
    measured |= {f"{split}_error": columns(values) for split, values in history.error.items()}
    lanes = measured["train_loss"].shape[1]
    steps = columns(history.steps) if history.steps else np.empty((0, lanes))
    state = {name: value.detach().cpu().numpy().reshape(lanes, *value.shape[-2:]) for name, value in parameters.items()}
    epochs = np.array(history.epochs)
    return [
        TrialResult(
            epochs=epochs,
            measured={name: values[:, k].copy() for name, values in measured.items()},
            parameters={name: values[k].copy() for name, values in state.items()},
            steps=steps[:, k].copy(),
        )
        for k in range(lanes)
    ]
