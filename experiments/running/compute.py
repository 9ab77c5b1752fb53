"""Computing a chunk, and the places where it can be done: in this process, or on an executor that someone brings.

A worker returns arrays and never writes. One thread computes a chunk, so that its bits do not depend on the machine's load.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from experiments.config.implementations import IMPLEMENTATIONS
from experiments.config.settings import SettingError
from experiments.errors import RefusedWorkerError
from experiments.store.code_digest import code_digest
from experiments.store.store import Environment
from experiments.training.driver import train_lanes
from experiments.training.lanes import Chunk
from experiments.training.results import TrialResult
from experiments.training.trainable import OnEpoch
from experiments.training.user_code import errors_of_user_code


@dataclass(frozen=True)
class Computed:
    """The results of a chunk's wanted lanes, in order, and what they were computed by."""

    results: list[TrialResult]
    environment: Environment


def environment(implementation: str) -> Environment:
    """What trials that an implementation computes in this process are stored under."""
    return Environment(code_digest(implementation), torch.__version__, torch.backends.cpu.get_cpu_capability())


def environments() -> list[Environment]:
    """The same for every implementation, in a fixed order."""
    return [environment(name) for name in IMPLEMENTATIONS]


_threads_lock = threading.Lock()
_threads_before: list[int] = []


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Has torch compute with one thread; when the last of several such threads is done, puts the number back."""
    with _threads_lock:
        _threads_before.append(_threads_before[0] if _threads_before else torch.get_num_threads())
        torch.set_num_threads(1)
    try:
        yield
    finally:
        with _threads_lock:
            before = _threads_before.pop()
            if not _threads_before:
                torch.set_num_threads(before)


def compute(chunk: Chunk, expected: Environment, on_epoch: OnEpoch | None = None) -> Computed:
    """Trains a chunk. Raises RefusedWorkerError when this process has other code or another torch than expected.

    Another kind of processor is let be: that is stored with the trials. Raises UserCodeError when code of the user's fails.
    """
    here = environment(chunk.implementation)
    check_environment(here, expected)
    try:
        with one_thread(), errors_of_user_code():
            results = train_lanes(chunk.lanes, on_epoch)
    except SettingError as error:
        raise RefusedWorkerError(f"a worker cannot do it: {error.message}") from None
    return Computed([result for result, wanted in zip(results, chunk.wanted, strict=True) if wanted], here)


def check_environment(worker: Environment, expected: Environment, who: str = "a worker") -> None:
    """Raises RefusedWorkerError when a worker has other code or another torch."""
    if (worker.digest, worker.torch) != (expected.digest, expected.torch):
        raise RefusedWorkerError(
            f"{who} is refused: it has code {worker.digest} and torch {worker.torch}, "
            f"this process code {expected.digest} and torch {expected.torch}"
        )
