"""A Dask cluster as the place where chunks are computed. `distributed` is loaded when it is asked for, and not before."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from experiments.errors import ClusterError, RefusedWorkerError

INSTALL_HINT = "pip install 'minifw[dask]'"
SECONDS_TO_ANSWER = 10


@dataclass(frozen=True)
class Cluster:
    """An executor, and how many chunks it computes at a time."""

    executor: Executor
    slots: int


def parse_address(url: str) -> str:
    """HOST:PORT of dask://HOST:PORT. Raises ValueError saying what is allowed, or that Dask is not installed."""
    found = re.fullmatch(r"dask://([^\s/:]+|\[[0-9a-fA-F:]+\]):(\d{1,5})", url)
    if not found or not 0 < int(found[2]) < 65536:
        raise ValueError(f"{url!r} is not of the form dask://HOST:PORT")
    if importlib.util.find_spec("distributed") is None:
        raise ValueError(f"Dask is not installed; {INSTALL_HINT}")
    return f"{found[1]}:{found[2]}"


@contextlib.contextmanager
def dask_cluster(address: str, engines: Sequence[str]) -> Iterator[Cluster]:
    """The workers of the scheduler at HOST:PORT, for trials by some engines.

    Raises ClusterError when none answers or it has no workers, and RefusedWorkerError when a worker has other code of these
    engines than this process, or another torch where they use torch.
    """
    from distributed import Client

    from experiments.running.compute import check_environment, environments

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = Client(f"tcp://{address}", timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no Dask scheduler answers at {address}") from error
    with client:
        threads = client.nthreads()
        if not threads:
            raise ClusterError(f"the Dask scheduler at {address} has no workers; start one with: dask worker {address}")
        for worker, answer in client.run(environments, engines, on_error="return").items():
            if isinstance(answer, BaseException):
                raise RefusedWorkerError(f"worker {worker} cannot load minifw ({type(answer).__name__}: {answer})")
            for there, here in zip(answer, environments(engines), strict=True):
                check_environment(there, here, f"worker {worker}")
        with client.get_executor() as executor:
            yield Cluster(executor, sum(threads.values()))
