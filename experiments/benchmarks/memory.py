"""How much memory a process needs to train trials, by each engine."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection

import pandas as pd

from experiments.benchmarks.epochs import chunk_of, runnable
from experiments.config.engines import ENGINES
from experiments.config.trial import Trial, TrialConfig
from experiments.running.forkserver import start_server, worker_context
from experiments.running.threads import one_thread
from experiments.training.engines import REGISTRY

try:
    import resource
except ImportError:  # Windows does not say.
    resource = None  # type: ignore[assignment]

BYTES_PER_MEGABYTE = 1e6
# Linux counts in kilobytes, macOS in bytes.
BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024


def peak_memory(config: TrialConfig, rounds: int = 10, *, first_seed: int = 0) -> pd.DataFrame:
    """Peak resident memory of a fresh process that trains an epoch and measures, by engine, in megabytes.

    Columns: engine, trials (side by side), megabytes, added_megabytes: what training added to the process with torch
    loaded. The latter counts what torch.optim loads at its first step. NaN on systems that do not say.
    """
    config = config.replace(epochs=1)
    start_server(ENGINES)
    rows = []
    for name in runnable(config):
        chunk = chunk_of(config, name, rounds, first_seed)
        before, after = _in_fresh_process(chunk.lanes)
        rows.append((name, len(chunk.trials), after, after - before))
    return pd.DataFrame(rows, columns=["engine", "trials", "megabytes", "added_megabytes"])


def _in_fresh_process(lanes: Sequence[Trial]) -> tuple[float, float]:
    context = worker_context()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(sender, lanes), daemon=True)
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        return float("nan"), float("nan")
    finally:
        process.join()


def _measure(sender: Connection, lanes: Sequence[Trial]) -> None:
    prepare = REGISTRY[lanes[0].config.engine].load()
    before = peak_megabytes()
    with one_thread():
        prepare(lanes).run()
    sender.send((before, peak_megabytes()))


def peak_megabytes() -> float:
    """The most resident memory that this process has had; NaN on systems that do not say."""
    if resource is None:
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_UNIT / BYTES_PER_MEGABYTE
