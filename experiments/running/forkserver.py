"""When worker processes are worth their start, and starting them early. Imports no torch."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Iterable, Iterator
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext, SpawnContext

from experiments.training.engines import REGISTRY

# Estimated seconds of work from which on two workers are faster than none; starting them takes one to two seconds.
SECONDS_WORTH_WORKERS = 3.0


def worker_context() -> ForkServerContext | SpawnContext:
    """How workers are started: forked from a server where the system can, so that torch is loaded once for all."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("forkserver")
    return multiprocessing.get_context("spawn")


def start_server(engines: Iterable[str] = ()) -> None:
    """Has the process that workers are forked from load what engines train with, in the background.

    Does nothing when it runs.
    """
    if isinstance(worker_context(), ForkServerContext):
        # By itself this would undo the blocking below.
        resource_tracker.ensure_running()
        with _ctrl_c_blocked():
            forkserver.set_forkserver_preload(["experiments.running.processes", *(REGISTRY[name].module for name in engines)])
            forkserver.ensure_running()


@contextlib.contextmanager
def _ctrl_c_blocked() -> Iterator[None]:
    """Processes started within never see Ctrl-C, which a terminal sends to all of them; this one sees it afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
