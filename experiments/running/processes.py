"""Worker processes on this machine, each with a pipe of its own, so that a death is known at once, and whose it was.

Measured on 2 idle cores, seconds to compute the main study at 10, 50, 100 and 1000 rounds: this process alone 1.2, 2.7,
4.9, 71; two processes 1.2, 2.1, 3.0, 34, their server having loaded torch while this process did; two threads 3.0, 3.8,
4.0, 40, for they wait for each other's Python between torch's operators. So a small study is computed here (`forkserver`
says up to which size, for where no core is idle workers cost more than they save), and a larger one by processes.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from experiments.errors import RefusedWorkerError, UserCodeError
from experiments.running.compute import compute
from experiments.running.forkserver import start_server, worker_context
from experiments.running.pools import SECONDS_BETWEEN_LOOKS, ChunkOutcome, OnChunkEpoch, Pool, name_error
from experiments.store.store import Environment
from experiments.training.lanes import Chunk


@dataclass(frozen=True)
class EpochMessage:
    """What a worker says of a chunk after an epoch."""

    number: int
    epoch: int
    loss: float
    error: float


@dataclass(frozen=True)
class Refused:
    """A worker's answer when it will not do, or code of the user's fails in it."""

    error: RefusedWorkerError | UserCodeError


def work(connection: Connection) -> None:
    """What a worker does until the driver lets go of its pipe, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_driver, daemon=True).start()
    while True:
        try:
            number, chunk, expected = connection.recv()
        except EOFError:
            return
        connection.send(_answer(connection, number, chunk, expected))


def _answer(connection: Connection, number: int, chunk: Chunk, expected: Environment) -> ChunkOutcome | Refused:
    try:
        return ChunkOutcome(
            number, compute(chunk, expected, lambda *measured: connection.send(EpochMessage(number, *measured)))
        )
    except (RefusedWorkerError, UserCodeError) as error:
        return Refused(error)
    except Exception as error:
        return ChunkOutcome(number, reason=name_error(error))


def _end_with_driver() -> None:
    """Ends the worker in the middle of its work when the driver has gone, however it went."""
    driver = multiprocessing.parent_process()
    if driver is not None:
        wait([driver.sentinel])
        os._exit(1)


@contextlib.contextmanager
def _no_main_module() -> Iterator[None]:
    """Keeps a worker from loading the script that the user runs, which it does not need and which may not be made for it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    number: int | None = None  # of the chunk it is at


class ProcessPool(Pool):
    """Workers forked from a server that has loaded what engines need. One that dies is replaced when the next chunk starts."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self._workers: list[_Worker] = []
        self._lost: list[ChunkOutcome] = []

    def start(self, number: int, chunk: Chunk, expected: Environment) -> None:
        idle = [worker for worker in self._workers if worker.number is None]
        for worker in idle:
            if not worker.process.is_alive():
                self._bury(worker)
        worker = next((worker for worker in idle if worker in self._workers), None) or self._hire()
        worker.number = number
        try:
            worker.connection.send((number, chunk, expected))
        except OSError:
            self._lost.append(self._bury(worker))

    def poll(self, on_progress: OnChunkEpoch) -> list[ChunkOutcome]:
        ended, self._lost = self._lost, []
        by_connection = {worker.connection: worker for worker in self._workers}
        for connection in wait(list(by_connection), 0 if ended else SECONDS_BETWEEN_LOOKS):
            worker = by_connection[connection]  # type: ignore[index]
            try:
                message = worker.connection.recv()
            except (EOFError, OSError):
                answer = self._bury(worker)
                ended += [answer] if answer.number >= 0 else []
                continue
            if isinstance(message, Refused):
                raise message.error
            if isinstance(message, EpochMessage):
                on_progress(message.number, message.epoch, message.loss, message.error)
            else:
                worker.number = None
                ended.append(message)
        return ended

    def stop(self) -> None:
        """Ends the workers at once, whatever they are at."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()
        self._workers.clear()

    def _hire(self) -> _Worker:
        start_server()
        context = worker_context()
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs,), daemon=True)
        with _no_main_module():
            process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours))
        return self._workers[-1]

    def _bury(self, worker: _Worker) -> ChunkOutcome:
        """Lets go of a worker that has died; the answer to its chunk, with a number below 0 when it had none."""
        worker.process.kill()
        worker.process.join()
        worker.connection.close()
        self._workers.remove(worker)
        code = worker.process.exitcode
        how = f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"
        return ChunkOutcome(-1 if worker.number is None else worker.number, reason=f"the worker process ended {how}")
