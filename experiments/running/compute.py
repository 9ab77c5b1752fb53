"""Computing a chunk, and the places where it can be done: in this process, or on an executor that someone brings.

A worker returns arrays and never writes. One thread computes a chunk, so that its bits do not depend on the machine's load.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from experiments.config.engines import ENGINES
from experiments.config.settings import SettingError
from experiments.errors import RefusedWorkerError
from experiments.store.code_digest import code_digest
from experiments.store.store import Environment
from experiments.training.driver import train_lanes
from experiments.training.engines import REGISTRY
from experiments.training.lanes import Chunk
from experiments.training.results import TrialResult
from experiments.training.trainable import OnEpoch
from experiments.training.user_code import errors_of_user_code
from minifw.compiled.errors import EngineError


@dataclass(frozen=True)
class Computed:
    """The results of a chunk's wanted lanes, in order, and what they were computed by."""

    results: list[TrialResult]
    environment: Environment


def environment(engine: str) -> Environment:
    """What trials that an engine computes in this process are stored under.

    Neither torch nor the processor counts for an engine whose bits are the same everywhere.
    """
    if REGISTRY[engine].portable:
        return Environment(code_digest(engine), "", "")
    import torch

    return Environment(code_digest(engine), torch.__version__, torch.backends.cpu.get_cpu_capability())


def environments(engines: Iterable[str] = ENGINES) -> list[Environment]:
    """The same for several engines, all unless given, in their order."""
    return [environment(name) for name in engines]


def compute(chunk: Chunk, expected: Environment, on_epoch: OnEpoch | None = None) -> Computed:
    """Trains a chunk. Raises RefusedWorkerError when this process has other code or another torch than expected.

    Another kind of processor is let be: that is stored with the trials. Raises UserCodeError when code of the user's fails.
    """
    here = environment(chunk.engine)
    check_environment(here, expected)
    try:
        with _alone(chunk.engine), errors_of_user_code():
            results = train_lanes(chunk.lanes, on_epoch)
    except EngineError as error:
        raise RefusedWorkerError(str(error)) from None
    except SettingError as error:
        raise RefusedWorkerError(f"a worker cannot do it: {error.message}") from None
    return Computed([result for result, wanted in zip(results, chunk.wanted, strict=True) if wanted], here)


def _alone(engine: str) -> AbstractContextManager[None]:
    """One thread: the compiled engine never has more, torch is told."""
    if REGISTRY[engine].portable:
        return nullcontext()
    from experiments.running.threads import one_thread

    return one_thread()


def check_environment(worker: Environment, expected: Environment, who: str = "a worker") -> None:
    """Raises RefusedWorkerError when a worker has other code or another torch."""
    if (worker.digest, worker.torch) != (expected.digest, expected.torch):
        raise RefusedWorkerError(f"{who} is refused: it has {_describe(worker)}, this process {_describe(expected)}")


def _describe(environment: Environment) -> str:
    return f"code {environment.digest}" + (f" and torch {environment.torch}" if environment.torch else "")
