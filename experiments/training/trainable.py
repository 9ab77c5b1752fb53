"""What every way of training offers, and what it calls while it trains."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from torch import Tensor

from experiments.config.trial import TrialConfig
from minifw import DataLoader, History

OnEpoch = Callable[[int, float, float], None]
Watch = Callable[[Tensor, Tensor], None]
Batch = tuple[Tensor, Tensor, Tensor]


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
