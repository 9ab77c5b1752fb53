"""Where chunks are computed: here, in worker processes, or on an executor that the user brings.

A worker returns arrays and never writes. One thread computes a chunk, so that its bits do not depend on the machine's load.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing.queues import SimpleQueue

import torch

from experiments.digest import code_digest
from experiments.implementations import train_lanes
from experiments.lanes import Chunk
from experiments.store import Environment
from experiments.trials import Progress, TrialResult
from experiments.workload import start_server


class RefusedWorkerError(RuntimeError):
    """A worker runs other code or another torch than the driver; its results are not taken."""


def environment() -> Environment:
    """What trials computed in this process are stored under."""
    return Environment(code_digest(), torch.__version__, torch.backends.cpu.get_cpu_capability())


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Has torch compute with one thread, and puts the number back afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def compute(chunk: Chunk, expected: Environment, progress: Progress | None = None) -> list[TrialResult]:
    """The results of a chunk's wanted lanes, in order. Raises RefusedWorkerError when this process is not as expected."""
    here = environment()
    if here != expected:
        raise RefusedWorkerError(f"a worker has {_describe(here)}, the driver {_describe(expected)}")
    with one_thread():
        results = train_lanes(chunk.lanes, progress)
    return [result for result, wanted in zip(results, chunk.wanted, strict=True) if wanted]


def _describe(environment: Environment) -> str:
    return f"code {environment.digest}, torch {environment.torch} and CPU capability {environment.cpu}"


_messages: SimpleQueue[tuple[int, int, float, float]] | None = None


def _start_worker(messages: SimpleQueue[tuple[int, int, float, float]]) -> None:
    global _messages
    _messages = messages
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_driver, daemon=True).start()


def _end_with_driver() -> None:
    """Ends the worker when the driver has gone, however it went."""
    driver = multiprocessing.parent_process()
    if driver is not None:
        multiprocessing.connection.wait([driver.sentinel])
        os._exit(1)


def _compute_and_tell(number: int, chunk: Chunk, expected: Environment) -> list[TrialResult]:
    messages = _messages

    def tell(epoch: int, loss: float, error: float) -> None:
        if messages is not None:
            messages.put((number, epoch, loss, error))

    return compute(chunk, expected, tell)


class Workers:
    """Worker processes on this machine, forked from a server that has torch loaded already."""

    def __init__(self, jobs: int) -> None:
        start_server()
        context = multiprocessing.get_context("forkserver")
        self.messages: SimpleQueue[tuple[int, int, float, float]] = context.SimpleQueue()
        self.executor = ProcessPoolExecutor(jobs, context, _start_worker, (self.messages,))

    def submit(self, number: int, chunk: Chunk, expected: Environment) -> Future[list[TrialResult]]:
        """Has a worker compute a chunk."""
        return self.executor.submit(_compute_and_tell, number, chunk, expected)

    def news(self) -> Iterator[tuple[int, int, float, float]]:
        """Chunk number, epoch, loss and error of each measurement since the last time."""
        while not self.messages.empty():
            yield self.messages.get()

    def stop(self) -> None:
        """Ends the workers at once, whatever they are at."""
        processes = list((self.executor._processes or {}).values())
        self.executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


class Borrowed:
    """An executor that someone else made and will end, such as Dask's."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor

    def submit(self, number: int, chunk: Chunk, expected: Environment) -> Future[list[TrialResult]]:
        """Has the executor compute a chunk."""
        return self.executor.submit(compute, chunk, expected)

    def news(self) -> Iterator[tuple[int, int, float, float]]:
        """Nothing: only finished chunks are told of."""
        return iter(())

    def stop(self) -> None:
        """Nothing: the executor is not ours to end."""


Pool = Workers | Borrowed
