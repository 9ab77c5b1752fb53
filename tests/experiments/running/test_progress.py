"""How far a run is, in shares of the estimated work."""

from __future__ import annotations

import pytest

from experiments.running.estimate import estimate_seconds
from experiments.running.progress import Progress, ProgressTracker
from experiments.training.lanes import plan_chunks
from tests.experiments.storing import TINY, trials

LONG = TINY.replace(epochs=9)
CHUNKS = [*plan_chunks(trials(TINY, range(4))), *plan_chunks(trials(LONG, range(4)))]
SHORT_WEIGHT, LONG_WEIGHT = (estimate_seconds([chunk]) for chunk in CHUNKS)
WEIGHT = SHORT_WEIGHT + LONG_WEIGHT


def test_chunks_count_as_much_as_they_take() -> None:
    told: list[Progress] = []
    tracker = ProgressTracker(CHUNKS, 2, 10, told.append)
    tracker.measured(1, 3, 0.5, 0.25)
    tracker.measured(1, 2, 0.4, 0.2)
    tracker.measured(0, 3, 0.3, 0.1)
    tracker.ended(0, 4)
    tracker.ended(1, 0)
    third = LONG_WEIGHT / 3 / WEIGHT
    assert [progress.share for progress in told] == pytest.approx(
        [third, third, third + SHORT_WEIGHT / WEIGHT, third + SHORT_WEIGHT / WEIGHT, 1.0]
    )
    assert [(progress.finished, progress.total) for progress in told] == [(2, 10), (2, 10), (2, 10), (6, 10), (6, 10)]
    assert [(p.epoch, p.epochs, p.loss, p.error) for p in told] == [
        (3, 9, 0.5, 0.25),
        (2, 9, 0.4, 0.2),
        (3, 3, 0.3, 0.1),
        (None, None, None, None),
        (None, None, None, None),
    ]


def test_an_epoch_told_late_does_not_take_a_share_back() -> None:
    told: list[Progress] = []
    tracker = ProgressTracker(CHUNKS[:1], 0, 4, told.append)
    for epoch in (0, 2, 1, 3):
        tracker.measured(0, epoch, 0.0, 0.0)
    assert [progress.share for progress in told] == pytest.approx([0, 2 / 3, 2 / 3, 1])
