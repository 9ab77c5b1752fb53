"""Times of things that are compared: measured side by side, warmed up, with one thread, and never reused."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd

from experiments.running.threads import one_thread

Clock = Callable[[], float]
COLUMNS = ("study", "engine", "arm", "trials", "repetition", "seconds")
MIN_REPETITIONS = 7
SECONDS_A_MEASUREMENT = 20.0


@dataclass(frozen=True)
class Task:
    """One thing to time: `run` does it once for `trials` trials. Noted are the seconds of one trial, times `scale`."""

    engine: str
    arm: str
    run: Callable[[], object]
    trials: int = 1
    scale: float = 1.0


def interleave(
    study: str,
    tasks: Sequence[Task],
    repetitions: int,
    *,
    warm_up: int = 1,
    max_seconds: float = math.inf,
    clock: Clock = time.perf_counter,
) -> pd.DataFrame:
    """Runs every task once in each repetition, in an order that turns by one, after `warm_up` runs of each.

    So a machine's slow minutes fall on all of them alike. Repetitions end early when they have taken `max_seconds`, but
    not before there are enough for an interval. Returns the columns `COLUMNS`, seconds being those of one trial.
    """
    rows = []
    with one_thread():
        for _ in range(warm_up):
            for task in tasks:
                task.run()
        with _no_garbage_collection():
            started = clock()
            for repetition in range(repetitions):
                if repetition >= MIN_REPETITIONS and clock() - started > max_seconds:
                    break
                for index in range(len(tasks)):
                    task = tasks[(repetition + index) % len(tasks)]
                    before = clock()
                    task.run()
                    seconds = (clock() - before) * task.scale / task.trials
                    rows.append((study, task.engine, task.arm, task.trials, repetition, seconds))
    return pd.DataFrame(rows, columns=list(COLUMNS))


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """As `timeit` does: a collection would fall on whichever task happens to run."""
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
