"""Which chunks some workers are given, in which order, and how long they will be at it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from experiments.config.trial import Trial
from experiments.running.estimate import estimate_seconds
from experiments.training.lanes import Chunk, plan_chunks


def plan_work(trials: Sequence[Trial], jobs: int) -> list[Chunk]:
    """The chunks of trials, the longest first, so that no worker is left with a long one while the others have nothing to do.

    Stacks are cut into as many parts as there are workers where that is faster, and not at all where it is not: each part of a
    stack that torch computes has all its steps dispatched again.
    """
    plans = [longest_first(plan_chunks(trials, parts)) for parts in (1, jobs)]
    return min(plans, key=lambda chunks: seconds_by_workers(chunks, jobs))


def longest_first(chunks: Iterable[Chunk]) -> list[Chunk]:
    """The chunks by how long they will take."""
    return sorted(chunks, key=lambda chunk: -estimate_seconds([chunk]))


def seconds_by_workers(chunks: Iterable[Chunk], jobs: int) -> float:
    """Roughly how long so many workers take, each of which begins with the next of the chunks whenever it has ended one."""
    ends = [0.0] * jobs
    for chunk in chunks:
        heapq.heapreplace(ends, ends[0] + estimate_seconds([chunk]))
    return max(ends)
