"""How far a run is, told while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiments.running.estimate import estimate_seconds
from experiments.training.lanes import Chunk


@dataclass(frozen=True)
class Progress:
    """Trials finished and asked for, the share of the work done; of the chunk heard of last: epoch, mean loss and error."""

    finished: int
    total: int
    share: float
    epoch: int | None = None
    epochs: int | None = None
    loss: float | None = None
    error: float | None = None


class ProgressTracker:
    """Turns what chunks say of themselves into news of the whole."""

    def __init__(self, chunks: list[Chunk], finished: int, total: int, on_progress: Callable[[Progress], None] | None) -> None:
        self._chunks = chunks
        self._finished = finished
        self._total = total
        self._tell = on_progress
        self._weights = [estimate_seconds([chunk]) for chunk in chunks]
        self._shares = [0.0] * len(chunks)

    def measured(self, number: int, epoch: int, loss: float, error: float) -> None:
        """A chunk has measured itself after an epoch."""
        epochs = self._chunks[number].lanes[0].config.epochs
        self._shares[number] = max(self._shares[number], epoch / epochs)
        self._say(epoch, epochs, loss, error)

    def ended(self, number: int, stored: int) -> None:
        """A chunk is done with; `stored` of its trials are in the store."""
        self._shares[number] = 1.0
        self._finished += stored
        self._say()

    def _say(
        self, epoch: int | None = None, epochs: int | None = None, loss: float | None = None, error: float | None = None
    ) -> None:
        if self._tell:
            done = sum(weight * share for weight, share in zip(self._weights, self._shares, strict=True))
            self._tell(Progress(self._finished, self._total, done / (sum(self._weights) or 1), epoch, epochs, loss, error))
