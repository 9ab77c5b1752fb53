"""What every engine offers, and what it calls while it trains. Imports no torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np

from experiments.config.trial import TrialConfig
from experiments.training.results import TrialResult

OnEpoch = Callable[[int, float, float], None]


class Trainable(Protocol):
    """Trials that are ready to be trained, by whatever means."""

    @property
    def config(self) -> TrialConfig:
        """Their common settings, resolved."""

    def train_epoch(self) -> None:
        """One pass over the data, then the epoch's decay of the rate."""

    def run(self, on_epoch: OnEpoch | None = None) -> list[TrialResult]:
        """Trains to the end, measuring as the settings say; one result a lane, in order.

        `on_epoch` is called after measurements with the epoch and the mean training loss and error of the trials that have not
        diverged.
        """

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The parameters as they are, (lanes, rows, columns): `weight0`, `bias0`, ..."""
