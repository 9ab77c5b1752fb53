"""What is kept of a finished trial. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


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


def split_by_lane(
    epochs: np.ndarray, measured: Mapping[str, np.ndarray], steps: np.ndarray, parameters: Mapping[str, np.ndarray]
) -> list[TrialResult]:
    """One result a lane, in order, each with memory of its own.

    Args:
        measured: (measured, lanes) by name.
        steps: (steps, lanes).
        parameters: (lanes, rows, columns) by name.
    """
    return [
        TrialResult(
            epochs=epochs,
            measured={name: values[:, k].copy() for name, values in measured.items()},
            parameters={name: values[k].copy() for name, values in parameters.items()},
            steps=steps[:, k].copy(),
        )
        for k in range(steps.shape[1])
    ]
