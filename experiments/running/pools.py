"""The places where chunks are computed: in this process, or on an executor that someone brings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass

from experiments.errors import RefusedWorkerError, UserCodeError
from experiments.running.compute import (
    Computed,
    compute,
)
from experiments.store.store import Environment
from experiments.training.lanes import Chunk

SECONDS_BETWEEN_LOOKS = 0.2


@dataclass(frozen=True)
class ChunkOutcome:
    """What became of a chunk: what was computed, or the reason why it failed."""

    number: int
    computed: Computed | None = None
    reason: str = ""


OnChunkEpoch = Callable[[int, int, float, float], None]


class Pool(ABC):
    """Where chunks are computed, known by their numbers. `slots` is how many to hand it at a time."""

    slots: int

    @abstractmethod
    def start(self, number: int, chunk: Chunk, expected: Environment) -> None:
        """Takes on a chunk; to be called only while fewer than `slots` are under way."""

    @abstractmethod
    def poll(self, on_progress: OnChunkEpoch) -> list[ChunkOutcome]:
        """Waits a moment for chunks to end; calls `on_progress` with number, epoch, loss and error of those that go on.

        Raises RefusedWorkerError, and UserCodeError when code of the user's fails: to try it again would be of no use.
        """

    @abstractmethod
    def stop(self) -> None:
        """Ends what is under way."""


class InProcessPool(Pool):
    """This process."""

    slots = 1

    def start(self, number: int, chunk: Chunk, expected: Environment) -> None:
        self._next = number, chunk, expected

    def poll(self, on_progress: OnChunkEpoch) -> list[ChunkOutcome]:
        number, chunk, expected = self._next
        try:
            return [ChunkOutcome(number, compute(chunk, expected, lambda *measured: on_progress(number, *measured)))]
        except (RefusedWorkerError, UserCodeError):
            raise
        except Exception as error:
            return [ChunkOutcome(number, reason=name_error(error))]

    def stop(self) -> None:
        """Nothing: this process is at it, or not."""


class ExecutorPool(Pool):
    """An executor that someone else made and will end, such as Dask's. It says nothing of chunks before they end."""

    def __init__(self, executor: Executor, slots: int) -> None:
        self.executor = executor
        self.slots = slots
        self._running: dict[Future[Computed], int] = {}
        self._not_taken: list[ChunkOutcome] = []

    def start(self, number: int, chunk: Chunk, expected: Environment) -> None:
        try:
            self._running[self.executor.submit(compute, chunk, expected)] = number
        except Exception as error:
            self._not_taken.append(ChunkOutcome(number, reason=name_error(error)))

    def poll(self, on_progress: OnChunkEpoch) -> list[ChunkOutcome]:
        ended, self._not_taken = self._not_taken, []
        for future in wait(self._running, SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED).done:
            number = self._running.pop(future)
            try:
                ended.append(ChunkOutcome(number, future.result()))
            except (RefusedWorkerError, UserCodeError):
                raise
            except Exception as error:
                ended.append(ChunkOutcome(number, reason=name_error(error)))
        return ended

    def stop(self) -> None:
        for future in self._running:
            future.cancel()


def name_error(error: Exception) -> str:
    """One line for the user."""
    return " ".join(f"{type(error).__name__}: {error}".rstrip(": ").split())
