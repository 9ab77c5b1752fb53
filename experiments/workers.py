"""Computing a chunk, and the places where it can be done: in this process, or on an executor that someone brings.

A worker returns arrays and never writes. One thread computes a chunk, so that its bits do not depend on the machine's load.
"""

from __future__ import annotations

import contextlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass

import torch

from experiments.config import SettingError
from experiments.digest import code_digest
from experiments.errors import RefusedWorkerError
from experiments.implementations import train_lanes
from experiments.lanes import Chunk
from experiments.store import Environment
from experiments.trials import Progress, TrialResult

SECONDS_BETWEEN_LOOKS = 0.2


@dataclass(frozen=True)
class Computed:
    """The results of a chunk's wanted lanes, in order, and what they were computed by."""

    results: list[TrialResult]
    environment: Environment


def environment() -> Environment:
    """What trials computed in this process are stored under."""
    return Environment(code_digest(), torch.__version__, torch.backends.cpu.get_cpu_capability())


# Now, for the files may change while this process runs what it has loaded.
code_digest()

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


def compute(chunk: Chunk, expected: Environment, progress: Progress | None = None) -> Computed:
    """Trains a chunk. Raises RefusedWorkerError when this process has other code or another torch than expected.

    Another kind of processor is let be: that is stored with the trials.
    """
    here = environment()
    check_environment(here, expected)
    try:
        with one_thread():
            results = train_lanes(chunk.lanes, progress)
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


@dataclass(frozen=True)
class Answer:
    """What became of a chunk: what was computed, or the reason why it failed."""

    number: int
    computed: Computed | None = None
    reason: str = ""


Tell = Callable[[int, int, float, float], None]


class Pool(ABC):
    """Where chunks are computed, known by their numbers. `places` is how many to hand it at a time."""

    places: int

    @abstractmethod
    def start(self, number: int, chunk: Chunk, expected: Environment) -> None:
        """Takes on a chunk; to be called only while fewer than `places` are under way."""

    @abstractmethod
    def answers(self, tell: Tell) -> list[Answer]:
        """Waits a moment for chunks to end; calls `tell` with number, epoch, loss and error of those that go on.

        Raises RefusedWorkerError.
        """

    @abstractmethod
    def stop(self) -> None:
        """Ends what is under way."""


class Here(Pool):
    """This process."""

    places = 1

    def start(self, number: int, chunk: Chunk, expected: Environment) -> None:
        self._next = number, chunk, expected

    def answers(self, tell: Tell) -> list[Answer]:
        number, chunk, expected = self._next
        try:
            return [Answer(number, compute(chunk, expected, lambda *measured: tell(number, *measured)))]
        except RefusedWorkerError:
            raise
        except Exception as error:
            return [Answer(number, reason=name_error(error))]

    def stop(self) -> None:
        """Nothing: this process is at it, or not."""


class Borrowed(Pool):
    """An executor that someone else made and will end, such as Dask's. It says nothing of chunks before they end."""

    def __init__(self, executor: Executor, places: int) -> None:
        self.executor = executor
        self.places = places
        self._running: dict[Future[Computed], int] = {}
        self._not_taken: list[Answer] = []

    def start(self, number: int, chunk: Chunk, expected: Environment) -> None:
        try:
            self._running[self.executor.submit(compute, chunk, expected)] = number
        except Exception as error:
            self._not_taken.append(Answer(number, reason=name_error(error)))

    def answers(self, tell: Tell) -> list[Answer]:
        ended, self._not_taken = self._not_taken, []
        for future in wait(self._running, SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED).done:
            number = self._running.pop(future)
            try:
                ended.append(Answer(number, future.result()))
            except RefusedWorkerError:
                raise
            except Exception as error:
                ended.append(Answer(number, reason=name_error(error)))
        return ended

    def stop(self) -> None:
        for future in self._running:
            future.cancel()


def name_error(error: Exception) -> str:
    """One line for the user."""
    return " ".join(f"{type(error).__name__}: {error}".rstrip(": ").split())
